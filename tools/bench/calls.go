package main

import "github.com/ec2-quarantine/quarantine/internal/lab/account"

// operation is one of a service's.
type operation struct{ service, name string }

// count is how often an operation was called, and what came of it.
type count struct {
	mutating  bool
	made      int
	applied   int // took effect
	throttled int
	refused   int // somebody was quicker, or a condition did not hold
}

// throttles are the codes by which a service says: slower.
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

// changes are EC2's mutating operations that a flood calls, and how often they
// must at least: one quarantine ACL a VPC, one replacement a subnet, one set of
// snapshots an instance; and tags, since EC2 takes the same tags for everything
// in one call: on the ACL for each incident, and on each snapshot for its device.
func (p plan) changes() map[operation]int {
	return map[operation]int{
		{"ec2", "CreateNetworkAcl"}:             p.vpcs(),
		{"ec2", "ReplaceNetworkAclAssociation"}: p.subnets,
		{"ec2", "CreateSnapshots"}:              p.hosts(),
		{"ec2", "CreateTags"}:                   p.hosts() * (1 + volumes),
	}
}

// least is how often each operation is called at least: what the flood's
// incidents and duplicates need if each has the account to itself, one after
// another, as an undisturbed run shows; and of EC2's changes, what they must be.
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
