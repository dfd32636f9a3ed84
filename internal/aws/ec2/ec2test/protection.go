package ec2test

import (
	"slices"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/lab/moto"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// resource is the environment's instance, as calls name it.
func (e Env) resource() quarantine.Resource { return e.of(e.Instance) }

func (e Env) of(instance string) quarantine.Resource {
	return quarantine.Resource{Kind: quarantine.KindInstance, AccountID: e.AccountID, Region: e.Region, ID: instance}
}

func protection(t *testing.T, env Env, c *ec2.Client) quarantine.Protection {
	t.Helper()
	return must(c.Protection(t.Context(), env.resource()))(t)
}

func worked(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func protects(t *testing.T, env Env, c *ec2.Client) {
	r, before := env.resource(), protection(t, env, c)
	equal(t, "termination", before.Termination, false)
	equal(t, "stop", before.Stop, false)
	equal(t, "shutdown", before.Shutdown, "stop")
	want := before
	for range 2 { // the second time nothing changes
		worked(t, c.SetTermination(t.Context(), r, true))
		want.Termination = true
		equalProtection(t, protection(t, env, c), want)
	}
	worked(t, c.SetStop(t.Context(), r, true))
	want.Stop = true
	equalProtection(t, protection(t, env, c), want)
	worked(t, c.SetShutdown(t.Context(), r, "terminate"))
	want.Shutdown = "terminate"
	equalProtection(t, protection(t, env, c), want)

	worked(t, c.SetTermination(t.Context(), r, false))
	worked(t, c.SetStop(t.Context(), r, false))
	worked(t, c.SetShutdown(t.Context(), r, "stop"))
	equalProtection(t, protection(t, env, c), before)
}

func equalProtection(t *testing.T, got, want quarantine.Protection) {
	t.Helper()
	equal(t, "termination", got.Termination, want.Termination)
	equal(t, "stop", got.Stop, want.Stop)
	equal(t, "shutdown", got.Shutdown, want.Shutdown)
	if !slices.Equal(got.Volumes, want.Volumes) {
		t.Errorf("volumes are %v, want %v", got.Volumes, want.Volumes)
	}
}

func keepsVolumes(t *testing.T, env Env, c *ec2.Client) {
	r, before := env.resource(), protection(t, env, c)
	equal(t, "volumes", len(before.Volumes), 2)
	want := slices.Clone(before.Volumes)
	for _, on := range []bool{true, false, true} {
		for i, v := range before.Volumes {
			worked(t, c.SetDeleteOnTermination(t.Context(), r, v.Device, on))
			want[i].Deleted = on
			if got := protection(t, env, c).Volumes; !slices.Equal(got, want) {
				t.Errorf("volumes are %v, want %v", got, want)
			}
		}
	}
	if !env.Differs.Has(t, moto.NoSuchDevice) {
		wantName(t, c.SetDeleteOnTermination(t.Context(), r, "/dev/xvdz", false), quarantine.Contended)
	}
}

func missesProtection(t *testing.T, env Env, c *ec2.Client) {
	for _, id := range []string{"i-0f0f0f0f0f0f0f0f0", env.Terminated} {
		_, err := c.Protection(t.Context(), env.of(id))
		wantName(t, err, quarantine.InstanceGone)
	}
	wantName(t, c.SetStop(t.Context(), env.of("i-0f0f0f0f0f0f0f0f0"), true), quarantine.InstanceGone)
	if !env.Differs.Has(t, moto.ProtectsTerminated) {
		wantName(t, c.SetStop(t.Context(), env.of(env.Terminated), true), quarantine.Contended)
	}
}

func terminates(t *testing.T, env Env, c *ec2.Client) {
	r := instance(env.Instance)
	for _, protected := range []bool{true, false} {
		if err := c.SetTermination(t.Context(), r, protected); err != nil {
			t.Fatal(err)
		}
		equal(t, "is refused", c.Terminate(t.Context(), r) != nil, protected)
	}
	env.Settle(t)
	_, err := c.Instance(t.Context(), r)
	wantName(t, err, quarantine.InstanceGone)
	equal(t, "is done again", c.Terminate(t.Context(), r) == nil, true)
	wantName(t, c.Terminate(t.Context(), instance("i-0f0f0f0f0f0f0f0f0")), quarantine.InstanceGone)
}
