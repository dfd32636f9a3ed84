package main

import (
	"context"
	"regexp"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/command"
	"github.com/ec2-quarantine/quarantine/internal/deployment"
	"github.com/ec2-quarantine/quarantine/internal/lab/pasted"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/termination"
	"github.com/ec2-quarantine/quarantine/internal/uninstall"
)

// places are those in which commands are printed.
var places = []command.Place{
	{},
	{Stack: "guard", Region: "eu-west-1"},
	{Stack: "guard", Table: "another", Region: "eu-west-1", Profile: pasted.Profile, Endpoint: "http://127.0.0.1:5000"},
	{Table: "quarantine-ledger", Region: "eu-west-1", Profile: pasted.Profile},
}

// Whatever a place gives to a command, the command takes.
func TestEveryCommandTakesWhatItsPlaceGives(t *testing.T) {
	t.Parallel()
	arguments := map[string][]string{
		"show": {"inc-1"}, "approve": {"req-1"}, "deny": {"req-1"}, "history": {"inc-1"}, "release": {"inc-1"}, "narrow": {"inc-1"},
		"terminate": {"inc-1"}, "pause": {"inc-1", "--for", "2h"}, "leave": {"inc-1", "eni-1 (security-group)"}, "resume": {"inc-1"},
		"respond": {"--event", "event.json"}, "triage": {"event.json"}, "uninstall": {"--release-all"}, "completion": {"bash"}, "report": {"inc-1", "--html", "incident.html"},
		"policy": {"push", "--version", "6"},
	}
	var script []string
	for _, one := range newParser(t.Context(), streams{}).Model.Children {
		for _, at := range places {
			words := append([]string{one.Name}, arguments[one.Name]...)
			if one.Name == "uninstall" && at.Stack == "" {
				words = append(words, "--stack", "guard")
			}
			script = append(script, command.Line(at.Quarantine(words...)))
		}
	}
	taken(t, pasted.Shell(t, strings.Join(script, "\n")), nil)
}

// inErrors are the commands that stand in an error's text: at the end of a line, after a colon where
// that does not begin with it.
var inErrors = regexp.MustCompile(`(?m)(?:^ +|: )((?:quarantine|aws) [a-z0-9-]+ .*)$`)

func TestEveryCommandInAnErrorIsTaken(t *testing.T) {
	t.Parallel()
	in := quarantine.Incident{ID: "inc-20260115-a749daa8d1", Status: quarantine.StatusContained, Resource: quarantine.Resource{Region: "eu-west-1", Kind: quarantine.KindInstance, ID: "i-1"}}
	var script []string
	for _, at := range places[2:] {
		_, incomplete := termination.Termination{At: at, Fleet: running{}}.Plan(context.Background(), in)
		for _, err := range []error{
			&uninstall.NotProductStackError{Stack: "guard", At: at}, &uninstall.ProtectedError{Stack: "guard", At: at},
			&uninstall.NotLedgerError{Stack: "guard", Table: uninstall.Table{Name: "guard-Ledger"}, At: at},
			&uninstall.LostLedgerError{Stack: "guard", Table: "guard-Ledger", At: at},
			&uninstall.OpenError{Stack: "guard", Open: []quarantine.Incident{in}, At: at},
			&uninstall.CutOffError{Closed: []uninstall.Closed{{Measure: quarantine.MeasureCut, Thing: "subnet-1", Incidents: []string{in.ID},
				Hold: quarantine.Hold{Measure: quarantine.MeasureCut, Thing: "subnet-1", Region: "eu-west-1"}}}, At: at},
			&uninstall.DeletionError{Stack: "guard", At: at}, &uninstall.DeletionError{Stack: "guard", Failed: []uninstall.Undeleted{{}}, At: at},
			incomplete,
		} {
			found := inErrors.FindAllStringSubmatch(err.Error(), -1)
			if len(found) == 0 {
				t.Errorf("no command is found in: %v", err)
			}
			for _, match := range found {
				script = append(script, match[1])
			}
		}
		for _, status := range []string{"CREATE_IN_PROGRESS", "ROLLBACK_COMPLETE"} {
			script = append(script, command.Line(at.AWS("eu-west-1", (&deployment.UnfinishedError{Stack: "guard", Status: status}).Next()...)))
		}
	}
	calls := pasted.Shell(t, strings.Join(script, "\n"))
	wantOfEach(t, calls, map[string]int{"quarantine": 8, "aws": 25})
	taken(t, calls, nil)
	sent(t, calls)
}

// running is a fleet in which the instance runs.
type running struct{ termination.Fleet }

// Instance is as asked for.
func (running) Instance(_ context.Context, r quarantine.Resource) (quarantine.Instance, error) {
	return quarantine.Instance{ID: r.ID, State: "running"}, nil
}

// Protection is none.
func (running) Protection(context.Context, quarantine.Resource) (quarantine.Protection, error) {
	return quarantine.Protection{}, nil
}
