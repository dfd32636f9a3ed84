package autoscaling_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/aws/autoscaling"
	"github.com/ec2-quarantine/quarantine/internal/aws/autoscaling/autoscalingtest"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/quarantine/clocktest"
)

func newEnv(*testing.T) (*account.Account, autoscalingtest.Env) {
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	a := account.New(account.Options{Clock: clocktest.Clock{
		Time: func() time.Time { return now },
		Wait: func(ctx context.Context, d time.Duration) error { now = now.Add(d); return ctx.Err() },
	}})
	in, other := a.AddInstance(account.Instance{}), a.AddInstance(account.Instance{})
	a.AddGroup(account.ScalingGroup{Name: "web tier.1", Instances: []string{in}, Subnets: []string{"subnet-0a000000000000001", "subnet-0b000000000000002"}})
	a.Attach("web tier.1", "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web/0123456789abcdef", "classic")
	return a, autoscalingtest.Env{
		Attached: []string{"targetgroup/web/0123456789abcdef", "loadbalancer/classic"},
		API:      a.AutoScaling(), AccountID: a.ID(), Region: a.Region(), Group: "web tier.1", Subnets: []string{"subnet-0a000000000000001", "subnet-0b000000000000002"}, Instance: in, Other: other,
		Members: func(*testing.T) int { ids, _ := a.Members("web tier.1"); return len(ids) },
		Settle:  func(*testing.T) { now = now.Add(time.Minute) },
	}
}

func TestContract(t *testing.T) {
	t.Parallel()
	autoscalingtest.Contract(t, func(t *testing.T) autoscalingtest.Env { _, env := newEnv(t); return env })
}

func TestAGroupAtItsMaximumTakesNothingBack(t *testing.T) {
	t.Parallel()
	a, env := newEnv(t)
	c, r := autoscaling.New(env.API), quarantine.Resource{ID: env.Instance}
	if err := c.EnterStandby(t.Context(), r, env.Group); err != nil {
		t.Fatal(err)
	}
	env.Settle(t)
	a.SetMax(env.Group, 1)
	if err := c.ExitStandby(t.Context(), r, env.Group); !quarantine.Is(err, quarantine.NotSupported) || !strings.Contains(err.Error(), "max-size=1") {
		t.Errorf("the error is %v", err)
	}
}

// The list of a group's traffic sources is read once it is known that the instance is in one.
func TestTheErrorsOfTrafficSourcesAreNamed(t *testing.T) {
	t.Parallel()
	a, env := newEnv(t)
	a.Inject(account.Fault{Operation: "DescribeTrafficSources", Kind: account.Deny})
	_, _, err := autoscaling.New(env.API).TrafficSources(t.Context(), of(env))
	if !quarantine.Is(err, quarantine.AccessDenied) || !strings.Contains(err.Error(), "the action autoscaling:DescribeTrafficSources") {
		t.Errorf("the error is %v", err)
	}
}

func TestTheErrorsOfEveryOperationAreNamed(t *testing.T) {
	t.Parallel()
	operations := map[string]func(context.Context, *autoscaling.Client, quarantine.Resource) error{
		"DescribeAutoScalingInstances": func(ctx context.Context, c *autoscaling.Client, r quarantine.Resource) error {
			_, _, err := c.Membership(ctx, r)
			return err
		},
		"DescribeAutoScalingGroups": func(ctx context.Context, c *autoscaling.Client, r quarantine.Resource) error {
			_, err := c.Group(ctx, r, "web tier.1")
			return err
		},
		"EnterStandby": func(ctx context.Context, c *autoscaling.Client, r quarantine.Resource) error {
			return c.EnterStandby(ctx, r, "web")
		},
		"ExitStandby": func(ctx context.Context, c *autoscaling.Client, r quarantine.Resource) error {
			return c.ExitStandby(ctx, r, "web")
		},
	}
	for operation, call := range operations {
		for _, f := range []struct {
			fault account.Fault
			want  string
		}{
			{account.Fault{Kind: account.Deny}, quarantine.AccessDenied},
			{account.Fault{Kind: account.Throttle}, quarantine.Throttled},
			{account.Fault{Kind: account.ServerError}, quarantine.Unavailable},
			{account.Fault{Kind: account.TimeoutBefore}, quarantine.Unavailable},
			{account.Fault{Kind: account.Code, Code: "ResourceContention"}, quarantine.Contended},
		} {
			a, env := newEnv(t)
			f.fault.Operation = operation
			a.Inject(f.fault)
			err := call(t.Context(), autoscaling.New(env.API), quarantine.Resource{ID: env.Instance})
			if got := quarantine.NameOf(err); got != f.want || len(a.Calls()) != 1 {
				t.Errorf("%s under fault %d is %q (%v) after %d calls, want %s", operation, f.fault.Kind, got, err, len(a.Calls()), f.want)
			}
			if f.want == quarantine.AccessDenied && !strings.Contains(err.Error(), "the action autoscaling:"+operation) {
				t.Errorf("the missing action is not in %q", err)
			}
		}
	}
}

func of(env autoscalingtest.Env) quarantine.Resource {
	return quarantine.Resource{Kind: quarantine.KindInstance, AccountID: env.AccountID, Region: env.Region, ID: env.Instance}
}

func TestEveryGroupIsReadWithItsHealthChecks(t *testing.T) {
	t.Parallel()
	a := account.New(account.Options{})
	for name, checks := range map[string]string{"plain": "", "behind": "EC2,ELB", "lattice": "VPC_LATTICE", "disks": "EC2,EBS"} {
		a.AddGroup(account.ScalingGroup{Name: name, Checks: checks})
	}
	found, all, err := autoscaling.New(a.AutoScaling()).Groups(t.Context(), quarantine.Resource{})
	if err != nil || !all || len(found) != 4 {
		t.Fatal(found, all, err)
	}
	for _, g := range found {
		if want := g.Name == "behind" || g.Name == "lattice"; g.ELBChecks != want {
			t.Errorf("%s: %t", g.Name, g.ELBChecks)
		}
	}
}
