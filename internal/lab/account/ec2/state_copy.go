package ec2

import (
	"maps"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
)

// copy returns a state that shares nothing mutable with this one.
func (s *state) copy() *state {
	return &state{network: s.network.copy(), storage: s.storage.copy(), changes: slices.Clone(s.changes)}
}

func (n network) copy() network {
	n.vpcs, n.subnets = n.vpcs.copy(call.Clone), n.subnets.copy(call.Clone)
	n.acls, n.groups = n.acls.copy(call.Clone), n.groups.copy(call.Clone)
	n.routeTables, n.gateways = n.routeTables.copy(call.Clone), n.gateways.copy(call.Clone)
	n.interfaces = n.interfaces.copy(call.Clone)
	n.aclTokens = maps.Clone(n.aclTokens)
	return n
}

func (s storage) copy() storage {
	s.instances, s.volumes = s.instances.copy(call.Clone), s.volumes.copy(call.Clone)
	s.snapshots = s.snapshots.copy((*snapshot).copy)
	s.consoles, s.failing = maps.Clone(s.consoles), maps.Clone(s.failing)
	s.protections, s.metadataApplied = maps.Clone(s.protections), maps.Clone(s.metadataApplied)
	return s
}
