// Package elbv2test is the contract of the adapter to target groups, checked with an in-memory account
// and with a real endpoint.
package elbv2test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/internal/aws/elbv2"
	"github.com/ec2-quarantine/quarantine/internal/lab/moto"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Env is an account that a test may change without restoring it. Nothing is registered.
type Env struct {
	API               elbv2.API
	AccountID, Region string
	// VPC has the target groups Instances, which takes instances, and Addresses, which takes IP
	// addresses, as the ends of their ARNs. Both have the port 80, and load balancers use them.
	VPC, Instances, Addresses string
	// Instance runs in VPC.
	Instance string
	// Remove deletes a target group.
	Remove func(t *testing.T, group string)
	// Settle returns when nothing drains.
	Settle func(t *testing.T)
	// Differs lists the known differences between API and AWS.
	Differs moto.Differences
}

func (e Env) resource() quarantine.Resource {
	return quarantine.Resource{Kind: quarantine.KindInstance, AccountID: e.AccountID, Region: e.Region, ID: e.Instance}
}

func (e Env) instance(port int32) quarantine.Target {
	return quarantine.Target{Group: e.Instances, ID: e.Instance, Port: port}
}

// Contract runs the contract, each part with an account of its own.
func Contract(t *testing.T, newEnv func(t *testing.T) Env) {
	for name, run := range map[string]func(*testing.T, Env, *elbv2.Client){
		"a target is registered, drains and is out":                 drains,
		"targets are found by their ids in the target groups":       areFound,
		"each port of a target is by itself":                        hasPorts,
		"an address keeps its zone":                                 hasZone,
		"what is registered, or not, already stays so":              staysSo,
		"a target group that is gone, and a target of a wrong kind": isGone,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := newEnv(t)
			run(t, env, elbv2.New(env.API))
		})
	}
}

func drains(t *testing.T, env Env, c *elbv2.Client) {
	target := env.instance(8080)
	is(t, env, c, target, quarantine.Absent)
	did(t, c.Register(t.Context(), env.resource(), target))
	is(t, env, c, target, quarantine.Registered)
	did(t, c.Deregister(t.Context(), env.resource(), target))
	if !env.Differs.Has(t, moto.DrainsAtOnce) {
		is(t, env, c, target, quarantine.Draining)
		found(t, env, c, []string{env.VPC}, nil)
	}
	env.Settle(t)
	is(t, env, c, target, quarantine.Absent)
	did(t, c.Register(t.Context(), env.resource(), target))
	is(t, env, c, target, quarantine.Registered)
}

func areFound(t *testing.T, env Env, c *elbv2.Client) {
	found(t, env, c, []string{env.VPC}, nil)
	one := env.instance(8080)
	other := quarantine.Target{Group: env.Addresses, ID: "10.0.0.7", Port: 80}
	foreign := quarantine.Target{Group: env.Addresses, ID: "10.0.0.8", Port: 80}
	for _, target := range []quarantine.Target{one, other, foreign} {
		did(t, c.Register(t.Context(), env.resource(), target))
	}
	found(t, env, c, []string{env.VPC}, []quarantine.Target{one, other})
	found(t, env, c, []string{"vpc-0f0f0f0f0f0f0f0f0"}, nil)
}

func hasPorts(t *testing.T, env Env, c *elbv2.Client) {
	if env.Differs.Has(t, moto.OnePortATarget) {
		return
	}
	one, other := env.instance(8080), env.instance(8081)
	did(t, c.Register(t.Context(), env.resource(), one))
	did(t, c.Register(t.Context(), env.resource(), other))
	found(t, env, c, []string{env.VPC}, []quarantine.Target{one, other})
	did(t, c.Deregister(t.Context(), env.resource(), one))
	env.Settle(t)
	is(t, env, c, one, quarantine.Absent)
	is(t, env, c, other, quarantine.Registered)
}

func hasZone(t *testing.T, env Env, c *elbv2.Client) {
	if env.Differs.Has(t, moto.NoZones) {
		return
	}
	target := quarantine.Target{Group: env.Addresses, ID: "10.0.0.7", Port: 80, Zone: "all"}
	did(t, c.Register(t.Context(), env.resource(), target))
	found(t, env, c, []string{env.VPC}, []quarantine.Target{target})
	did(t, c.Deregister(t.Context(), env.resource(), target))
	env.Settle(t)
	is(t, env, c, target, quarantine.Absent)
}

func staysSo(t *testing.T, env Env, c *elbv2.Client) {
	target := env.instance(80)
	if !env.Differs.Has(t, moto.UnknownTargetRefused) {
		did(t, c.Deregister(t.Context(), env.resource(), target))
		is(t, env, c, target, quarantine.Absent)
	}
	did(t, c.Register(t.Context(), env.resource(), target))
	did(t, c.Register(t.Context(), env.resource(), target))
	is(t, env, c, target, quarantine.Registered)
}

func isGone(t *testing.T, env Env, c *elbv2.Client) {
	if !env.Differs.Has(t, moto.TargetOfAnyKind) {
		wrong := quarantine.Target{Group: env.Addresses, ID: env.Instance, Port: 80}
		fails(t, c.Register(t.Context(), env.resource(), wrong), quarantine.NotSupported)
	}
	env.Remove(t, env.Instances)
	_, err := c.Registration(t.Context(), env.resource(), env.instance(80))
	fails(t, err, quarantine.ThingGone)
	fails(t, c.Register(t.Context(), env.resource(), env.instance(80)), quarantine.ThingGone)
	fails(t, c.Deregister(t.Context(), env.resource(), env.instance(80)), quarantine.ThingGone)
}

func is(t *testing.T, env Env, c *elbv2.Client, target quarantine.Target, want quarantine.Registration) {
	t.Helper()
	if got, err := c.Registration(t.Context(), env.resource(), target); err != nil || got != want {
		t.Errorf("%s:%d is %q (%v), want %s", target.ID, target.Port, got, err, want)
	}
}

func found(t *testing.T, env Env, c *elbv2.Client, vpcs []string, want []quarantine.Target) {
	t.Helper()
	got, unasked, err := c.TargetsOf(t.Context(), env.resource(), vpcs, []string{env.Instance, "10.0.0.7"})
	if err != nil || unasked != 0 {
		t.Fatalf("%d groups were not asked: %v", unasked, err)
	}
	slices.SortFunc(got, func(a, b quarantine.Target) int { return int(b.Port) - int(a.Port) })
	slices.SortFunc(want, func(a, b quarantine.Target) int { return int(b.Port) - int(a.Port) })
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("other targets (-want +got):\n%s", diff)
	}
}

func did(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func fails(t *testing.T, err error, want string) {
	t.Helper()
	if got := quarantine.NameOf(err); got != want {
		t.Errorf("the error is %q (%v), want %s", got, err, want)
	}
}
