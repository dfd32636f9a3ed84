package elb_test

import (
	"context"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/aws/elb"
	"github.com/ec2-quarantine/quarantine/internal/aws/elb/elbtest"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func newEnv() (*account.Account, elbtest.Env) {
	a := account.New(account.Options{PageSize: 1})
	a.AddBalancer("blue")
	a.AddBalancer("green")
	return a, elbtest.Env{
		API: a.ELB(), Balancers: [2]string{"blue", "green"}, Instance: a.AddInstance(account.Instance{}),
		Remove: func(t *testing.T, name string) { t.Helper(); a.RemoveBalancer(name) },
	}
}

func TestContract(t *testing.T) {
	t.Parallel()
	elbtest.Contract(t, func(*testing.T) elbtest.Env { _, env := newEnv(); return env })
}

func TestTheErrorsOfEveryOperationAreNamed(t *testing.T) {
	t.Parallel()
	r := quarantine.Resource{ID: "i-1"}
	operations := map[string]func(context.Context, *elb.Client) error{
		"DescribeLoadBalancers": func(ctx context.Context, c *elb.Client) error {
			_, err := c.BalancersOf(ctx, r)
			return err
		},
		"RegisterInstancesWithLoadBalancer":   func(ctx context.Context, c *elb.Client) error { return c.Register(ctx, r, "blue") },
		"DeregisterInstancesFromLoadBalancer": func(ctx context.Context, c *elb.Client) error { return c.Deregister(ctx, r, "blue") },
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
			{account.Fault{Kind: account.Code, Code: "DependencyThrottle"}, quarantine.Throttled},
		} {
			a, env := newEnv()
			f.fault.Operation = operation
			a.Inject(f.fault)
			err := call(t.Context(), elb.New(env.API))
			if got := quarantine.NameOf(err); got != f.want || len(a.Calls()) != 1 {
				t.Errorf("%s under fault %d is %q (%v) after %d calls, want %s", operation, f.fault.Kind, got, err, len(a.Calls()), f.want)
			}
			if f.want == quarantine.AccessDenied && !strings.Contains(err.Error(), "the action elasticloadbalancing:"+operation) {
				t.Errorf("the missing action is not in %q", err)
			}
		}
	}
}
