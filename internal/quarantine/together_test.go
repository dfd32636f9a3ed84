package quarantine_test

import (
	"errors"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func TestTogetherRunsSideBySideAndReturnsWhenAllHave(t *testing.T) {
	t.Parallel()
	there, back := make(chan string), make(chan string)
	ended := [2]bool{}
	quarantine.Together( // each needs the other's word: one after the other, they would never end
		func() { there <- "one"; <-back; ended[0] = true },
		func() { <-there; back <- "two"; ended[1] = true },
	)
	if ended != [2]bool{true, true} {
		t.Errorf("ended: %v", ended)
	}
	quarantine.Together()
}

func TestJoinedGivesEveryErrorInOrder(t *testing.T) {
	t.Parallel()
	first, second := errors.New("first"), errors.New("second")
	err := quarantine.Joined(quarantine.Together,
		func() error { return first }, func() error { return nil }, func() error { return second })
	if got := quarantine.Each(err); len(got) != 2 || !errors.Is(got[0], first) || !errors.Is(got[1], second) {
		t.Errorf("got %v", got)
	}
	if err := quarantine.Joined(quarantine.Together, func() error { return nil }); err != nil {
		t.Errorf("got %v of no error", err)
	}
}
