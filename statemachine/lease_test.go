package statemachine_test

import (
	"encoding/json"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/statemachine"
)

// What a lock's lease must outlast, in seconds, as the definition has it.
type leased struct {
	TimeoutSeconds int
	Retry          []struct{ IntervalSeconds, MaxDelaySeconds int }
}

// turn is how long an attempt and the wait for the next one take at most.
func turn(t *testing.T, definition []byte, state string) time.Duration {
	t.Helper()
	var s leased
	read(t, definition, state, &s)
	wait := 0
	for _, r := range s.Retry {
		wait = max(wait, r.IntervalSeconds, r.MaxDelaySeconds)
	}
	if s.TimeoutSeconds == 0 || wait == 0 {
		t.Fatalf("%s has no time limit, or does not wait between its attempts: %+v", state, s)
	}
	return time.Duration(s.TimeoutSeconds+wait) * time.Second
}

func read(t *testing.T, definition []byte, state string, into any) {
	t.Helper()
	var top struct{ States map[string]json.RawMessage }
	if err := json.Unmarshal(definition, &top); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(top.States[state], into); err != nil {
		t.Fatalf("%s: %v", state, err)
	}
}

// afterNow is a number of seconds after the state's beginning.
var afterNow = regexp.MustCompile(`\+ (\d+)\) %}$`)

// A lease that ends between two attempts lets another finding's execution take the lock
// over from one that is still cutting. Two attempts that take their whole time fit in.
func TestTheLockOutlastsTheAttemptsToCut(t *testing.T) {
	var lock struct {
		Arguments struct {
			ExpressionAttributeValues map[string]struct{ N string }
		}
	}
	read(t, statemachine.Quarantine, "AcquireLock", &lock)
	lease := afterNow.FindStringSubmatch(lock.Arguments.ExpressionAttributeValues[":lease"].N)
	if lease == nil {
		t.Fatalf("the lease does not end some seconds from now: %+v", lock)
	}
	seconds, err := strconv.Atoi(lease[1])
	if err != nil {
		t.Fatal(err)
	}
	if got, needs := time.Duration(seconds)*time.Second, 2*turn(t, statemachine.Quarantine, "Isolate"); got < needs {
		t.Errorf("the lock is leased for %s, and two attempts to cut can take %s", got, needs)
	}
}
