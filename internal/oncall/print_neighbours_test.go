package oncall_test

import (
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/oncall"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func TestWhoElseIsCutOffIsShownWhileItIs(t *testing.T) {
	t.Parallel()
	in := quarantine.Incident{ID: incident, Status: quarantine.StatusContained, Holds: []quarantine.Hold{held("network-acl", "subnet-1", "acl-1", "acl-q")},
		Neighbours: &quarantine.Neighbours{Kinds: []quarantine.NeighbourCount{{Kind: quarantine.NeighbourInstance, Count: 7}}}}
	const says = "cut off with it, as counted at the cut: 7 other instances"
	has(t, printed(func(p oncall.Printer) { p.Record(in) }), says)
	has(t, printed(func(p oncall.Printer) { p.List([]oncall.Listed{oncall.NewListed(in)}, false) }), says)
	in.Holds[0].Holders = nil
	if text := printed(func(p oncall.Printer) { p.Record(in) }); strings.Contains(text, "cut off with it") {
		t.Errorf("nothing is held, and it says:\n%s", text)
	}
}
