package account

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/measure/networkacl"
	"github.com/ec2-quarantine/quarantine/internal/preflight"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

const (
	idExempt  = "instances.exempt"
	idAsked   = "instances.asked"
	idSpared  = "instances.spared"
	idUnknown = "instances.read"
	idActs    = "policy.acts"
)

// fate is what becomes of an instance's cut.
type fate struct {
	id, instance, why string
}

// instances says of each VPC whose cut the policy would refuse, ask about or leave to the security
// group, by what the account is like now. The limits of an hour are not in this: they count cuts.
func (n *reading) instances(ctx context.Context) []preflight.Check {
	if n.seen.err != nil {
		return []preflight.Check{unread(preflight.Network, idUnknown, n.Region, n.seen.err)}
	}
	policy, err := n.Policy(ctx)
	if err != nil {
		return []preflight.Check{unread(preflight.Network, idUnknown, n.Region, fmt.Errorf("the policy: %w", err))}
	}
	all := []preflight.Check{acts(policy)}
	for _, vpc := range n.asked(n.seen.instances) {
		all = append(all, n.inVPC(ctx, policy, vpc)...)
	}
	if !n.seen.all {
		all = append(all, check(preflight.Network, idUnknown, n.Region, preflight.Unknown,
			fmt.Sprintf("Only the first %d instances were read; there are more.", len(n.seen.instances)), "Name VPCs with --vpc."))
	}
	if there := len(vpcsOf(n.seen.instances)); len(n.vpcs) == 0 && there > MostVPCs {
		all = append(all, check(preflight.Network, idUnknown, "VPCs", preflight.Unknown,
			fmt.Sprintf("Only the first %d of %d VPCs with instances were looked at.", MostVPCs, there), "Name others with --vpc."))
	}
	if len(n.seen.instances) == 0 {
		all = append(all, check(preflight.Network, idUnknown, n.Region, preflight.Unknown, "The Region has no instance: there is nothing to try a containment on.", "Run the preflight again when there is one."))
	}
	return all
}

// acts says which parts of the account are contained at all.
func acts(policy Policy) preflight.Check {
	if len(policy.Parts) == 0 {
		return check(preflight.Network, idActs, "policy", preflight.Green, "It acts on all of the account.", "")
	}
	return check(preflight.Network, idActs, "policy", preflight.Yellow,
		"It has parts of the account observed only, of which nothing is contained: "+strings.Join(policy.Parts, "; ")+".",
		"Where that is not meant, set mode to act in the policy, for the account or for a VPC, and push it:\n  quarantine policy push policy.yaml")
}

func (n *reading) inVPC(ctx context.Context, policy Policy, vpc string) []preflight.Check {
	var there []quarantine.Instance
	var subnets []string
	for _, i := range n.seen.instances {
		if slices.Contains(i.VPCs(), vpc) {
			there, subnets = append(there, i), append(subnets, i.Subnets()...)
		}
	}
	slices.Sort(subnets)
	beside := n.beside(ctx, policy, slices.Compact(subnets))
	var fates []fate
	for _, i := range there {
		if f := n.fate(policy, i, beside); f.id != "" {
			fates = append(fates, f)
		}
	}
	kinds := []struct{ id, none, some, remedy string }{
		{idExempt, "No instance is exempt", "are exempt: no finding cuts them",
			"If one of them should be cut, take it out of exempt in the policy. Whoever may tag an instance may exempt it, where a tag does."},
		{idAsked, "None would wait for a person", "would wait for a person's yes before they are cut",
			"If they should be cut at once, see limits.askFirst and neighbours in the policy; else see that somebody answers."},
		{idSpared, "None would be left to the security group", "would not be cut: the security group alone would contain them, and connections that are open go on",
			"If that should not be, see neighbours in the policy."},
	}
	var all []preflight.Check
	for _, k := range kinds {
		of := slices.DeleteFunc(slices.Clone(fates), func(f fate) bool { return f.id != k.id })
		switch {
		case len(of) == 0 && beside.err != nil && k.id != idExempt: // others may, for what is beside them
			all = append(all, unread(preflight.Network, k.id, vpc, beside.err))
			continue
		case len(of) == 0:
			all = append(all, check(preflight.Network, k.id, vpc, preflight.Green, fmt.Sprintf("%s, of %d.", k.none, len(there)), ""))
			continue
		}
		all = append(all, check(preflight.Network, k.id, vpc, preflight.Yellow, fmt.Sprintf("%d of %d instances %s: %s.", len(of), len(there), k.some, reasons(of)), k.remedy))
	}
	return all
}

// beside is what is in subnets.
type beside struct {
	found []quarantine.Neighbour
	all   bool
	err   error
}

// mostSubnets is how many are asked about at a time: a filter has at most 200 values.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html
const mostSubnets = 100

func (n *reading) beside(ctx context.Context, policy Policy, subnets []string) beside {
	out := beside{all: true}
	if !policy.Limits.Neighbours.Counts() {
		return out
	}
	for some := range slices.Chunk(subnets, mostSubnets) {
		found, all, err := n.Network.Neighbours(ctx, n.r, some)
		if err != nil {
			return beside{err: err}
		}
		out.found, out.all = append(out.found, found...), out.all && all
	}
	return out
}

// fate judges by what isolate judges by, in its order.
func (n *reading) fate(policy Policy, i quarantine.Instance, b beside) fate {
	limits := policy.Limits
	if why := policy.Exempt.Match(n.Account, i.VPCs(), i.Subnets(), i.Tags); why != "" {
		return fate{idExempt, i.ID, why}
	}
	if why := limits.AskFirst(i, false); why != "" {
		return fate{idAsked, i.ID, why}
	}
	for vpc, subnets := range i.SubnetsByVPC() {
		if why := n.share(vpc, subnets).Beyond(limits.VPCSubnetsPercent); why != "" {
			return fate{idAsked, i.ID, why}
		}
	}
	if !limits.Neighbours.Counts() || b.err != nil {
		return fate{}
	}
	others := slices.DeleteFunc(slices.Clone(b.found), func(o quarantine.Neighbour) bool { return o.Of == i.ID })
	hit := quarantine.CountNeighbours(others, b.all, i.Subnets())
	hit.Group = n.groupHit(limits.Neighbours, i, others, b.all)
	if hit.Wants(limits.Neighbours, quarantine.BeyondAsk) != "" {
		return fate{idAsked, i.ID, "a cut would hit beside it " + hit.String()}
	}
	if hit.Wants(limits.Neighbours, quarantine.BeyondGroup) != "" {
		return fate{idSpared, i.ID, "a cut would hit beside it " + hit.String()}
	}
	return fate{}
}

// share is how much of the VPC is under quarantine now, and how much more the cut would put there.
func (n *reading) share(vpc string, subnets []string) networkacl.Share {
	s := networkacl.Share{VPC: vpc}
	for _, acl := range n.seen.acls[vpc] {
		for _, a := range acl.Associations {
			s.Subnets++
			switch {
			case acl.Quarantines():
				s.Quarantined++
			case slices.Contains(subnets, a.SubnetID):
				s.Adds++
			}
		}
	}
	if s.Adds == 0 {
		return networkacl.Share{} // all of it is cut already
	}
	return s
}

func (n *reading) groupHit(l quarantine.NeighbourLimit, i quarantine.Instance, others []quarantine.Neighbour, all bool) *quarantine.GroupHit {
	if i.AutoScalingGroup() == "" || !l.CountsGroup() {
		return nil
	}
	at := slices.IndexFunc(n.seen.groups, func(g quarantine.ScalingGroup) bool { return g.Name == i.AutoScalingGroup() })
	if at < 0 {
		return &quarantine.GroupHit{Group: i.AutoScalingGroup(), NotKnown: "Auto Scaling shows no group of that name"}
	}
	hit := quarantine.CountGroup(n.seen.groups[at], others, all, i.Subnets(), n.quarantined)
	return &hit
}

func (n *reading) quarantined(subnet string) bool {
	for _, acls := range n.seen.acls {
		for _, acl := range acls {
			if acl.Quarantines() && slices.ContainsFunc(acl.Associations, func(a quarantine.Association) bool { return a.SubnetID == subnet }) {
				return true
			}
		}
	}
	return false
}

// reasons are the first instances with why.
func reasons(of []fate) string {
	var all []string
	for _, f := range of[:min(len(of), named)] {
		all = append(all, f.instance+" ("+f.why+")")
	}
	if more := len(of) - len(all); more > 0 {
		all = append(all, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(all, "; ")
}
