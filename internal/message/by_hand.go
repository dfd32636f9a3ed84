package message

import (
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// manualIsolation cuts the instance off without the product: every subnet that no
// read-back shows cut off. The subnets are read from EC2 first, because a finding's
// can be stale.
func (f facts) manualIsolation(first string) []line {
	out := []line{say("%s Read its subnets and its VPC; for each subnet, read the association that is there, "+
		"and write it down to put it back later; make an ACL, which denies everything while it is new; put it there:", first),
		f.aws("ec2 describe-instances", "--instance-ids", arg(known(f.resource.ID, "INSTANCE")),
			"--query", arg("Reservations[].Instances[].NetworkInterfaces[].[SubnetId,VpcId]"), "--output", "text")}
	open := f.openSubnets()
	if len(open) == 0 {
		open = []openSubnet{{id: "SUBNET", vpc: "VPC"}}
	}
	var ids, made []string
	for _, s := range open {
		ids = append(ids, s.id)
	}
	out = append(out, f.associations(ids))
	for _, s := range open {
		if s.acl == "" && !slices.Contains(made, s.vpc) {
			made = append(made, s.vpc)
			out = append(out, f.aws("ec2 create-network-acl", "--vpc-id", arg(known(s.vpc, "VPC"))))
		}
	}
	for _, s := range open {
		out = append(out, f.replace(known(s.association, "ASSOCIATION"), known(s.acl, "ACL")))
	}
	return slices.CompactFunc(out, func(a, b line) bool { return a.String() == b.String() })
}

// openSubnet is a subnet of the instance that no read-back shows cut off, with
// what is known of it.
type openSubnet struct{ id, vpc, association, acl string }

// openSubnets are those on record and those that the finding names, at most maxItems.
func (f facts) openSubnets() []openSubnet {
	var out []openSubnet
	add := func(s openSubnet) {
		isThere := func(o openSubnet) bool { return o.id == s.id }
		if s.id != "" && !f.isCut(s.id) && !slices.ContainsFunc(out, isThere) && len(out) < maxItems {
			s.acl = f.quarantineACL(s.vpc)
			out = append(out, s)
		}
	}
	for _, q := range f.held() {
		add(openSubnet{id: q.SubnetID, vpc: q.VPCID, association: q.OriginalAssociation})
	}
	accused, _ := f.accused()
	for _, n := range accused.Interfaces {
		add(openSubnet{id: n.SubnetID, vpc: n.VPCID})
	}
	return out
}

func (f facts) isCut(subnet string) bool {
	return slices.ContainsFunc(f.cutOff(), func(q quarantine.Quarantine) bool { return q.SubnetID == subnet })
}

// quarantineACL is the one that a read-back shows in the VPC, or "".
func (f facts) quarantineACL(vpc string) string {
	for _, q := range f.cutOff() {
		if q.VPCID == vpc {
			return q.QuarantineACL
		}
	}
	return ""
}
