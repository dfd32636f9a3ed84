package simulate_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
)

// Throttling delays a containment and fails none: if it lasts longer than the lock's lease,
// another execution takes over, and the executions that wait then wait for that one.
func TestThrottlingBeyondTheLeaseFailsNothing(t *testing.T) {
	t.Parallel()
	e := estate{vpcs: 1, subnets: 1}
	var events []simulate.Event
	for n := range 5 {
		events = append(events, e.finding(0, 0, n+1))
	}
	for _, lasts := range []time.Duration{4 * time.Minute, 7 * time.Minute, 10 * time.Minute} {
		t.Run(fmt.Sprint(lasts), func(t *testing.T) {
			t.Parallel()
			r := e.under(t, "{isolationsPerHour: {account: 1, vpc: 1}}", simulate.Options{
				Events: events, Prepare: with(account.Fault{Operation: "DescribeInstances", Kind: account.Throttle, Until: start.Add(lasts)}),
			})
			wantEnds(t, r, map[string]int{"Contained": 1, "Joined": 4})
		})
	}
}
