// Package autoscalingtest is the contract of the Auto Scaling adapter, checked with an in-memory
// account and with a real endpoint.
package autoscalingtest

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/internal/aws/autoscaling"
	"github.com/ec2-quarantine/quarantine/internal/lab/moto"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Env is an account that a test may change without restoring it.
type Env struct {
	API               autoscaling.API
	AccountID, Region string
	// Instance is in service in Group, which has room for one more.
	Group, Instance string
	// Subnets are those that Group launches into.
	Subnets []string
	// Attached are the traffic sources of Group: a target group and a Classic Load Balancer.
	Attached []string
	// Other is an instance in no group.
	Other string
	// Members counts the group's instances.
	Members func(t *testing.T) int
	// Settle returns when no instance is on its way from one state to another.
	Settle func(t *testing.T)
	// Differs lists the known differences between API and AWS.
	Differs moto.Differences
}

func (e Env) of(instance string) quarantine.Resource {
	return quarantine.Resource{Kind: quarantine.KindInstance, AccountID: e.AccountID, Region: e.Region, ID: instance}
}

// Contract runs the contract, each part with an account of its own.
func Contract(t *testing.T, newEnv func(t *testing.T) Env) {
	for name, run := range map[string]func(*testing.T, Env, *autoscaling.Client){
		"an instance goes into standby, is replaced, and comes back": goesAndComes,
		"an instance in no group has none, and is not moved":         isInNone,
		"an instance in another state is not moved":                  isElsewhere,
		"a group is read with its subnets and members":               isRead,
		"a group that does not exist is not shown":                   isNotThere,
		"what sends a group its traffic is known":                    hasTraffic,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := newEnv(t)
			run(t, env, autoscaling.New(env.API))
		})
	}
}

func goesAndComes(t *testing.T, env Env, c *autoscaling.Client) {
	members := env.Members(t)
	is(t, env, c, "InService")
	moves(t, env, c, c.EnterStandby(t.Context(), env.of(env.Instance), env.Group), "EnteringStandby", "Standby")
	if got := env.Members(t); got != members+1 {
		t.Errorf("the group has %d instances, want a replacement beside %d", got, members)
	}
	moves(t, env, c, c.ExitStandby(t.Context(), env.of(env.Instance), env.Group), "Pending", "InService")
}

// moves wants a call to have worked, after which the instance is in one state for some time, and
// then in another.
func moves(t *testing.T, env Env, c *autoscaling.Client, err error, first, then string) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if !env.Differs.Has(t, moto.StandbyAtOnce) {
		is(t, env, c, first)
	}
	env.Settle(t)
	is(t, env, c, then)
}

func is(t *testing.T, env Env, c *autoscaling.Client, want string) {
	t.Helper()
	group, state, err := c.Membership(t.Context(), env.of(env.Instance))
	if err != nil || group != env.Group || state != want {
		t.Errorf("it is %q in %q (%v), want %s in %s", state, group, err, want, env.Group)
	}
}

func isInNone(t *testing.T, env Env, c *autoscaling.Client) {
	for _, id := range []string{env.Other, "i-0f0f0f0f0f0f0f0f0"} {
		group, state, err := c.Membership(t.Context(), env.of(id))
		if err != nil || group != "" || state != "" {
			t.Errorf("%s is %q in %q (%v)", id, state, group, err)
		}
	}
	if !env.Differs.Has(t, moto.StandbyOfAnything) {
		refused(t, c.EnterStandby(t.Context(), env.of(env.Other), env.Group))
		refused(t, c.ExitStandby(t.Context(), env.of(env.Other), env.Group))
	}
}

func isElsewhere(t *testing.T, env Env, c *autoscaling.Client) {
	if env.Differs.Has(t, moto.StandbyOfAnything) {
		return
	}
	refused(t, c.ExitStandby(t.Context(), env.of(env.Instance), env.Group))
	if err := c.EnterStandby(t.Context(), env.of(env.Instance), env.Group); err != nil {
		t.Fatal(err)
	}
	refused(t, c.EnterStandby(t.Context(), env.of(env.Instance), env.Group)) // it is on its way
	env.Settle(t)
	refused(t, c.EnterStandby(t.Context(), env.of(env.Instance), env.Group)) // it is there
}

func isRead(t *testing.T, env Env, c *autoscaling.Client) {
	wants := func(states ...string) {
		t.Helper()
		g, err := c.Group(t.Context(), env.of(env.Instance), env.Group)
		if err != nil || g.Name != env.Group || !slices.Equal(g.Subnets, env.Subnets) {
			t.Fatalf("the group is %+v (%v), want subnets %v", g, err, env.Subnets)
		}
		if got := slices.Sorted(maps.Values(g.Members)); !slices.Equal(got, states) {
			t.Errorf("its members are %v, want %v", got, states)
		}
	}
	wants("InService")
	if err := c.EnterStandby(t.Context(), env.of(env.Instance), env.Group); err != nil {
		t.Fatal(err)
	}
	if !env.Differs.Has(t, moto.StandbyAtOnce) {
		wants("EnteringStandby", "Pending")
	}
	env.Settle(t)
	wants("InService", "Standby")
	if g, err := c.Group(t.Context(), env.of(env.Instance), env.Group); err != nil || g.Members[env.Instance] != "Standby" {
		t.Errorf("%s is %q (%v)", env.Instance, g.Members[env.Instance], err)
	}
}

func isNotThere(t *testing.T, env Env, c *autoscaling.Client) {
	g, err := c.Group(t.Context(), env.of(env.Instance), "another")
	if !quarantine.Is(err, quarantine.Unavailable) {
		t.Errorf("it is %+v (%v)", g, err)
	}
}

func hasTraffic(t *testing.T, env Env, c *autoscaling.Client) {
	group, sources, err := c.TrafficSources(t.Context(), env.of(env.Other))
	if err != nil || group != "" || len(sources) > 0 {
		t.Errorf("an instance in no group has %q, %v (%v)", group, sources, err)
	}
	if env.Differs.Has(t, moto.NoTrafficSources) {
		return
	}
	group, sources, err = c.TrafficSources(t.Context(), env.of(env.Instance))
	if diff := cmp.Diff(env.Attached, sources); err != nil || group != env.Group || diff != "" {
		t.Errorf("%q has others (-want +got), %v:\n%s", group, err, diff)
	}
}

func refused(t *testing.T, err error) {
	t.Helper()
	if got := quarantine.NameOf(err); got != quarantine.NotSupported {
		t.Errorf("the error is %q (%v), want %s", got, err, quarantine.NotSupported)
	}
}
