package ec2_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/aws/ec2/ec2test"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// clock moves only by Sleep.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	return ctx.Err()
}

// world is an in-memory account that has what the contract's Env describes.
type world struct {
	*account.Account
	env     ec2test.Env
	open    string // a security group that allows all traffic out
	entered string // a security group that allows all traffic in
}

func (w world) resource() quarantine.Resource {
	return quarantine.Resource{Kind: quarantine.KindInstance, AccountID: w.ID(), Region: w.Region(), ID: w.env.Instance}
}

// count returns how often an operation was called.
func (w world) count(operation string) int {
	n := 0
	for _, c := range w.Calls() {
		if c.Operation == operation {
			n++
		}
	}
	return n
}

func newWorld() world {
	watch := newClock()
	a := account.New(account.Options{Clock: watch, PageSize: 2})
	vpc := a.AddVPC(account.VPC{IPv6CIDR: "2001:db8::/56"})
	subnetA := a.AddSubnet(account.Subnet{VPC: vpc, CIDR: "10.0.1.0/24", IPv6CIDR: "2001:db8:0:1::/64"})
	subnetB := a.AddSubnet(account.Subnet{VPC: vpc, CIDR: "10.0.2.0/24"})
	instance := a.AddInstance(account.Instance{
		Tags: map[string]string{"Name": "contract"},
		Interfaces: []account.Interface{
			{Subnet: subnetA, PrivateIP: "10.0.1.10", PublicIP: "198.51.100.10", IPv6: []string{"2001:db8:0:1::10"}},
			{Subnet: subnetB, PrivateIP: "10.0.2.10"},
		},
		Volumes: []account.Volume{{}, {GiB: 20}},
	})
	gone := a.AddInstance(account.Instance{Interfaces: []account.Interface{{Subnet: subnetA, PrivateIP: "10.0.1.11"}}})
	a.Terminate(gone)
	open := a.AddSecurityGroup(account.SecurityGroup{VPC: vpc, Egress: []account.Rule{{Source: "0.0.0.0/0"}, {Source: "::/0"}}})
	entered := a.AddSecurityGroup(account.SecurityGroup{VPC: vpc, Ingress: []account.Rule{{Source: "0.0.0.0/0"}}})
	return world{Account: a, open: open, entered: entered, env: ec2test.Env{
		API: a.EC2(), AccountID: a.ID(), Region: a.Region(), VPCID: vpc, SubnetA: subnetA, SubnetB: subnetB,
		Instance: instance, Terminated: gone,
		Allow: func(_ *testing.T, group string) {
			a.AllowIn(group, account.Rule{Protocol: "tcp", From: 22, To: 22, Source: "10.0.0.0/8"})
			a.AllowIn(group, account.Rule{Source: group})
		},
		Settle: func(t *testing.T) {
			if err := watch.Sleep(t.Context(), time.Hour); err != nil {
				t.Fatal(err)
			}
		},
	}}
}

func TestContract(t *testing.T) {
	t.Parallel()
	ec2test.Contract(t, func(*testing.T) ec2test.Env { return newWorld().env })
}
