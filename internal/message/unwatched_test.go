package message

import (
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/command"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Whoever responds from a computer is alone: no message has them wait for what only a deployment does.
func TestWhereNothingIsDeployedNoMessageHasAnybodyWait(t *testing.T) {
	t.Parallel()
	alarm := released(restored("subnet-1"))
	alarm.Release.FalseAlarm = &quarantine.FalseAlarm{Types: []string{"Trojan:EC2/DropPoint"}, Incident: incident, Until: noon.Add(time.Hour)}
	narrowed := released(restored("subnet-1"))
	narrowed.Kind = quarantine.KindNarrowed
	narrowFailed := notReleased(quarantine.Contended, "somebody else")
	narrowFailed.Kind = quarantine.KindNarrowFailed
	const alone = "Nothing is deployed: nothing watches this, and nothing cuts again."
	for name, c := range map[string]struct {
		news quarantine.News
		says string
	}{
		"released":       {released(restored("subnet-1")), alone},
		"false alarm":    {alarm, "these are on record as false alarms on " + instanceID},
		"narrowed":       {narrowed, alone},
		"not narrowed":   {narrowFailed, alone},
		"not contained":  {notContained(quarantine.AccessDenied, "why"), "nothing is deployed, and nothing tries by itself"},
		"left as it was": {kept(quarantine.PurposeIsolate), alone},
	} {
		r := onRecord()
		r.Incident.Questions = nil
		r.At = command.Place{Table: "quarantine-ledger", Region: "eu-west-1"}
		text := unwrapped(composed(t, c.news, r).Text)
		if !strings.Contains(text, c.says) {
			t.Errorf("%s lacks %q:\n%s", name, c.says, text)
		}
		for _, never := range []string{"off again by itself", "is cut again", "a person is asked", "still cuts", "instead of cutting", "next finding", "the watch"} {
			if strings.Contains(text, never) {
				t.Errorf("%s promises %q:\n%s", name, never, text)
			}
		}
	}
}
