package ec2_test

import (
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func TestTheConsolesTextIsDecoded(t *testing.T) {
	t.Parallel()
	w := newWorld()
	const text = "[    0.000000] Linux version 6.1\nlogin: "
	w.SetConsoleOutput(w.env.Instance, text)
	got, err := ec2.New(w.EC2()).ConsoleOutput(t.Context(), quarantine.Resource{ID: w.env.Instance})
	if err != nil || got != text {
		t.Errorf("got %q, %v", got, err)
	}
}
