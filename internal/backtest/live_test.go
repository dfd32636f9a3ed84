package backtest_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/backtest"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// now is an account in which everything is in one VPC of a few subnets.
type now struct {
	forwards bool
	subnets  int
	beside   []quarantine.Neighbour
	denied   bool

	instances int // that have not gone
}

func (n now) Instance(_ context.Context, r quarantine.Resource) (quarantine.Instance, error) {
	var number int
	if _, err := fmt.Sscanf(r.ID, "i-%x", &number); err != nil || number > n.instances {
		return quarantine.Instance{}, quarantine.Failf(quarantine.InstanceGone, "EC2 does not list instance %s", r.ID)
	}
	if n.denied {
		return quarantine.Instance{}, quarantine.Failf(quarantine.AccessDenied, "EC2 denied DescribeInstances")
	}
	return quarantine.Instance{ID: r.ID, State: "running", Interfaces: []quarantine.Interface{
		{ID: "eni-1", VPCID: "vpc-1", SubnetID: fmt.Sprintf("subnet-%d", number), Forwards: n.forwards},
	}}, nil
}

func (n now) Neighbours(_ context.Context, _ quarantine.Resource, subnets []string) (found []quarantine.Neighbour, all bool, err error) {
	for _, b := range n.beside {
		b.Subnet = subnets[0]
		found = append(found, b)
	}
	return found, true, nil
}

func (n now) NetworkACLs(context.Context, quarantine.Resource, string) ([]quarantine.NetworkACL, error) {
	var acl quarantine.NetworkACL
	for i := range n.subnets {
		acl.Associations = append(acl.Associations, quarantine.Association{SubnetID: fmt.Sprintf("subnet-%d", i+1)})
	}
	return []quarantine.NetworkACL{acl}, nil
}

// looked is the estimate with what the account says now of what would be cut without that.
func looked(t *testing.T, account now, policy string, in backtest.Input) backtest.Result {
	t.Helper()
	first := judge(t, policy, in, backtest.Options{})
	live, err := backtest.Look(t.Context(), account, "111122223333", "eu-west-1", first.ToLookAt(), func(int, int) {})
	if err != nil {
		t.Fatal(err)
	}
	return judge(t, policy, in, backtest.Options{Live: live})
}

func TestTheShareOfSubnetsIsEstimatedWhereTheAccountSaysHowManyThereAre(t *testing.T) {
	t.Parallel()
	in := input(past(1, noon), past(2, noon.Add(2*time.Hour)), past(3, noon.Add(4*time.Hour)), past(4, noon.Add(48*time.Hour)))
	wants(t, judge(t, "", in, backtest.Options{}), "score 89", backtest.Cut, backtest.Cut, backtest.Cut, backtest.Cut)
	r := looked(t, now{subnets: 4, instances: 4}, "", in)
	wants(t, r, "score 89", backtest.Cut, backtest.Cut, backtest.Asked, backtest.Cut)
	if why := r.Findings[2].Parts[0].Why; !strings.Contains(why, "2 of the 4 subnets of vpc-1 are under quarantine, this cut would add 1") {
		t.Error(why)
	}
}

func TestWhatTheAccountSaysNowCanHoldACut(t *testing.T) {
	t.Parallel()
	gateway := []quarantine.Neighbour{{Interface: "eni-2", Kind: quarantine.NeighbourNATGateway, Of: "nat-1"}}
	for says, c := range map[string]struct {
		now     now
		policy  string
		outcome backtest.Outcome
	}{
		"a NAT gateway (nat-1); that is beyond the policy's neighbours": {now{subnets: 9, instances: 1, beside: gateway}, "", backtest.Asked},
		"source/destination check of eni-1 is off":                      {now{subnets: 9, instances: 1, forwards: true}, "", backtest.Asked},
		"score 89": {now{subnets: 9, instances: 1, beside: gateway}, "neighbours: {beyond: group}", backtest.Cut},
	} {
		wants(t, looked(t, c.now, c.policy, input(past(1, noon))), says, c.outcome)
	}
}

func TestWhatIsDeniedOrGoneOrElsewhereIsNotKnown(t *testing.T) {
	t.Parallel()
	elsewhere := past(3, noon)
	elsewhere.AccountID = "444455556666"
	for says, c := range map[string]struct {
		now     now
		finding backtest.Finding
	}{
		"not known (denied: it takes ec2:DescribeInstances)":                  {now{denied: true, instances: 1, subnets: 9}, past(1, noon)},
		"gone: EC2 does not know it any more":                                 {now{instances: 1, subnets: 9}, past(9, noon)},
		"not known (it is in account 444455556666, eu-west-1, and these cred": {now{instances: 9, subnets: 9}, elsewhere},
	} {
		r := looked(t, c.now, "", input(c.finding))
		if r.Total.Cut != 1 || !r.Live {
			t.Errorf("%s: not to know holds nothing: %+v", says, r.Total)
			continue
		}
		if got := r.MostCut()[0].Now.String(); !strings.HasPrefix(got, says) {
			t.Errorf("%s, want %s", got, says)
		}
	}
}

// counted counts how often an account is asked about instances.
type counted struct {
	now
	instances int
}

func (c *counted) Instance(ctx context.Context, r quarantine.Resource) (quarantine.Instance, error) {
	c.instances++
	return c.now.Instance(ctx, r)
}

// A policy allows DescribeInstances of all instances or of none.
func TestWhatIsDeniedIsAskedOnceAndNoMoreThanSomeAreLookedAt(t *testing.T) {
	t.Parallel()
	var all []quarantine.Resource
	for n := range backtest.MaxLooks + 5 {
		all = append(all, past(n+1, noon).Resources()...)
	}
	for asked, account := range map[int]*counted{1: {now: now{denied: true, instances: len(all)}}, backtest.MaxLooks: {now: now{instances: len(all)}}} {
		steps := 0
		if _, err := backtest.Look(t.Context(), account, "111122223333", "eu-west-1", all, func(int, int) { steps++ }); err != nil || account.instances != asked || steps != len(all) {
			t.Errorf("asked %d times, want %d; %d steps: %v", account.instances, asked, steps, err)
		}
	}
}
