package release_test

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/lab/estate"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// scene is a release.
type scene struct {
	name, instance string
	cut            []string
	after          func(*testing.T, world)
}

// scenes are releases that differ in what there is to do.
var scenes = []scene{
	{"one subnet", "i-web", []string{"i-web"}, nil},
	{"two VPCs", "i-wide", []string{"i-wide"}, nil},
	{"one of two subnets that another incident holds", "i-pair", []string{"i-pair", "i-peer"}, nil},
	{"a recorded ACL that is gone", "i-pair", []string{"i-pair"}, func(_ *testing.T, w world) { w.Remove("acl-own") }},
	{"a subnet that somebody changed", "i-pair", []string{"i-pair"}, func(_ *testing.T, w world) {
		w.AddACL("vpc-1", "acl-foreign", nil)
		w.Swap("subnet-c", "acl-foreign")
	}},
	{"an incident that failed half-way", "i-pair", nil, func(t *testing.T, w world) {
		w.fails(t, "i-pair", "ReplaceNetworkAclAssociation subnet-c")
	}},
}

// moment is a scene at one of the calls that it makes if nothing disturbs it.
type moment struct {
	world
	instance string
	index    int
	call     estate.Call
	state    []string           // what the undisturbed scene leaves behind
	claim    quarantine.Release // and what it claims
}

// everyCall runs fn for every call of the scenes, with the world as it is before.
func everyCall(t *testing.T, of []scene, fn func(t *testing.T, m moment)) {
	for _, s := range of {
		prepared := func(t *testing.T) world {
			w := newWorld(t)
			for _, instance := range s.cut {
				w.cut(t, instance)
			}
			if s.after != nil {
				s.after(t, w)
			}
			return w
		}
		calm := prepared(t)
		first := len(calm.Calls(0))
		claim := calm.release(t, s.instance)
		state := calm.left()
		for i, c := range calm.Calls(first) {
			t.Run(fmt.Sprintf("%s/%02d %s", s.name, i+1, c.Text), func(t *testing.T) {
				t.Parallel()
				fn(t, moment{prepared(t), s.instance, i, c, state, claim})
			})
		}
	}
}

// left is what is left behind, but for who deleted an ACL: where the answer was
// lost, nobody knows.
func (w world) left() (all []string) {
	for _, line := range w.State() {
		var item struct{ Release struct{ M map[string]any } }
		if json.Unmarshal([]byte(line), &item) == nil && item.Release.M != nil {
			delete(item.Release.M, "removedAcls")
			before, _, _ := strings.Cut(line, `"release":`)
			line = fmt.Sprint(before, item.Release.M)
		}
		all = append(all, line)
	}
	return all
}

// completes wants a retry to end as if nothing had been disturbed.
func (m moment) completes(t *testing.T) {
	t.Helper()
	got := m.release(t, m.instance)
	got.Removed = m.claim.Removed
	same(t, "the claim", anyAssociation(m.claim), anyAssociation(got))
	same(t, "what is left behind", withoutNumbers(m.state), withoutNumbers(m.left()))
}

// association is the name of one that is not a subnet's first. A retry replaces one that is on
// nobody's record by one of the same ACL, to learn whether it stands.
var association = regexp.MustCompile(`(subnet-[a-z])/([2-9]|[1-9][0-9]+)`)

func anyAssociation(claim quarantine.Release) quarantine.Release {
	claim.Subnets = slices.Clone(claim.Subnets)
	for i, s := range claim.Subnets {
		claim.Subnets[i].Version = association.ReplaceAllString(s.Version, "$1/n")
	}
	return claim
}

func withoutNumbers(state []string) (out []string) {
	for _, item := range state {
		out = append(out, association.ReplaceAllString(item, "$1/n"))
	}
	return out
}

// "A release interrupted after any step and run again ends the same."
func TestAFaultAtEveryCallInTurnThenARetry(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault   estate.Fault
		failure string
	}{
		"throttled":                        {estate.Fault{Kind: estate.Throttle}, quarantine.Throttled},
		"answer lost after it took effect": {estate.Fault{Kind: estate.TimeoutAfter}, quarantine.Unavailable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			everyCall(t, scenes, func(t *testing.T, m moment) {
				f := c.fault
				f.Skip = m.index
				m.Inject("", f)
				done, err := m.handle(m.instance)
				estate.WantName(t, err, c.failure)
				same(t, "what is claimed", quarantine.Release{}, done)
				m.completes(t)
			})
		})
	}
}

// The process is stopped at any call: nothing is claimed, and a retry completes.
func TestACancelledInvocationClaimsNothing(t *testing.T) {
	t.Parallel()
	everyCall(t, scenes[:2], func(t *testing.T, m moment) {
		ctx, cancel := context.WithCancel(t.Context())
		m.Before("", m.index, cancel)
		done, err := m.Release(ctx, estate.Restoration(m.instance))
		estate.WantName(t, err, quarantine.Unavailable)
		same(t, "what is claimed", quarantine.Release{}, done)
		m.completes(t)
	})
}

// What does not pass ends the release under its name, with the adapter's words:
// those name the missing action. Only what is left to tidy up is a warning.
func TestADenialAtEveryCallInTurn(t *testing.T) {
	t.Parallel()
	everyCall(t, scenes[1:3], func(t *testing.T, m moment) {
		m.Inject("", estate.Fault{Kind: estate.Deny, Skip: m.index})
		done, err := m.handle(m.instance)
		action := strings.Replace(m.call.Service+":"+m.call.Operation, "TransactWriteItems", "DeleteItem", 1)
		if m.call.Operation == "DeleteNetworkAcl" || m.call.Operation == "DeleteTags" {
			estate.WantName(t, err, "")
			if !slices.ContainsFunc(done.Warnings, func(w string) bool {
				return strings.HasPrefix(w, "the subnets are released, but: ") && strings.Contains(w, action)
			}) {
				t.Errorf("the warnings are %q", done.Warnings)
			}
			same(t, "the outcomes", outcomes(m.claim), outcomes(done))
			return
		}
		estate.WantName(t, err, quarantine.AccessDenied)
		estate.WantSays(t, err, action)
		m.completes(t)
	})
}

// One subnet's trouble does not keep the others cut off, and what passes names the whole.
func TestWhatPassesNamesTheWhole(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.cut(t, "i-wide")
	w.Inject("ReplaceNetworkAclAssociation subnet-b", estate.Fault{Kind: estate.Deny})
	_, err := w.handle("i-wide")
	estate.WantName(t, err, quarantine.AccessDenied)
	same(t, "what subnet-x is under", "acl-other", w.Under()["subnet-x"])

	w = newWorld(t)
	w.cut(t, "i-wide")
	w.Inject("ReplaceNetworkAclAssociation subnet-b", estate.Fault{Kind: estate.Deny})
	w.Inject("ReplaceNetworkAclAssociation subnet-x", estate.Fault{Kind: estate.Throttle})
	_, err = w.handle("i-wide")
	estate.WantName(t, err, quarantine.Throttled)
	estate.WantSays(t, err, "denied")
}

// Somebody changes a subnet by hand at any moment: they are never overruled after it.
func TestSomebodyChangesASubnetAtEveryMoment(t *testing.T) {
	t.Parallel()
	everyCall(t, scenes[:3], func(t *testing.T, m moment) {
		subnet := estate.Subnets(m.instance)[0]
		m.AddACL(estate.VPC(subnet), "acl-by-hand", nil)
		m.Before("", m.index, func() { m.Swap(subnet, "acl-by-hand") })
		m.release(t, m.instance)
		same(t, "what "+subnet+" is under", "acl-by-hand", m.Under()[subnet])
	})
}

func TestStartingOverIsBounded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.cut(t, "i-web")
	mend := w.Inject("ReplaceNetworkAclAssociation", estate.Always(func() { w.Swap("subnet-a", "acl-q1") }))
	_, err := w.handle("i-web")
	estate.WantName(t, err, quarantine.Contended)
	mend()
	w.release(t, "i-web")
	w.settled(t)
}
