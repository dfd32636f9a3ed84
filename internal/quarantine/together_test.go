package quarantine_test

import (
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
