package autoscaling

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// AddGroup creates a group.
func (g *Groups) AddGroup(of Group) {
	defer g.service.Change()()
	g.groups[of.Name] = &group{
		desired: cmp.Or(of.Desired, len(of.Instances)), most: cmp.Or(of.Max, len(of.Instances)+1), subnets: slices.Clone(of.Subnets),
		checks: cmp.Or(of.Checks, "EC2"),
	}
	for _, id := range of.Instances {
		g.members[id] = &member{group: of.Name, state: inService}
	}
	g.service.CountChange()
}

// HasMembers tells whether there is a group of that name that has these instances.
func (g *Groups) HasMembers(name string, instances ...string) bool {
	g.service.Lock()
	defer g.service.Unlock()
	return g.groups[name] != nil && !slices.ContainsFunc(instances, func(id string) bool { return g.members[id] == nil || g.members[id].group != name })
}

// SetDrain sets how long an instance is on its way into standby from now on.
func (g *Groups) SetDrain(d time.Duration) {
	defer g.service.Change()()
	g.drain = d
}

// SetMax sets a group's maximum capacity.
func (g *Groups) SetMax(name string, most int) {
	defer g.service.Change()()
	g.groups[name].most = most
}

// SetState has an instance be in a state of its lifecycle, as an administrator, an instance
// refresh or the group itself would.
func (g *Groups) SetState(instance, state string) {
	defer g.service.Change()()
	m, there := g.members[instance]
	if !there {
		panic(fmt.Sprintf("instance %s is in no group", instance))
	}
	g.move(m, state, 0, "")
	g.service.CountChange()
}

// Detach takes an instance out of its group.
func (g *Groups) Detach(instance string) {
	defer g.service.Change()()
	delete(g.members, instance)
	g.service.CountChange()
}
