package main

import "github.com/ec2-quarantine/quarantine/internal/lab/account"

// operation is an API operation of a service.
type operation struct{ service, name string }

// count is the number of calls of an operation, by result.
type count struct {
	mutating  bool
	made      int
	applied   int // took effect
	throttled int
	refused   int // lost a race against another call, or a condition did not hold
}

// throttles are the error codes that mean throttling.
var throttles = map[string]bool{"RequestLimitExceeded": true, "Throttling": true, "ThrottlingException": true, "ProvisionedThroughputExceededException": true}

func tally(calls []account.Call) map[operation]count {
	all := map[operation]count{}
	for _, c := range calls {
		key := operation{c.Service, c.Operation}
		n := all[key]
		n.mutating = c.Mutating
		n.made++
		switch {
		case c.Applied:
			n.applied++
		case throttles[c.Err]:
			n.throttled++
		default:
			n.refused++
		}
		all[key] = n
	}
	return all
}

// protected is how many attributes of a host protection changes: termination, stop and one
// volume of those that would go with it.
const protected = 3

// changes maps EC2's mutating operations to the number of calls that the flood needs
// at least: one quarantine ACL per VPC, one replacement per subnet, one set of
// snapshots per instance. Tags: EC2 gives all resources of one call the same tags, so
// each incident takes one call for its ACL and one for each snapshot, for its device.
func (p plan) changes() map[operation]int {
	return map[operation]int{
		{"ec2", "CreateNetworkAcl"}:             p.vpcs(),
		{"ec2", "ReplaceNetworkAclAssociation"}: p.subnets,
		{"ec2", "CreateSnapshots"}:              p.hosts(),
		{"ec2", "CreateTags"}:                   p.hosts() * (1 + volumes),

		{"ec2", "CreateSecurityGroup"}:             p.vpcs(),
		{"ec2", "RevokeSecurityGroupEgress"}:       p.vpcs(),
		{"ec2", "ModifyNetworkInterfaceAttribute"}: p.hosts(),
		{"ec2", "ModifyInstanceAttribute"}:         p.hosts() * protected,
	}
}

// least maps each operation to the smallest possible number of calls: what the
// flood's incidents and duplicates need in an account of their own, one after another,
// as an undisturbed run shows. For EC2's changes it is exactly what [plan.changes] says.
func (p plan) least(incident, duplicate map[operation]count) map[operation]int {
	all := map[operation]int{}
	for op, n := range incident {
		all[op] += n.made * p.hosts()
	}
	for op, n := range duplicate {
		all[op] += n.made * (p.findings() - p.hosts())
	}
	for op, n := range p.changes() {
		all[op] = n
	}
	return all
}
