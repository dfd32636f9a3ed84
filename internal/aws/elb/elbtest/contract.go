// Package elbtest is the contract of the adapter to Classic Load Balancers, checked with an in-memory
// account and with a real endpoint.
package elbtest

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/internal/aws/elb"
	"github.com/ec2-quarantine/quarantine/internal/lab/moto"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Env is an account that a test may change without restoring it.
type Env struct {
	API elb.API
	// Balancers are the names of two load balancers. Nothing is registered in them.
	Balancers [2]string
	Instance  string
	// Remove deletes a load balancer.
	Remove func(t *testing.T, name string)
	// Differs lists the known differences between API and AWS.
	Differs moto.Differences
}

// Contract runs the contract, each part with an account of its own.
func Contract(t *testing.T, newEnv func(t *testing.T) Env) {
	for name, run := range map[string]func(*testing.T, Env, *elb.Client, quarantine.Resource){
		"an instance is registered, and is out":              goesAndComes,
		"what is registered, or not, already stays so":       staysSo,
		"a load balancer that is gone does not have anybody": isGone,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := newEnv(t)
			run(t, env, elb.New(env.API), quarantine.Resource{Kind: quarantine.KindInstance, ID: env.Instance})
		})
	}
}

func goesAndComes(t *testing.T, env Env, c *elb.Client, r quarantine.Resource) {
	in(t, c, r)
	is(t, c, r, env.Balancers[0], quarantine.Absent)
	for _, name := range env.Balancers {
		did(t, c.Register(t.Context(), r, name))
		is(t, c, r, name, quarantine.Registered)
	}
	in(t, c, r, env.Balancers[:]...)
	did(t, c.Deregister(t.Context(), r, env.Balancers[0]))
	is(t, c, r, env.Balancers[0], quarantine.Absent)
	in(t, c, r, env.Balancers[1])
	in(t, c, quarantine.Resource{ID: "i-0f0f0f0f0f0f0f0f0"})
}

func staysSo(t *testing.T, env Env, c *elb.Client, r quarantine.Resource) {
	name := env.Balancers[0]
	if !env.Differs.Has(t, moto.UnknownInstanceTaken) {
		if err := c.Deregister(t.Context(), r, name); !quarantine.Is(err, quarantine.NotSupported) {
			t.Errorf("the error is %v", err)
		}
	}
	did(t, c.Register(t.Context(), r, name))
	did(t, c.Register(t.Context(), r, name))
	is(t, c, r, name, quarantine.Registered)
	did(t, c.Deregister(t.Context(), r, name))
	is(t, c, r, name, quarantine.Absent)
}

func isGone(t *testing.T, env Env, c *elb.Client, r quarantine.Resource) {
	name := env.Balancers[0]
	did(t, c.Register(t.Context(), r, name))
	env.Remove(t, name)
	in(t, c, r)
	_, err := c.InBalancer(t.Context(), r, name)
	gone(t, err)
	if !env.Differs.Has(t, moto.GoneBalancer) {
		gone(t, c.Register(t.Context(), r, name))
		gone(t, c.Deregister(t.Context(), r, name))
	}
}

func gone(t *testing.T, err error) {
	t.Helper()
	if !quarantine.Is(err, quarantine.ThingGone) {
		t.Errorf("the error is %v", err)
	}
}

func in(t *testing.T, c *elb.Client, r quarantine.Resource, want ...string) {
	t.Helper()
	got, err := c.BalancersOf(t.Context(), r)
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("it is registered in others (-want +got), %v:\n%s", err, diff)
	}
}

func is(t *testing.T, c *elb.Client, r quarantine.Resource, name string, want quarantine.Registration) {
	t.Helper()
	if got, err := c.InBalancer(t.Context(), r, name); err != nil || got != want {
		t.Errorf("it is %q in %s (%v), want %s", got, name, err, want)
	}
}

func did(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
