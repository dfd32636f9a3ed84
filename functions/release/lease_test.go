package release_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/functions/release"
	"github.com/ec2-quarantine/quarantine/statemachine"
)

// A lease that ends between two attempts lets another release take the lock over from one
// that goes on. Each step renews it, and so it covers an attempt and the wait for the next.
func TestTheLeaseOutlastsAnAttemptAndTheWaitForTheNext(t *testing.T) {
	t.Parallel()
	var definition struct {
		States map[string]struct {
			TimeoutSeconds int
			Arguments      struct{ FunctionName string }
			Retry          []struct{ IntervalSeconds, MaxDelaySeconds int }
		}
	}
	if err := json.Unmarshal(statemachine.Release, &definition); err != nil {
		t.Fatal(err)
	}
	steps := 0
	for name, s := range definition.States {
		if s.Arguments.FunctionName != "${ReleaseFunctionArn}" {
			continue
		}
		steps++
		wait := 0
		for _, r := range s.Retry {
			wait = max(wait, r.IntervalSeconds, r.MaxDelaySeconds)
		}
		if needs := time.Duration(s.TimeoutSeconds+wait) * time.Second; s.TimeoutSeconds == 0 || wait == 0 || release.Lease <= needs {
			t.Errorf("%s: the lease of %s ends within an attempt of %d s and a wait of %d s", name, release.Lease, s.TimeoutSeconds, wait)
		}
	}
	if steps != 4 {
		t.Errorf("%d steps of the definition are the function's, want begin, subnets, conclude and narrow", steps)
	}
}
