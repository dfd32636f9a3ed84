package simulate_test

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/invariants"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// observing runs events by a policy, checks every invariant, and wants these ends.
func observing(t *testing.T, policy string, prepare func(*account.Account), events []simulate.Event, everything bool, ends ...string) *simulate.Report {
	t.Helper()
	p, err := triage.ParsePolicy([]byte("version: 1\n" + policy))
	if err != nil {
		t.Fatal(err)
	}
	w := world(prepare != nil, events...)
	w.Observes = everything
	r := checked(t, simulate.Options{Events: events, Account: network, Policy: p, Prepare: prepare, Start: start}, w)
	var got []string
	for _, e := range r.Executions {
		got = append(got, end(e))
	}
	if !slices.Equal(got, ends) {
		t.Errorf("the executions ended in %v, want %v", got, ends)
	}
	return r
}

// wantObserved wants the only message of a run on each channel, with these words.
func wantObserved(t *testing.T, r *simulate.Report, words ...string) {
	t.Helper()
	if len(r.Notifications) != 2 || r.Notifications[0].Kind != "observed" {
		t.Fatalf("messages %+v", r.Notifications)
	}
	text := strings.Join(strings.Fields(r.Notifications[0].Text), " ")
	for _, w := range words {
		if !strings.Contains(text, w) {
			t.Errorf("the message lacks %q:\n%s", w, r.Notifications[0].Text)
		}
	}
}

func TestAnObservedMinerIsToldAndNothingIsChanged(t *testing.T) {
	t.Parallel()
	r := observing(t, "mode: observe\n", nil, []simulate.Event{miner(hostA, 1)}, true, "Observed")
	if want := "Triage Decide JoinObserved WasItReleased DoesTheReleaseCount Observe RecordObserved TellObserved Observed"; path(r.Executions[0]) != want {
		t.Errorf("path %s", path(r.Executions[0]))
	}
	wantObserved(t, r, "WOULD HAVE CUT "+hostA, "Nothing was changed: it is observed only: the policy's mode is observe", "quarantine show inc-")
	if got := lockOf(r, hostA); got != nil {
		t.Errorf("there is a lock: %v", got)
	}
}

func TestWhatAPersonWouldHaveBeenAskedIsToldAndNobodyIsAsked(t *testing.T) {
	t.Parallel()
	r := observing(t, asksMedium[len("version: 1\n"):]+"mode: observe\n", nil, []simulate.Event{medium(hostA, 1)}, true, "Observed")
	wantObserved(t, r, "WOULD HAVE ASKED A PERSON whether to cut "+hostA)
	r = observing(t, "mode: observe\nlimits: {isolationsPerHour: {account: 1}}\n", nil, []simulate.Event{miner(hostA, 1), miner(hostB, 2)}, true, "Observed", "Observed")
	if n := len(r.Notifications); n != 4 {
		t.Errorf("%d messages", n)
	}
}

// A part of the account acts, and the rest is observed.
func TestOneVPCActsAndTheOthersAreObserved(t *testing.T) {
	t.Parallel()
	const acts = "mode: observe\nmodes: {vpcs: {" + vpc + ": act}}\n"
	observing(t, acts, nil, []simulate.Event{miner(hostA, 1)}, false, "Contained")
	r := observing(t, "modes: {vpcs: {"+vpc+": observe}}\n", nil, []simulate.Event{miner(hostA, 1)}, true, "Observed")
	wantObserved(t, r, "modes.vpcs has "+vpc+" observed")
}

// The finding names another VPC than EC2 shows: the one that is observed counts, whichever it is.
func TestWhereTheFindingAndEC2DifferItIsObserved(t *testing.T) {
	t.Parallel()
	const other = otherVPC
	elsewhere := inOtherVPC(miner(hostA, 1))
	in := func(policy string) *simulate.Report {
		return observing(t, policy, nil, []simulate.Event{elsewhere}, false, "Observed")
	}
	r := in("modes: {vpcs: {" + other + ": observe}}\n")
	wantObserved(t, r, "modes.vpcs has "+other+" observed")
	r = in("mode: observe\nmodes: {vpcs: {" + other + ": act}}\n")
	if got := path(r.Executions[0]); !strings.Contains(got, "AcquireLock Isolate YieldToObserve Observe") {
		t.Errorf("path %s", got)
	}
	wantObserved(t, r, "modes.vpcs does not name "+vpc+" (read from EC2 just now)", "WOULD HAVE CUT")
	if lock := lockOf(r, hostA); text(lock, "status") != "released" || lock["incident"] != nil {
		t.Errorf("the lock is %v, want it free", lock)
	}
}

func TestATagThatHasItObservedIsTold(t *testing.T) {
	t.Parallel()
	e := miner(hostA, 1)
	e.Body = bytes.Replace(e.Body, []byte(`"networkInterfaces"`), []byte(`"tags":[{"key":"env","value":"test"}],"networkInterfaces"`), 1)
	r := observing(t, "modes: {observedTags: {env: test}}\n", nil, []simulate.Event{e}, false, "Observed")
	wantObserved(t, r, "the tag env=test has it observed (modes.observedTags), and whoever may tag the instance can set that")
}

// An incident that is open goes on: its policy was another.
func TestAnObservedFindingJoinsAnOpenIncident(t *testing.T) {
	t.Parallel()
	rule := "overrides:\n  - {name: second, reason: it is tried, when: \"finding.id endsWith '2'\", mode: observe}\n"
	p, err := triage.ParsePolicy([]byte("version: 1\n" + rule))
	if err != nil {
		t.Fatal(err)
	}
	events := []simulate.Event{miner(hostA, 1), miner(hostA, 2)}
	r := checked(t, simulate.Options{Events: events, Account: network, Policy: p, Start: start, Scenario: func(ctx context.Context, s *simulate.Session) error {
		for _, e := range events {
			if _, err := s.Deliver(ctx, e); err != nil {
				return err
			}
			if _, err := s.Wait(ctx); err != nil {
				return err
			}
		}
		return nil
	}}, world(false, events...))
	if got := end(r.Executions[1]); got != "Joined" || strings.Contains(path(r.Executions[1]), "AcquireLock") {
		t.Errorf("the second ended in %s along %s", got, path(r.Executions[1]))
	}
	for _, n := range r.Notifications {
		if n.Kind == "observed" {
			t.Errorf("told %s", n.Subject)
		}
	}
}

func TestOfSeveralInstancesEachIsObservedByItself(t *testing.T) {
	t.Parallel()
	observing(t, "mode: observe\n", nil, []simulate.Event{sequence(hostA, hostB)}, true, "FannedOut", "Observed", "Observed")
}

func TestAnObservedKeyStaysActive(t *testing.T) {
	t.Parallel()
	r := aboutKey(t, "mode: observe\naccessKeys: {cut: cut}\n", simulate.Options{}, invariants.World{Observes: true})
	if end(r.Executions[0]) != "Observed" {
		t.Fatalf("it ended in %s along %s", end(r.Executions[0]), path(r.Executions[0]))
	}
	wantObserved(t, r, "WOULD HAVE MADE INACTIVE the access key "+leakedKey)
	r = aboutKey(t, "mode: observe\n", simulate.Options{}, invariants.World{Observes: true})
	wantObserved(t, r, "WOULD HAVE ASKED A PERSON whether to make the access key "+leakedKey)
}

// What cannot be read is told as that, and is on record.
func TestWhatCannotBeObservedIsTold(t *testing.T) {
	t.Parallel()
	denied := func(a *account.Account) {
		a.Inject(account.Fault{Service: "ec2", Operation: "DescribeInstances", Kind: account.Deny})
	}
	r := observing(t, "mode: observe\n", denied, []simulate.Event{miner(hostA, 1)}, true, "Observed")
	wantObserved(t, r, "is NOT KNOWN", "DescribeInstances")
}

// What was observed is found by the id that its incident would have had, and no list takes it for open.
func TestWhatIsObservedIsOnRecordAndListed(t *testing.T) {
	t.Parallel()
	p, err := triage.ParsePolicy([]byte(observes))
	if err != nil {
		t.Fatal(err)
	}
	e := miner(hostA, 1)
	w := world(false, e)
	w.Observes = true
	checked(t, simulate.Options{Events: []simulate.Event{e}, Account: network, Policy: p, Start: start, Scenario: func(ctx context.Context, s *simulate.Session) error {
		if err := delivered(ctx, s, e); err != nil {
			return err
		}
		all, err := s.Ledger.LatestObserved(ctx, 5)
		if err != nil || len(all) != 1 {
			t.Fatalf("listed are %+v, %v", all, err)
		}
		in, err := s.Ledger.Incident(ctx, all[0].ID)
		if err != nil || in.Status != quarantine.StatusObserved || in.Open() || in.Resource.ID != hostA || in.Observation.Would != quarantine.WouldCut ||
			!in.Verdict.Observed() || in.Verdict.Action != quarantine.ActionIsolate || len(in.Findings) != 1 || in.Neighbours == nil || in.OpenedAt.IsZero() {
			t.Errorf("on record is %+v, %v", in, err)
		}
		if open, err := s.Ledger.OpenIncidents(ctx); err != nil || len(open) != 0 {
			t.Errorf("open are %+v, %v", open, err)
		}
		return nil
	}}, w)
}
