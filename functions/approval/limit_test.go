package approval

import (
	"fmt"
	"testing"
	"time"
)

var start = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

func TestMemoryOfSourcesIsBounded(t *testing.T) {
	t.Parallel()
	l := newLimits()
	now := start
	for n := range sourcesKept + 100 {
		now = now.Add(time.Millisecond)
		l.allow(fmt.Sprintf("10.%d.%d.%d", n>>16, n>>8&255, n&255), now)
		if len(l.sources) > sourcesKept {
			t.Fatalf("%d sources are kept", len(l.sources))
		}
	}
	if len(l.sources) != sourcesKept {
		t.Fatalf("%d sources are kept: the memory was not filled", len(l.sources))
	}
	l.allow("192.0.2.1", now.Add(time.Minute))
	if len(l.sources) != 1 {
		t.Errorf("%d sources are kept after a minute of silence", len(l.sources))
	}
}

func TestAllSourcesTogetherAreLimited(t *testing.T) {
	t.Parallel()
	l := newLimits()
	allowed := 0
	for n := range 1000 {
		if l.allow(fmt.Sprintf("10.0.%d.%d", n/250, n%250), start) {
			allowed++
		}
	}
	if allowed != totalBurst {
		t.Errorf("%d were let through, want %d", allowed, totalBurst)
	}
}

func TestAnIPv6NetworkIsOneSource(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"203.0.113.7": "203.0.113.7", "::ffff:203.0.113.7": "::ffff:203.0.113.7", "2001:db8:1:2:3::4": "2001:db8:1:2::/64",
		"2001:db8:1:2::9%eth0": "2001:db8:1:2::/64", "": "", "pipe": "pipe",
	} {
		if got := network(address); got != want {
			t.Errorf("%q counts as %q, want %q", address, got, want)
		}
	}
}
