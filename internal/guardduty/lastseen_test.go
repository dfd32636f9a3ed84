package guardduty_test

import (
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/guardduty"
	"github.com/ec2-quarantine/quarantine/internal/guardduty/gdtest"
)

// When the activity was seen last decides whether a finding is told instead of cut: what
// cannot be right is left out with a note, and never loses the verdict.
func TestWhenTheActivityWasSeenLast(t *testing.T) {
	t.Parallel()
	const said = `"eventLastSeen": "2026-01-31T11:58:04.000Z"`
	for value, want := range map[string]string{
		`"2026-01-31T11:58:04.000Z"`:            "2026-01-31T11:58:04Z",
		`"2026-01-31T12:58:04.123456789+01:00"`: "2026-01-31T11:58:04.123Z",
		`1769860684`:                            "2026-01-31T11:58:04Z",
		`"yesterday"`:                           "",
		`{}`:                                    "",
		`0`:                                     "",
		`"0001-01-01T00:00:00Z"`:                "absent",
		`"1970-01-01T00:00:00Z"`:                "",
		`null`:                                  "absent",
		`""`:                                    "absent",
	} {
		event := strings.Replace(string(gdtest.Fixture("miner")), said, `"eventLastSeen": `+value, 1)
		f, err := guardduty.Parse([]byte(event))
		if err != nil {
			t.Errorf("%s: %v", value, err)
			continue
		}
		got := ""
		if !f.LastSeen.IsZero() {
			got = f.LastSeen.Format("2006-01-02T15:04:05.999Z07:00")
		}
		if noted := leftOut(f, "detail.service.eventLastSeen"); got != strings.TrimPrefix(want, "absent") || noted != (want == "") {
			t.Errorf("%s: seen last at %q, noted %t (%q), want %q", value, got, noted, f.LeftOut, want)
		}
	}
}

func TestAReplayIsKnownByItsName(t *testing.T) {
	t.Parallel()
	event := strings.Replace(string(gdtest.Fixture("miner")), `{`, `{"replay-name": "drill-7",`, 1)
	if f, err := guardduty.Parse([]byte(event)); err != nil || f.Replay != "drill-7" {
		t.Errorf("%q, %v", f.Replay, err)
	}
}
