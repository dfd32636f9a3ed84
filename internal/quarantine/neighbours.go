package quarantine

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// NeighbourLimit is what the policy says of the neighbours: what a cut of subnets hits beside
// the instance. The zero value does not even have them counted.
type NeighbourLimit struct {
	// UpTo is how many of them may be cut without a person's word; 0 is no limit.
	UpTo int `json:"upTo,omitempty"`
	// Beyond is what becomes of a cut that would hit more of them, or one that others
	// depend on: BeyondAsk, BeyondCut or BeyondGroup.
	Beyond string `json:"beyond,omitempty"`
	// SameGroup is what becomes of a cut under which other members of the instance's Auto Scaling
	// group lie, or all subnets of it: as Beyond. With "" the group is not read.
	SameGroup string `json:"sameGroup,omitempty"`
}

// Confirmed is the limit for a cut that a person has confirmed: nobody is asked any more, and what
// the group is to contain is still the group's.
func (l NeighbourLimit) Confirmed() NeighbourLimit {
	out := NeighbourLimit{Beyond: BeyondCut, SameGroup: BeyondCut}
	if l.Beyond == BeyondGroup {
		out.Beyond, out.UpTo = BeyondGroup, l.UpTo
	}
	if l.SameGroup == BeyondGroup {
		out.SameGroup = BeyondGroup
	}
	return out
}

// Most is UpTo for people.
func (l NeighbourLimit) Most() string {
	if l.UpTo == 0 {
		return "none"
	}
	return strconv.Itoa(l.UpTo)
}

// What becomes of a cut beyond the limit of neighbours, or of one that hits the instance's own group.
const (
	BeyondAsk   = "ask"   // a person is asked first
	BeyondCut   = "cut"   // they are named, and the cut goes on
	BeyondGroup = "group" // the security group alone contains the instance, and they are spared
)

// Counts tells whether neighbours are counted at all.
func (l NeighbourLimit) Counts() bool { return l.Beyond != "" }

// CountsGroup tells whether the instance's Auto Scaling group is read: its members are told among
// the neighbours that are counted.
func (l NeighbourLimit) CountsGroup() bool { return l.Counts() && l.SameGroup != "" }

// TooManyNeighbours is in the reason where a person is asked because of what the cut would hit.
const TooManyNeighbours = "that is beyond the policy's neighbours"

// GroupIsHit is in the reason where that is because of what the cut would hit of the instance's
// own Auto Scaling group.
const GroupIsHit = "the policy's neighbours.sameGroup lets no cut do that"

// NeighbourKind is what a neighbour is.
type NeighbourKind string

// The kinds, in the order in which they are told.
const (
	NeighbourInstance     NeighbourKind = "instance"
	NeighbourNATGateway   NeighbourKind = "nat-gateway"
	NeighbourLoadBalancer NeighbourKind = "load-balancer"
	NeighbourEndpoint     NeighbourKind = "vpc-endpoint"
	NeighbourDatabase     NeighbourKind = "database"
	NeighbourFunction     NeighbourKind = "lambda"
	NeighbourFileSystem   NeighbourKind = "file-system"
	NeighbourBranch       NeighbourKind = "branch"
	NeighbourOther        NeighbourKind = "other-service"
)

// neighbourWords are each kind's order, and its words for one and for several.
var neighbourWords = []struct {
	kind      NeighbourKind
	one, many string
}{
	{NeighbourInstance, "1 other instance", "other instances"},
	{NeighbourNATGateway, "a NAT gateway", "NAT gateways"},
	{NeighbourLoadBalancer, "a load balancer", "load balancers"},
	{NeighbourEndpoint, "a VPC endpoint", "VPC endpoints"},
	{NeighbourDatabase, "a database's interface", "interfaces of databases"},
	{NeighbourFunction, "an interface of Lambda functions", "interfaces of Lambda functions"},
	{NeighbourFileSystem, "an EFS file system's mount target", "mount targets of EFS file systems"},
	{NeighbourBranch, "a branch interface of a pod or a task", "branch interfaces of pods or tasks"},
	{NeighbourOther, "an interface of another AWS service", "interfaces of other AWS services"},
}

// Neighbour is one network interface in a subnet, and what it belongs to.
type Neighbour struct {
	Interface string
	Subnet    string
	Kind      NeighbourKind
	// Of is what the interface belongs to, as far as EC2 tells: an instance's id, a NAT
	// gateway's, a load balancer's name. Interfaces of one thing have the same.
	Of string
}

// NeighbourReader reads what is in subnets.
type NeighbourReader interface {
	// Neighbours lists the interfaces in use in these subnets, but those of the resource
	// itself; all is false if there are more than were read. Errors: AccessDenied; Throttled;
	// Unavailable.
	Neighbours(ctx context.Context, r Resource, subnets []string) (found []Neighbour, all bool, err error)
}

// Neighbours are what was counted in the subnets of an instance, beside it.
type Neighbours struct {
	Subnets []string         `json:"subnets"`
	Kinds   []NeighbourCount `json:"kinds"`
	// AtLeast says that there are more than were read.
	AtLeast bool `json:"atLeast,omitempty"`
	// NotKnown says why nothing of this is known, or is "".
	NotKnown string `json:"notKnown,omitempty"`
	// Group is what was counted of the instance's Auto Scaling group; nil if it is in none, or
	// the policy does not have it read.
	Group *GroupHit `json:"group,omitempty"`
}

// NeighbourCount is how many there are of a kind.
type NeighbourCount struct {
	Kind  NeighbourKind `json:"kind"`
	Count int           `json:"count"`
	// Names are the first of those that are known by name beyond their interface.
	Names []string `json:"names,omitempty"`
}

// maxNeighbourNames is how many of a kind are named.
const maxNeighbourNames = 3

// CountNeighbours counts what is in these subnets: each thing once, however many interfaces
// it has.
func CountNeighbours(found []Neighbour, all bool, subnets []string) Neighbours {
	out := Neighbours{Subnets: subnets, Kinds: []NeighbourCount{}, AtLeast: !all}
	for _, w := range neighbourWords {
		things := distinct(found, func(n Neighbour) string {
			if n.Kind != w.kind || !slices.Contains(subnets, n.Subnet) {
				return ""
			}
			return n.Of
		})
		if len(things) == 0 {
			continue
		}
		count := NeighbourCount{Kind: w.kind, Count: len(things)}
		if w.kind.shared() || w.kind == NeighbourInstance {
			count.Names = things[:min(len(things), maxNeighbourNames)]
		}
		out.Kinds = append(out.Kinds, count)
	}
	return out
}

// shared tells whether hosts of other subnets depend on such a thing.
func (k NeighbourKind) shared() bool {
	return k == NeighbourNATGateway || k == NeighbourLoadBalancer || k == NeighbourEndpoint
}

// Total is how many there are of all kinds.
func (n Neighbours) Total() (all int) {
	for _, k := range n.Kinds {
		all += k.Count
	}
	return all
}

// Of is what was counted of a kind.
func (n Neighbours) Of(kind NeighbourKind) NeighbourCount {
	for _, k := range n.Kinds {
		if k.Kind == kind {
			return k
		}
	}
	return NeighbourCount{Kind: kind}
}

// Beyond tells whether the cut is not simply made: because of their number, or because others
// depend on one of them. What is not known is not beyond.
func (n Neighbours) Beyond(l NeighbourLimit) bool {
	if l.Beyond != BeyondAsk && l.Beyond != BeyondGroup || n.NotKnown != "" {
		return false
	}
	return l.UpTo > 0 && (n.AtLeast || n.Total() > l.UpTo) || slices.ContainsFunc(n.Kinds, func(k NeighbourCount) bool { return k.Kind.shared() })
}

// Wants says why the policy wants that, BeyondAsk or BeyondGroup, of a cut that would hit these:
// TooManyNeighbours, GroupIsHit or "".
func (n Neighbours) Wants(l NeighbourLimit, wanted string) string {
	switch {
	case l.Beyond == wanted && n.Beyond(l):
		return TooManyNeighbours
	case l.SameGroup == wanted && n.Group.Beyond(l):
		return GroupIsHit
	}
	return ""
}

// String is for people: "7 other instances and a NAT gateway (nat-0abc)"; "nothing else"; or
// "not known", and why. What is known of the instance's group follows. Of instances it has no
// name: a message has no room for those.
func (n Neighbours) String() string { return n.words(NeighbourKind.shared) }

// Named is that with the first names of everything that is known by one.
func (n Neighbours) Named() string { return n.words(func(NeighbourKind) bool { return true }) }

func (n Neighbours) words(named func(NeighbourKind) bool) string {
	if n.Group != nil {
		return n.things(named) + "; " + n.Group.String()
	}
	return n.things(named)
}

func (n Neighbours) things(named func(NeighbourKind) bool) string {
	if n.NotKnown != "" {
		return "not known (" + n.NotKnown + ")"
	}
	var parts []string
	for _, w := range neighbourWords {
		if k := n.Of(w.kind); k.Count > 0 {
			if !named(w.kind) {
				k.Names = nil
			}
			parts = append(parts, k.words(w.one, w.many))
		}
	}
	switch last := len(parts) - 1; {
	case last < 0 && n.AtLeast:
		return "not known (there are more interfaces than were read)"
	case last < 0:
		return "nothing else"
	case last > 0:
		parts = []string{strings.Join(parts[:last], ", "), parts[last]}
	}
	text := strings.Join(parts, " and ")
	if n.AtLeast {
		return "at least " + text
	}
	return text
}

func (k NeighbourCount) words(one, many string) string {
	text := one
	if k.Count > 1 {
		text = fmt.Sprintf("%d %s", k.Count, many)
	}
	if len(k.Names) == 0 {
		return text
	}
	names := strings.Join(k.Names, ", ")
	if more := k.Count - len(k.Names); more > 0 {
		names += fmt.Sprintf(" and %d more", more)
	}
	return text + " (" + names + ")"
}
