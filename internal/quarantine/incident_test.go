package quarantine_test

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/statemachine"
	"github.com/ec2-quarantine/quarantine/statemachine/state"
)

var (
	host = quarantine.Resource{AccountID: "111122223333", Region: "eu-west-1", Kind: quarantine.KindInstance, ID: "i-0a1b2c3d4e5f60718"}
	run  = quarantine.Execution{
		ID:        "arn:aws:states:eu-west-1:111122223333:execution:quarantine:run-1",
		Name:      "run-1",
		StartedAt: time.Date(2026, 3, 4, 23, 30, 0, 0, time.UTC),
		Version:   1,
	}
)

func TestAnIncidentIDIsADayAndTenHexadecimalDigits(t *testing.T) {
	t.Parallel()
	got := quarantine.IncidentID(run, host)
	if !regexp.MustCompile(`^inc-20260304-[0-9a-f]{10}$`).MatchString(got) {
		t.Errorf("id %q", got)
	}
}

func TestAnIncidentIDIsTheSameHoweverOftenTheExecutionAsks(t *testing.T) {
	t.Parallel()
	later := run
	later.Name = "a name is for people"
	later.Version = 2
	later.StartedAt = run.StartedAt.In(time.FixedZone("UTC+2", 2*60*60)) // the same moment, on the next day there
	for range 3 {
		if a, b := quarantine.IncidentID(run, host), quarantine.IncidentID(later, host); a != b {
			t.Errorf("%s, then %s", a, b)
		}
	}
}

func TestAnotherExecutionOrAnotherInstanceMakesAnotherIncident(t *testing.T) {
	t.Parallel()
	seen := map[string]string{quarantine.IncidentID(run, host): "the first"}
	for name, change := range map[string]func(*quarantine.Execution, *quarantine.Resource){
		"another execution": func(e *quarantine.Execution, _ *quarantine.Resource) { e.ID += "1" },
		"another day":       func(e *quarantine.Execution, _ *quarantine.Resource) { e.StartedAt = e.StartedAt.AddDate(0, 0, 1) },
		"another instance":  func(_ *quarantine.Execution, t *quarantine.Resource) { t.ID = "i-0a1b2c3d4e5f60719" },
		"another account":   func(_ *quarantine.Execution, t *quarantine.Resource) { t.AccountID = "444455556666" },
		"another region":    func(_ *quarantine.Execution, t *quarantine.Resource) { t.Region = "us-east-1" },
	} {
		e, resource := run, host
		change(&e, &resource)
		id := quarantine.IncidentID(e, resource)
		if other, taken := seen[id]; taken {
			t.Errorf("%s has the id of %s: %s", name, other, id)
		}
		seen[id] = name
	}
}

func TestALockKeyIsTheInstanceInItsAccountAndRegion(t *testing.T) {
	t.Parallel()
	if got, want := quarantine.LockKey(host), "RESOURCE#instance#111122223333#eu-west-1#i-0a1b2c3d4e5f60718"; got != want {
		t.Errorf("key %q, want %q", got, want)
	}
	if got, want := host.String(), "111122223333/eu-west-1/i-0a1b2c3d4e5f60718"; got != want {
		t.Errorf("for people %q, want %q", got, want)
	}
}

// The state machine writes the lock itself. If it made its key in another way
// than the ledger does, there would be two locks for one instance.
func TestTheStateMachineLocksUnderTheKeyThatTriageMade(t *testing.T) {
	t.Parallel()
	const key = "{% $triage.lockKey %}"
	var lockers []string
	for name, text := range states(t, statemachine.Quarantine) {
		var s struct {
			Resource  string
			Arguments struct {
				Key map[string]map[string]string
			}
		}
		if err := json.Unmarshal(text, &s); err != nil || !strings.Contains(s.Resource, "dynamodb:updateItem") {
			continue // only an update has a key, and in another state Arguments can be an expression
		}
		if s.Arguments.Key["sk"]["S"] != "LOCK" {
			continue
		}
		lockers = append(lockers, name)
		if got := s.Arguments.Key["pk"]["S"]; got != key {
			t.Errorf("%s writes the lock of %s, want %s", name, got, key)
		}
	}
	for _, needed := range []string{state.AcquireLock, state.JoinIncident, state.MarkFailed} {
		if !slices.Contains(lockers, needed) {
			t.Errorf("%s does not write the lock; these do: %v", needed, lockers)
		}
	}
	if bytes.Contains(statemachine.Quarantine, []byte("RESOURCE#")) {
		t.Error("the definition makes a lock's key of its own")
	}
}

// states are all states of a definition by name, those inside others too.
func states(t *testing.T, definition json.RawMessage) map[string]json.RawMessage {
	t.Helper()
	all := map[string]json.RawMessage{}
	var collect func(program json.RawMessage)
	collect = func(program json.RawMessage) {
		var p struct {
			States        map[string]json.RawMessage
			Branches      []json.RawMessage
			ItemProcessor json.RawMessage
		}
		if err := json.Unmarshal(program, &p); err != nil {
			t.Fatal(err)
		}
		for name, text := range p.States {
			all[name] = text
			collect(text)
		}
		for _, inside := range p.Branches {
			collect(inside)
		}
		if p.ItemProcessor != nil {
			collect(p.ItemProcessor)
		}
	}
	collect(definition)
	return all
}

func TestADifferentOriginalNamesTheSubnetAndWhatIsOnRecord(t *testing.T) {
	t.Parallel()
	err := &quarantine.OriginalDiffers{SubnetID: "subnet-1", Version: "aclassoc-1"}
	if got, want := err.Error(), "the ledger has association aclassoc-1 on record as the original of subnet-1"; got != want {
		t.Errorf("text %q, want %q", got, want)
	}
}

func TestAnIncidentIDIsTakenForOneAndNothingElseIs(t *testing.T) {
	t.Parallel()
	id := quarantine.IncidentID(
		quarantine.Execution{ID: "arn", StartedAt: time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)},
		quarantine.Resource{AccountID: "111122223333", Region: "eu-west-1", Kind: quarantine.KindInstance, ID: "i-1"})
	if !quarantine.IsIncidentID(id) {
		t.Errorf("%s is not taken for an incident's id", id)
	}
	for _, other := range []string{"", id + "0", " " + id, id[:len(id)-1], "inc-1", "one", "i-0c0ffee0123456789"} {
		if quarantine.IsIncidentID(other) {
			t.Errorf("%q is taken for an incident's id", other)
		}
	}
}
