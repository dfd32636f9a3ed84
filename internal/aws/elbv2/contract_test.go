package elbv2_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/aws/elbv2"
	"github.com/ec2-quarantine/quarantine/internal/aws/elbv2/elbv2test"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/quarantine/clocktest"
)

func group(arn string) string { return arn[strings.Index(arn, "targetgroup/"):] }

func newEnv(*testing.T) (*account.Account, elbv2test.Env) {
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	a := account.New(account.Options{PageSize: 1, Clock: clocktest.Clock{
		Time: func() time.Time { return now },
		Wait: func(ctx context.Context, d time.Duration) error { now = now.Add(d); return ctx.Err() },
	}})
	vpc := a.AddVPC(account.VPC{})
	a.AddTargetGroup(account.TargetGroup{Name: "function", Type: "lambda"})
	instances := a.AddTargetGroup(account.TargetGroup{Name: "instances", VPC: vpc})
	addresses := a.AddTargetGroup(account.TargetGroup{Name: "addresses", VPC: vpc, Type: "ip"})
	a.AddTargetGroup(account.TargetGroup{Name: "front", VPC: vpc, Type: "alb"})
	return a, elbv2test.Env{
		API: a.ELBv2(), AccountID: a.ID(), Region: a.Region(), VPC: vpc, Instances: group(instances), Addresses: group(addresses),
		Instance: a.AddInstance(account.Instance{}),
		Remove: func(t *testing.T, name string) {
			t.Helper()
			a.RemoveTargetGroup(map[string]string{group(instances): instances, group(addresses): addresses}[name])
		},
		Settle: func(*testing.T) { now = now.Add(time.Minute) },
	}
}

func TestContract(t *testing.T) {
	t.Parallel()
	elbv2test.Contract(t, func(t *testing.T) elbv2test.Env { _, env := newEnv(t); return env })
}

// In a group that no load balancer uses a target is out at once, and one in it is registered.
func TestAGroupThatNoLoadBalancerUsesHasTargets(t *testing.T) {
	t.Parallel()
	a, env := newEnv(t)
	c, r := elbv2.New(env.API), quarantine.Resource{AccountID: env.AccountID, Region: env.Region, ID: env.Instance}
	arn := a.AddTargetGroup(account.TargetGroup{Name: "idle", VPC: env.VPC, Unused: true, Targets: []account.Target{{ID: env.Instance}}})
	target := quarantine.Target{Group: group(arn), ID: env.Instance, Port: 80}
	if found, _, err := c.TargetsOf(t.Context(), r, []string{env.VPC}, []string{env.Instance}); err != nil || len(found) != 1 || found[0] != target {
		t.Errorf("found is %+v, %v", found, err)
	}
	if err := c.Deregister(t.Context(), r, target); err != nil {
		t.Fatal(err)
	}
	if now, err := c.Registration(t.Context(), r, target); err != nil || now != quarantine.Absent {
		t.Errorf("it is %s, %v", now, err)
	}
}

// A target of QUIC has an id that it is registered with.
func TestATargetOfQUICKeepsItsServerID(t *testing.T) {
	t.Parallel()
	a, env := newEnv(t)
	c, r := elbv2.New(env.API), quarantine.Resource{AccountID: env.AccountID, Region: env.Region, ID: env.Instance}
	a.AddTargetGroup(account.TargetGroup{Name: "quic", VPC: env.VPC, Targets: []account.Target{{ID: env.Instance, ServerID: "0x0123456789abcdef"}}})
	found, _, err := c.TargetsOf(t.Context(), r, []string{env.VPC}, []string{env.Instance})
	if err != nil || len(found) != 1 || found[0].ServerID != "0x0123456789abcdef" {
		t.Errorf("found is %+v, %v", found, err)
	}
}

func TestOnlySoManyGroupsAreAsked(t *testing.T) {
	t.Parallel()
	a, env := newEnv(t)
	for i := range elbv2.Most {
		a.AddTargetGroup(account.TargetGroup{Name: fmt.Sprintf("more-%d", i), VPC: env.VPC})
	}
	_, unasked, err := elbv2.New(env.API).TargetsOf(t.Context(), quarantine.Resource{}, []string{env.VPC}, []string{env.Instance})
	if err != nil || unasked != 2 {
		t.Errorf("%d groups are not asked: %v", unasked, err)
	}
	health := 0
	for _, c := range a.Calls() {
		if c.Operation == "DescribeTargetHealth" {
			health++
		}
	}
	if health != elbv2.Most {
		t.Errorf("there were %d calls", health)
	}
}

func TestTheErrorsOfEveryOperationAreNamed(t *testing.T) {
	t.Parallel()
	r, target := quarantine.Resource{Region: "eu-west-1"}, quarantine.Target{Group: "targetgroup/web/0123456789abcdef", ID: "i-1", Port: 80}
	operations := map[string]func(context.Context, *elbv2.Client) error{
		"DescribeTargetGroups": func(ctx context.Context, c *elbv2.Client) error {
			_, _, err := c.TargetsOf(ctx, r, nil, nil)
			return err
		},
		"DescribeTargetHealth": func(ctx context.Context, c *elbv2.Client) error {
			_, err := c.Registration(ctx, r, target)
			return err
		},
		"RegisterTargets":   func(ctx context.Context, c *elbv2.Client) error { return c.Register(ctx, r, target) },
		"DeregisterTargets": func(ctx context.Context, c *elbv2.Client) error { return c.Deregister(ctx, r, target) },
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
			{account.Fault{Kind: account.Code, Code: "TargetGroupNotFound"}, quarantine.ThingGone},
		} {
			a, env := newEnv(t)
			f.fault.Operation = operation
			a.Inject(f.fault)
			err := call(t.Context(), elbv2.New(env.API))
			if got := quarantine.NameOf(err); got != f.want || len(a.Calls()) != 1 {
				t.Errorf("%s under fault %d is %q (%v) after %d calls, want %s", operation, f.fault.Kind, got, err, len(a.Calls()), f.want)
			}
			if f.want == quarantine.AccessDenied && !strings.Contains(err.Error(), "the action elasticloadbalancing:"+operation) {
				t.Errorf("the missing action is not in %q", err)
			}
		}
	}
}
