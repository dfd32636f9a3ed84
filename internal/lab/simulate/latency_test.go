package simulate_test

import (
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
)

func TestLatencyIsReadByName(t *testing.T) {
	t.Parallel()
	l, err := simulate.ParseLatency("ec2=100ms,init=1.5s,states=0s")
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]time.Duration{
		"ec2": 100 * time.Millisecond, "init": 1500 * time.Millisecond, "states": 0,
		"dynamodb": 8 * time.Millisecond, "lambda": 0, // unset names have their default
	} {
		if got := l.Of(name); got != want {
			t.Errorf("%s takes %s, want %s", name, got, want)
		}
	}
}

func TestInvalidLatenciesAreRefusedByName(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                   `latency of "" is not known`,
		"s3=1ms":             `latency of "s3" is not known; known are autoscaling, dynamodb, ec2,`,
		"ec2":                `latency of ec2 should be a duration`,
		"ec2=fast":           `latency of ec2 should be a duration`,
		"ec2=-1ms":           `latency of ec2 should be a duration from 0s`,
		"ec2=2m":             `latency of ec2 should be a duration from 0s to 1m0s`,
		"ec2=1ms,ec2=2ms":    `latency of ec2 is there twice`,
		"ec2=1ms,":           `latency of "" is not known`,
		"ec2=1ms, lambda=1s": `latency of " lambda" is not known`,
	} {
		if _, err := simulate.ParseLatency(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", text, err, want)
		}
	}
}

func FuzzParseLatency(f *testing.F) {
	for _, seed := range []string{"ec2=60ms,dynamodb=8ms", "lambda=5ms,init=120ms,states=25ms,eventbridge=1s", "ec2", "=", ",", "ec2=1h"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		l, err := simulate.ParseLatency(text)
		if err != nil {
			return
		}
		for name, d := range l {
			if d < 0 || d > time.Minute || l.Of(name) != d || !strings.Contains(text, name) {
				t.Errorf("%q gives %s for %s", text, d, name)
			}
		}
	})
}

// The time to the cut is the sum of the latencies on the path; calls in parallel count
// once.
func TestTheTimeToTheCutIsTheSumOfThePath(t *testing.T) {
	t.Parallel()
	latency := simulate.Latency{
		"ec2": 100 * time.Millisecond, "dynamodb": 10 * time.Millisecond,
		"eventbridge": time.Second, "states": 20 * time.Millisecond, "lambda": 5 * time.Millisecond, "init": 200 * time.Millisecond,
	}
	r, err := simulate.Run(t.Context(), simulate.Options{
		Events: []simulate.Event{miner(hostA, 1)}, Account: network, Policy: triage.DefaultPolicy(), Start: start, Latency: latency,
	})
	if err != nil {
		t.Fatal(err)
	}
	var cut time.Time
	for _, c := range r.Calls {
		if c.BeforeCut {
			cut = c.Ended
		}
	}
	// Delivery; three tasks (triage, lock, isolate); two functions, both cold; the lock; three
	// round trips to EC2.
	want := time.Second + 3*20*time.Millisecond + 2*(200+5)*time.Millisecond + 10*time.Millisecond + 3*100*time.Millisecond
	if got := cut.Sub(start); got != want {
		t.Errorf("the cut took %s, want %s", got, want)
	}
}
