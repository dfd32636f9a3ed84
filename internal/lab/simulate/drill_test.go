package simulate_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/invariants"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/local/wiring"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// markedAsDrill is an event that says everywhere that it is a drill.
func markedAsDrill(e simulate.Event) simulate.Event {
	e.Body = []byte(strings.NewReplacer(
		`"title":"title"`, `"title":"DRILL. It is a drill"`, `"description":"description"`, `"description":"[DRILL] a drill"`,
		`"additionalInfo":{}`, `"additionalInfo":{"type":"default","value":"{\"drill\":true}"}`,
		`"networkInterfaces"`, `"tags":[{"key":"quarantine:drill","value":"true"},{"key":"Name","value":"[DRILL] DRILL."}],"networkInterfaces"`,
	).Replace(string(e.Body)))
	return e
}

// One instance is on record as a drill's, and another's event says that it is one: both are cut,
// told and released alike, and the messages about the first alone say DRILL, from the cut to the release.
func TestADrillGoesTheWholeWayAndAForgedMarkChangesNothing(t *testing.T) {
	t.Parallel()
	forged := markedAsDrill(trojan(hostB, 2))
	plain := trojan(hostB, 2)
	var paths [2]string // of the forged event's execution, and of the same event without the mark
	for i, other := range []simulate.Event{forged, plain} {
		drill := trojan(hostA, 1)
		scenario := func(ctx context.Context, s *simulate.Session) error {
			of := quarantine.Resource{Kind: quarantine.KindInstance, AccountID: "111122223333", Region: "eu-west-1", ID: hostA}
			from := s.Clock.Now().Add(-time.Hour) // the event says when it was sent
			as := account.WithCaller(ctx, account.Caller{Function: ledger.People})
			if err := s.Ledger.BeginDrill(as, quarantine.Drill{Resource: of, By: "arn:aws:iam::111122223333:user/alice", From: from.Add(-24 * time.Hour), Until: from.Add(24 * time.Hour)}); err != nil {
				return err
			}
			for _, e := range []simulate.Event{drill, other} {
				x, err := s.Deliver(ctx, e)
				if err != nil {
					return err
				}
				if err := s.Clock.Sleep(ctx, time.Hour); err != nil {
					return err
				}
				if strings.Contains(e.Name, hostB) {
					paths[i] = path(*x.Result)
				}
				if err := releaseOf(ctx, s, x.Result.Output, "release-"+e.Name); err != nil {
					return err
				}
			}
			return nil
		}
		w := world(false, drill, other)
		w.Answer, w.ManualReleases = invariants.Mixed, []string{"release-" + drill.Name, "release-" + other.Name}
		r := checked(t, simulate.Options{Scenario: scenario, Account: network, Policy: triage.DefaultPolicy(), Start: start}, w)
		told := map[bool]int{}
		for _, n := range r.Notifications {
			about := strings.Contains(n.Subject, hostA)
			told[about]++
			if says := strings.HasPrefix(n.Subject, "[DRILL] ") && strings.HasPrefix(n.Text, "DRILL. "); says != about {
				t.Errorf("%s\n%s", n.Subject, n.Text)
			}
		}
		if told[true] != told[false] || told[true] < 3 {
			t.Errorf("%d messages about the drill, and %d about the other", told[true], told[false])
		}
	}
	if paths[0] != paths[1] || !strings.Contains(paths[0], "Isolate") {
		t.Errorf("the mark changes the way:\n%s\n%s", paths[0], paths[1])
	}
}

func releaseOf(ctx context.Context, s *simulate.Session, output json.RawMessage, name string) error {
	var out struct{ Incident string }
	if err := json.Unmarshal(output, &out); err != nil {
		return err
	}
	input, err := json.Marshal(map[string]string{"incident": out.Incident, "reason": "the drill is over", "by": "alice"})
	if err != nil {
		return err
	}
	if _, err := s.Start(ctx, wiring.Release, name, input); err != nil {
		return err
	}
	return s.Clock.Sleep(ctx, time.Minute)
}
