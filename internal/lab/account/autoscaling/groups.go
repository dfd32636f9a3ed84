// Package autoscaling is the EC2 Auto Scaling of an in-memory account: groups, and the lifecycle
// of their members as far as standby is about it.
package autoscaling

import (
	"maps"
	"slices"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
)

// Group describes an Auto Scaling group to create.
type Group struct {
	Name      string
	Desired   int      // 0 is the number of its instances
	Max       int      // 0 is one more than there are instances
	Instances []string // in service
	Subnets   []string // that it launches into; none is one of which only its zones are described
	Checks    string   // HealthCheckType; "" is EC2
}

// Groups are the account's Auto Scaling groups.
type Groups struct {
	service *call.Service
	*state
}

type state struct {
	groups  map[string]*group
	members map[string]*member  // by instance
	sources map[string][]string // what sends a group its traffic, by the group
	drain   time.Duration
}

type group struct {
	desired, most int
	subnets       []string
	checks        string
}

// member is an instance in a group. It is in state until then, and after that in next.
type member struct {
	group       string
	state, next string
	until       time.Time
}

// The states of https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-lifecycle.html
// that calls here lead to.
const (
	pending   = "Pending"
	inService = "InService"
	entering  = "EnteringStandby"
	standby   = "Standby"
)

const (
	// defaultDrain is how long an instance is on its way into standby: until its load balancers
	// have no connection to it any more. Five minutes is what AWS waits at most where nobody says.
	defaultDrain = 2 * time.Second
	// launch is how long an instance is pending.
	launch = 5 * time.Second
)

// New adds Auto Scaling, without a group, to the endpoint.
func New(e *call.Endpoint) *Groups {
	g := &Groups{state: &state{groups: map[string]*group{}, members: map[string]*member{}, sources: map[string][]string{}, drain: defaultDrain}}
	g.service = &call.Service{
		Endpoint: e, Name: "autoscaling", ID: "Auto Scaling",
		Throttled: func(call.Call) error { return call.Fail("Throttling", "Rate exceeded") },
		Broken:    func() error { return call.ServerFault("InternalFailure", "An internal error has occurred") },
		Denied: func(c call.Call) error {
			return call.Fail("AccessDenied", "%s", e.NotAllowed(c, "autoscaling", "*"))
		},
	}
	g.service.State = call.StateAt(&g.state, (*state).copy)
	return g
}

func (s *state) copy() *state {
	out := &state{groups: map[string]*group{}, members: map[string]*member{}, sources: maps.Clone(s.sources), drain: s.drain}
	for name, g := range s.groups {
		again := *g
		out.groups[name] = &again
	}
	for id, m := range s.members {
		again := *m
		out.members[id] = &again
	}
	return out
}

// now is the state that a member is in.
func (g *Groups) now(m *member) string {
	if m.next != "" && !g.service.Now().Before(m.until) {
		return m.next
	}
	return m.state
}

// move has a member be in one state for some time, and then in another.
func (g *Groups) move(m *member, state string, takes time.Duration, next string) {
	m.state, m.next, m.until = state, next, g.service.Now().Add(takes)
}

// GroupStates returns what calls can set on instances in groups, by their ids: as "state in " and
// the group, the state of its lifecycle.
func (g *Groups) GroupStates() map[string]map[string]string {
	g.service.Lock()
	defer g.service.Unlock()
	out := map[string]map[string]string{}
	for id, m := range g.members {
		out[id] = map[string]string{"state in " + m.group: g.now(m)}
	}
	return out
}

// AllMembers are the instances of each group, and the state of each one's lifecycle.
func (g *Groups) AllMembers() map[string]map[string]string {
	g.service.Lock()
	defer g.service.Unlock()
	out := map[string]map[string]string{}
	for name := range g.groups {
		out[name] = map[string]string{}
	}
	for id, m := range g.members {
		out[m.group][id] = g.now(m)
	}
	return out
}

// Members are the instances of a group, sorted, and its desired capacity.
func (g *Groups) Members(name string) (ids []string, desired int) {
	g.service.Lock()
	defer g.service.Unlock()
	for _, id := range slices.Sorted(maps.Keys(g.members)) {
		if g.members[id].group == name {
			ids = append(ids, id)
		}
	}
	return ids, g.groups[name].desired
}
