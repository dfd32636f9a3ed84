package uninstall_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/uninstall"
)

// instanceGone is an instance that does not exist.
const instanceGone = "i-000000fe"

func TestAFailedIncidentOfAGoneInstanceIsClosedAndBlocksNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t).fail("inc-gone", instanceGone)
	untouched := w.end()
	u := over(w, uninstall.Options{})
	plan, err := u.Look(t.Context())
	if err != nil || u.Refusal(plan) != nil || len(plan.Open) != 0 || len(plan.Over) != 1 || plan.Over[0].ID != "inc-gone" {
		t.Fatalf("the plan has open %+v and over %+v: %v", plan.Open, plan.Over, err)
	}
	if w.end() != untouched {
		t.Errorf("looking changed something:\n%s", w.end())
	}
	r := uninstalled(t, w, uninstall.Options{By: "arn:aws:iam::111122223333:user/on-call"})
	if len(r.Released) != 1 || r.Released[0].Reason != quarantine.GoneUncut || r.Released[0].By != "arn:aws:iam::111122223333:user/on-call" {
		t.Errorf("released %+v", r.Released)
	}
	record, err := w.ledger.Incident(t.Context(), "inc-gone")
	if err != nil || record.Open() || len(record.Timeline) != 1 || record.ReleasedIn != "" {
		t.Errorf("on record is %+v: %v", record, err)
	}
	if open, err := w.ledger.OpenIncidents(t.Context()); err != nil || len(open) != 0 {
		t.Errorf("open are %+v: %v", open, err)
	}
	if !slices.ContainsFunc(w.said, func(s string) bool { return strings.HasPrefix(s, "closed inc-gone ("+instanceGone+")") }) {
		t.Errorf("people are told %q", w.said)
	}
	if slices.ContainsFunc(w.calls, func(c string) bool { return strings.HasPrefix(c, "Release ") }) {
		t.Errorf("a release ran: %q", w.calls)
	}
}

func TestAFailedIncidentBlocksAnUninstallation(t *testing.T) {
	t.Parallel()
	for name, prepare := range map[string]func(*world){
		"while its instance exists": func(w *world) {
			past(w)
			w.fail("inc-1", instanceIn(subnetPast))
		},
		"while it holds a subnet": func(w *world) {
			w.cut("inc-1", subnetOne)
			w.Terminate(instanceOne)
			record, err := w.ledger.Incident(t.Context(), "inc-1")
			if err != nil {
				t.Fatal(err)
			}
			if err := w.ledger.Reopen(t.Context(), quarantine.Claim{Incident: "inc-1", Owner: record.Owner, Resource: record.Resource}); err != nil {
				t.Fatal(err)
			}
		},
		"if it half held one": func(w *world) {
			w.fail("inc-1", instanceGone)
			in := w.overview()[0]
			q := quarantine.Quarantine{AccountID: w.ID(), Region: w.Region(), SubnetID: subnetPast, Before: "acl-1", BeforeVersion: "assoc-1"}
			if err := w.ledger.RecordOriginal(t.Context(), q, quarantine.Claim{Incident: in.ID, Resource: in.Resource, Owner: in.Owner}, ""); err != nil {
				t.Fatal(err)
			}
		},
	} {
		w := newWorld(t)
		prepare(w)
		untouched := w.end()
		_, err := attempt(t.Context(), w, uninstall.Options{})
		if _, open := errors.AsType[*uninstall.OpenError](err); !open || !strings.Contains(err.Error(), "1 incident is open") {
			t.Errorf("%s: got %v", name, err)
		}
		if w.end() != untouched {
			t.Errorf("%s: the run changed something:\n%s", name, w.end())
		}
	}
}

// What EC2 does not answer is not known: nothing is closed.
func TestAnInstanceThatCannotBeReadIsNotGone(t *testing.T) {
	t.Parallel()
	w := newWorld(t).fail("inc-gone", instanceGone)
	w.on = func(call string) {
		if call == "Instance "+instanceGone {
			w.at, w.err = len(w.calls), errDenied
		}
	}
	_, err := attempt(t.Context(), w, uninstall.Options{})
	if !quarantine.Is(err, quarantine.AccessDenied) || w.did("EndUncut inc-gone") {
		t.Errorf("got %v after %q", err, w.calls)
	}
}

// A finding takes the incident up again between the look at EC2 and the close.
func TestAnIncidentThatIsTakenUpAgainIsNotClosed(t *testing.T) {
	t.Parallel()
	w := newWorld(t).fail("inc-gone", instanceGone)
	w.on = func(call string) {
		if call == "EndUncut inc-gone" {
			w.on = nil
			w.lock(quarantine.Claim{Incident: "inc-gone", Owner: "another",
				Resource: quarantine.Resource{AccountID: w.ID(), Region: w.Region(), Kind: quarantine.KindInstance, ID: instanceGone}}, quarantine.StatusIsolating)
		}
	}
	_, err := attempt(t.Context(), w, uninstall.Options{})
	if _, open := errors.AsType[*uninstall.OpenError](err); !open {
		t.Errorf("got %v", err)
	}
}
