package slackactions

import (
	"fmt"
	"testing"
	"time"
)

func TestSignaturesAreRememberedWhileTheyAreValid(t *testing.T) {
	t.Parallel()
	m, now := newMemory(), time.Now()
	for _, c := range []struct {
		after time.Duration
		first bool
	}{{0, true}, {0, false}, {10*time.Minute - 1, false}, {10 * time.Minute, true}, {11 * time.Minute, false}} {
		if got := m.first("signature", now.Add(c.after)); got != c.first {
			t.Errorf("after %s: first is %t", c.after, got)
		}
	}
}

func TestMemoryIsBounded(t *testing.T) {
	t.Parallel()
	m, now := newMemory(), time.Now()
	for n := range 3 * memorySize {
		if !m.first(fmt.Sprint(n), now) {
			t.Fatalf("signature %d counts as used before its first use", n)
		}
	}
	if len(m.until) != memorySize || len(m.order) != memorySize {
		t.Errorf("%d signatures are kept, in a list of %d", len(m.until), len(m.order))
	}
	if m.first(fmt.Sprint(3*memorySize-1), now) || !m.first("0", now) {
		t.Error("the oldest signature was not dropped")
	}
}
