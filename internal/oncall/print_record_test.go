package oncall_test

import (
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/oncall"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func TestTheRecordSaysUntilWhenSnapshotsAreLocked(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	oncall.Printer{W: &out}.Evidence(quarantine.Incident{Evidence: quarantine.Evidence{Snapshots: []quarantine.Snapshot{
		{ID: "snap-1", VolumeID: "vol-1", State: "completed", Lock: &quarantine.SnapshotLock{
			State: "governance", Until: time.Date(2027, 1, 15, 12, 0, 0, 0, time.UTC),
		}},
		{ID: "snap-2", VolumeID: "vol-2", State: "error", Message: "the key is disabled"},
	}}})
	for _, want := range []string{
		"snap-1 of vol-1 completed locked (governance) until 2027-01-15 12:00 UTC",
		"snap-2 of vol-2 error the key is disabled",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in:\n%s", want, out.String())
		}
	}
}

func TestARecordThatANewerReleaseHasWrittenOnSaysSo(t *testing.T) {
	t.Parallel()
	const says = "A newer release has written on this record"
	for newer, want := range map[int]bool{0: false, quarantine.ItemVersion + 1: true} {
		got := printed(func(p oncall.Printer) { p.Record(quarantine.Incident{ID: "inc-1", Newer: newer}) })
		if strings.Contains(got, says) != want {
			t.Errorf("newer %d:\n%s", newer, got)
		}
	}
}
