package lambdaapi

import (
	"os"
	"testing"
)

func TestThePeakIsThatOfTheProcess(t *testing.T) {
	t.Parallel()
	// This process: a Go test takes more than a megabyte, and less than a terabyte.
	if got := peak(os.Getpid()); got < 1<<20 || got > 1<<40 {
		t.Errorf("the peak is %d bytes", got)
	}
	if got := peak(-1); got != 0 {
		t.Errorf("the peak of a process that does not exist is %d bytes", got)
	}
}
