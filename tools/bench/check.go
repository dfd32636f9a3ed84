package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
)

// broken lists the promises that the outcome does not keep.
func (f *flood) broken() (all []string) {
	o, p := &f.outcome, f.plan
	wrong := func(promise, format string, args ...any) {
		all = append(all, promise+": "+fmt.Sprintf(format, args...))
	}
	if o.ended["contained"] != p.hosts() {
		wrong("every instance is contained once", "%d instances, %d executions contained one", p.hosts(), o.ended["contained"])
	}
	if o.ended["contained"]+o.ended["joined"] != p.findings() {
		wrong("every finding ends contained or joined", "%d findings ended %v; %s", p.findings(), o.ended, cmp.Or(fmt.Sprint(o.failed), "none red"))
	}
	if o.quarantined != p.subnets || o.acls != p.vpcs() {
		wrong("every subnet is cut, under one ACL a VPC", "%d of %d subnets, %d ACLs in %d VPCs", o.quarantined, p.subnets, o.acls, p.vpcs())
	}
	least := p.changes()
	for _, op := range slices.SortedFunc(maps.Keys(o.calls), operation.compare) {
		n, most := f.effects(op), least[op]
		tooMany, tooFew := n > most && !again[op], n < most && op != tagging
		if op.service == "ec2" && o.calls[op].mutating && (tooMany || tooFew) {
			wrong("changes are as few as they can be", "%s took effect %d times, and %d would do", op.name, n, most)
		}
	}
	return all
}

// tagging is the one change that may be missing after throttling: a snapshot's tags
// only repeat what the manifest says, and the manifest reports missing tags.
var tagging = operation{"ec2", "CreateTags"}

// again are changes that set a value, and are made once more where an attempt was throttled
// before it read them back.
var again = map[operation]bool{{"ec2", "ModifyInstanceAttribute"}: true, {"ec2", "ModifyNetworkInterfaceAttribute"}: true}

// effects is the number of calls of an operation that changed something. A
// CreateNetworkAcl with a client token that was used before succeeds and creates nothing.
func (f *flood) effects(op operation) int {
	if op.name == "CreateNetworkAcl" {
		return f.outcome.acls
	}
	return f.outcome.calls[op].applied
}

func (op operation) compare(other operation) int {
	return cmp.Or(cmp.Compare(op.service, other.service), cmp.Compare(op.name, other.name))
}

// tolerance is the factor by which a finding's time or memory may grow in the larger
// flood while growth still counts as linear.
const tolerance = 1.5

// broken reports growth that is not linear.
func (g *Growth) broken() (all []string) {
	if g.CPURatio > tolerance {
		all = append(all, fmt.Sprintf("growth is linear: a finding takes %.2f times the processor time that it takes in a flood of %d", g.CPURatio, g.Findings))
	}
	if g.MemoryRatio > tolerance {
		all = append(all, fmt.Sprintf("growth is linear: a finding takes %.2f times the memory that it takes in a flood of %d", g.MemoryRatio, g.Findings))
	}
	return all
}
