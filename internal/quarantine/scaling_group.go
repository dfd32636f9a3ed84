package quarantine

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// ScalingGroup is an Auto Scaling group, as far as a cut and standby are about it.
type ScalingGroup struct {
	Name string
	// Subnets are those that it launches into; none where EC2 Auto Scaling names none, but
	// Availability Zones.
	Subnets []string
	// Members are the states of its instances' lifecycle, by their ids.
	Members map[string]string
	// ELBChecks tells that it ends instances which a load balancer, or another service, finds unhealthy.
	ELBChecks bool
}

// GroupReader reads Auto Scaling groups.
type GroupReader interface {
	// Group is the group of that name in the resource's account and Region. Errors: AccessDenied;
	// Throttled; Unavailable, also where no group of that name is shown.
	Group(ctx context.Context, r Resource, name string) (ScalingGroup, error)
}

// StandingBy are the members that stand by or are on the way there, sorted, but this one.
func (g ScalingGroup) StandingBy(but string) (ids []string) {
	for id, state := range g.Members {
		if id != but && standsBy(state) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

func standsBy(state string) bool { return state == "Standby" || state == "EnteringStandby" }

// serves tells whether a member in that state is in service, or is to be: one that stands by, is
// leaving or is kept in a warm pool fails no health check for being cut.
func serves(state string) bool { return state == "InService" || strings.HasPrefix(state, "Pending") }

// GroupHit is how much of the instance's Auto Scaling group lies under a cut.
type GroupHit struct {
	Group string `json:"group"`
	// Members is how many of its other members do, of those that are in service or are to be.
	Members int `json:"members,omitempty"`
	// AtLeast says that there can be more of them: not everything in the subnets was read.
	AtLeast bool `json:"atLeast,omitempty"`
	// Subnets is how many it launches into, 0 if that is not known, and Under how many of these
	// are under quarantine, or will be by this cut.
	Subnets int `json:"subnets,omitempty"`
	Under   int `json:"under,omitempty"`
	// NotKnown says why nothing of this is known, or is "".
	NotKnown string `json:"notKnown,omitempty"`
}

// CountGroup counts the members among what is in these subnets, as far as that was read, and the
// group's subnets among these and those that are under quarantine already.
func CountGroup(g ScalingGroup, found []Neighbour, all bool, subnets []string, quarantined func(subnet string) bool) GroupHit {
	members := distinct(found, func(n Neighbour) string {
		if n.Kind != NeighbourInstance || !slices.Contains(subnets, n.Subnet) || !serves(g.Members[n.Of]) {
			return ""
		}
		return n.Of
	})
	out := GroupHit{Group: g.Name, Members: len(members), AtLeast: !all, Subnets: len(g.Subnets)}
	for _, subnet := range g.Subnets {
		if slices.Contains(subnets, subnet) || quarantined(subnet) {
			out.Under++
		}
	}
	return out
}

// Whole tells whether every subnet of the group lies under the cut: what it launches cannot work.
func (h *GroupHit) Whole() bool { return h != nil && h.Subnets > 0 && h.Under == h.Subnets }

// Beyond tells whether the policy would not have it cut as it is. What is not known is not beyond.
func (h *GroupHit) Beyond(l NeighbourLimit) bool {
	return h != nil && (l.SameGroup == BeyondAsk || l.SameGroup == BeyondGroup) && (h.Members > 0 || h.Whole())
}

// String is for people: "2 other members of its Auto Scaling group web lie under the cut, and all
// 2 subnets of it do: replacements that it launches cannot work".
func (h *GroupHit) String() string {
	if h.NotKnown != "" {
		return fmt.Sprintf("how much of its Auto Scaling group %s lies under the cut is not known (%s)", h.Group, h.NotKnown)
	}
	text := h.members()
	if h.Subnets > 0 && h.Under > 0 {
		text += ", and " + h.subnets()
	}
	if h.Whole() {
		text += ": replacements that it launches cannot work"
	}
	return text
}

func (h *GroupHit) members() string {
	of := " of its Auto Scaling group " + h.Group
	switch {
	case h.Members == 0 && h.AtLeast:
		return "how many other members" + of + " lie under the cut is not known"
	case h.Members == 0:
		return "no other member" + of + " lies under the cut"
	case h.AtLeast:
		return fmt.Sprintf("%d or more other members%s lie under the cut", h.Members, of)
	case h.Members == 1:
		return "1 other member" + of + " lies under the cut"
	default:
		return fmt.Sprintf("%d other members%s lie under the cut", h.Members, of)
	}
}

func (h *GroupHit) subnets() string {
	switch {
	case h.Subnets == 1:
		return "its only subnet does"
	case h.Whole():
		return fmt.Sprintf("all %d subnets of it do", h.Subnets)
	case h.Under == 1:
		return fmt.Sprintf("1 of its %d subnets does", h.Subnets)
	default:
		return fmt.Sprintf("%d of its %d subnets do", h.Under, h.Subnets)
	}
}
