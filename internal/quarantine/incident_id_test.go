package quarantine_test

import (
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func TestAnIncidentIDIsTakenForOneAndNothingElseIs(t *testing.T) {
	t.Parallel()
	id := quarantine.IncidentID(
		quarantine.Execution{ID: "arn", StartedAt: time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)},
		quarantine.Target{AccountID: "111122223333", Region: "eu-west-1", InstanceID: "i-1"})
	if !quarantine.IsIncidentID(id) {
		t.Errorf("%s is not taken for an incident's id", id)
	}
	for _, other := range []string{"", id + "0", " " + id, id[:len(id)-1], "inc-1", "one", "i-0c0ffee0123456789"} {
		if quarantine.IsIncidentID(other) {
			t.Errorf("%q is taken for an incident's id", other)
		}
	}
}
