package lambdaapi

import (
	"os"
	"testing"
)

func TestThePeakIsThatOfTheProcess(t *testing.T) {
	t.Parallel()
	// This very process: a Go test takes more than a megabyte, and less than the computer has.
	if got := peak(os.Getpid()); got < 1<<20 || got > 1<<40 {
		t.Errorf("the peak is %d bytes", got)
	}
	if got := peak(-1); got != 0 {
		t.Errorf("no process has a peak of %d bytes", got)
	}
}
