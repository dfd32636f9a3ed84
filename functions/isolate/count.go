package isolate

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// brakeTime is how long a cut waits for its isolation to be counted. The count
// goes beside reads of EC2, which take tens of milliseconds.
const brakeTime = time.Second

// tally is what became of counting the isolation.
type tally struct {
	reached *quarantine.LimitReached // or nil
	failed  error                    // no reason not to cut
	others  []string                 // subnets that are counted for other instances
	counted []quarantine.Isolation   // perhaps: an answer can be lost
}

// note takes in what a count has said. The finding may be stale, and then it is
// the second count that matters; but if that one fails, what the first one said
// is better than nothing.
func (t *tally) note(i quarantine.Isolation, others []string, err error) {
	reached, limited := errors.AsType[*quarantine.LimitReached](err)
	if !limited {
		t.counted = append(t.counted, i)
	}
	if err != nil && !limited {
		t.failed = err
		return
	}
	t.reached, t.failed, t.others = reached, nil, others
}

// counts are the steps, one or none, that count the isolation as one of an
// instance in these subnets, by VPC.
func (c *isolation) counts(ctx context.Context, subnets map[string][]string) []func() error {
	if len(subnets) == 0 || !c.in.Limits.Counts() {
		return nil
	}
	return []func() error{func() error {
		ctx, cancel := context.WithTimeout(ctx, brakeTime)
		defer cancel()
		i := quarantine.Isolation{
			Resource: c.in.Claim.Resource, Subnets: subnets, At: c.Clock.Now(), Limits: c.in.Limits, Approved: c.in.Approved,
		}
		count := c.Ledger.CountIsolation
		if c.observes {
			count = c.Ledger.LookIsolation
		}
		others, err := count(ctx, i)
		c.tally.note(i, others, err)
		return nil // what became of it is the brake's to judge
	}}
}

// miscounts tells whether the finding is wrong about what counts: the VPCs, and,
// where their share is limited, the subnets.
func (c *isolation) miscounts(found map[string][]string) bool {
	return !maps.EqualFunc(found, c.instance.SubnetsByVPC(), func(a, b []string) bool {
		return c.in.Limits.VPCSubnetsPercent == 0 || slices.Equal(a, b)
	})
}

// discount takes off the hour's count what has cut nothing. If that fails, a
// person is asked sooner than need be for the rest of the hour.
func (c *isolation) discount(ctx context.Context) { c.discountOf(ctx, c.in.Limits) }

// discountSubnets takes off the count that the subnets are cut. The instance is isolated all the
// same, and counts.
func (c *isolation) discountSubnets(ctx context.Context) {
	c.discountOf(ctx, quarantine.Limits{VPCSubnetsPercent: c.in.Limits.VPCSubnetsPercent})
}

func (c *isolation) discountOf(ctx context.Context, of quarantine.Limits) {
	ctx, cancel := context.WithTimeout(ctx, brakeTime)
	defer cancel()
	for _, i := range c.tally.counted {
		i.Limits = of
		if err := c.Ledger.DiscountIsolation(ctx, i); err != nil {
			c.Log.WarnContext(ctx, "an isolation that the brake holds stays counted", "error", err.Error())
		}
	}
}
