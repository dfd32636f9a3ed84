// Package elbv2 is the Elastic Load Balancing, version 2, of an in-memory account: target groups and
// what is registered in them. There is no load balancer, and nothing is ever healthy or unhealthy.
package elbv2

import (
	"cmp"
	"maps"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
)

// TargetGroup describes a target group to create.
type TargetGroup struct {
	Name, VPC string
	Type      string // "instance", "ip", "lambda" or "alb"; "" is instance
	Port      int32  // of targets that name none; 0 is 80
	// Unused says that no load balancer sends it anything.
	Unused  bool
	Targets []Target
}

// Target is what is registered. Port 0 is the group's.
type Target struct {
	ID, Zone, ServerID string
	Port               int32
}

// TargetGroups are the account's target groups.
type TargetGroups struct {
	service  *call.Service
	pageSize int // of target groups
	*state
}

type state struct {
	groups map[string]*group // by ARN
	delay  time.Duration     // how long a target drains
}

type group struct {
	TargetGroup
	made    int
	targets map[Target]registration
}

// registration is how a target stands: one that was deregistered drains until then.
type registration struct {
	registered bool
	until      time.Time
}

// defaultDelay is how long a target drains. Five minutes is AWS's where nobody says.
const defaultDelay = 2 * time.Second

// New adds Elastic Load Balancing, without a target group, to the endpoint. pageSize is the number of
// target groups on a page; 0 is 400.
func New(e *call.Endpoint, pageSize int) *TargetGroups {
	g := &TargetGroups{state: &state{groups: map[string]*group{}, delay: defaultDelay}, pageSize: cmp.Or(pageSize, 400)}
	g.service = &call.Service{
		Endpoint: e, Name: "elasticloadbalancing", ID: "Elastic Load Balancing v2",
		Throttled: func(call.Call) error { return call.Fail("Throttling", "Rate exceeded") },
		Broken:    func() error { return call.ServerFault("InternalFailure", "An internal error has occurred") },
		Denied: func(c call.Call) error {
			return call.Fail("AccessDenied", "%s", e.NotAllowed(c, "elasticloadbalancing", "*"))
		},
	}
	g.service.State = call.StateAt(&g.state, (*state).copy)
	return g
}

func (s *state) copy() *state {
	out := &state{groups: map[string]*group{}, delay: s.delay}
	for arn, g := range s.groups {
		again := *g
		again.targets = maps.Clone(g.targets)
		out.groups[arn] = &again
	}
	return out
}

// AddTargetGroup creates a target group, and returns its ARN.
func (g *TargetGroups) AddTargetGroup(of TargetGroup) (arn string) {
	defer g.service.Change()()
	of.Type, of.Port = cmp.Or(of.Type, "instance"), cmp.Or(of.Port, 80)
	id := strings.ReplaceAll(g.service.NewUUID("targetgroup"), "-", "")[:16]
	arn = g.service.ARN("elasticloadbalancing", "targetgroup/"+of.Name+"/"+id)
	made := &group{TargetGroup: of, made: len(g.groups), targets: map[Target]registration{}}
	for _, t := range of.Targets {
		made.targets[made.full(t)] = registration{registered: true}
	}
	g.groups[arn] = made
	g.service.CountChange()
	return arn
}

// RemoveTargetGroup deletes a target group.
func (g *TargetGroups) RemoveTargetGroup(arn string) {
	defer g.service.Change()()
	delete(g.groups, arn)
	g.service.CountChange()
}

// SetTarget registers a target or takes it out at once, as an administrator or a controller would.
func (g *TargetGroups) SetTarget(arn string, t Target, registered bool) {
	defer g.service.Change()()
	of := g.groups[arn]
	of.targets[of.full(t)] = registration{registered: registered}
	g.service.CountChange()
}

// SetDelay sets how long targets drain from now on.
func (g *TargetGroups) SetDelay(d time.Duration) {
	defer g.service.Change()()
	g.delay = d
}

// full is a target as it is registered: with its port, and its address in its usual form.
func (g *group) full(t Target) Target {
	t.Port = cmp.Or(t.Port, g.Port)
	if address, err := netip.ParseAddr(t.ID); err == nil {
		t.ID = address.String()
	}
	return t
}

// The states of a registration.
const (
	registered = "registered"
	draining   = "draining"
	absent     = "absent"
)

func (g *TargetGroups) now(r registration) string {
	switch {
	case r.registered:
		return registered
	case g.service.Now().Before(r.until):
		return draining
	}
	return absent
}

// TargetStates returns how each target stands that is or was registered, by its id and then by its
// target group, its port and, where it has them, its zone and server id: "targetgroup/web/0123456789abcdef/80".
func (g *TargetGroups) TargetStates() map[string]map[string]string {
	g.service.Lock()
	defer g.service.Unlock()
	out := map[string]map[string]string{}
	for arn, of := range g.groups {
		for t, r := range of.targets {
			if out[t.ID] == nil {
				out[t.ID] = map[string]string{}
			}
			place := []string{arn[strings.Index(arn, "targetgroup/"):], strconv.Itoa(int(t.Port))}
			for _, further := range []string{t.Zone, t.ServerID} {
				if further != "" {
					place = append(place, further)
				}
			}
			out[t.ID][strings.Join(place, "/")] = g.now(r)
		}
	}
	return out
}

// arns are those of the target groups, in the order in which they were made.
func (g *TargetGroups) arns() []string {
	return slices.SortedFunc(maps.Keys(g.groups), func(a, b string) int { return cmp.Compare(g.groups[a].made, g.groups[b].made) })
}
