package simulate

import (
	"testing"
	"time"
)

func TestAnEnvironmentIsMadeOnlyIfNoneIsFree(t *testing.T) {
	t.Parallel()
	p := &pool{latency: Latency{"init": time.Second, "lambda": time.Millisecond}, free: map[string]int{}}
	cold, warm := time.Second+time.Millisecond, time.Millisecond
	expect := func(function string, want time.Duration) {
		t.Helper()
		if got := p.take(function); got != want {
			t.Errorf("%s starts after %s, want %s", function, got, want)
		}
	}
	expect("isolate", cold)
	expect("isolate", cold) // at the same time
	expect("triage", cold)
	p.put("isolate")
	expect("isolate", warm)
	expect("isolate", cold)
}
