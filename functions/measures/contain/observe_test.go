package contain_test

import (
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/functions/measures"
	"github.com/ec2-quarantine/quarantine/functions/measures/contain"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// observed wants an observation, with nothing written and the key as it was.
func (l *leaked) observed(t *testing.T, in contain.Request) quarantine.Observation {
	t.Helper()
	in.Action = measures.Observe
	before, status := len(l.Calls()), l.AccessKey(l.key)
	out, err := l.Handle(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range l.Calls()[before:] {
		if !strings.HasPrefix(c.Operation, "Get") && !strings.HasPrefix(c.Operation, "List") && c.Operation != "Query" {
			t.Errorf("it calls %s", c.Operation)
		}
	}
	if now := l.AccessKey(l.key); now != status {
		t.Errorf("the key is %s", now)
	}
	return out.(quarantine.Observation)
}

func TestWhatWouldBecomeOfAKeyIsReadAndNothingIsChanged(t *testing.T) {
	t.Parallel()
	l := newLeaked(t)
	if got := l.observed(t, l.request); got.Would != quarantine.WouldCut || got.Why != "" {
		t.Errorf("observed is %+v", got)
	}
	in := l.request
	in.Verdict.Action = quarantine.ActionApprove
	if got := l.observed(t, in); got.Would != quarantine.WouldAsk {
		t.Errorf("where the verdict asks, observed is %+v", got)
	}
	in = l.request
	in.Exempt.Users = []string{"alice"}
	if got := l.observed(t, in); got.Would != quarantine.WouldFail || got.Failure != quarantine.UserExempt {
		t.Errorf("of an exempt user, observed is %+v", got)
	}
	l.DeleteAccessKey(l.key)
	if got := l.observed(t, l.request); got.Would != quarantine.WouldFail || got.Failure == "" {
		t.Errorf("of a key that is gone, observed is %+v", got)
	}
}

func TestTheLimitOfAnHourIsLookedAtAndNotCounted(t *testing.T) {
	t.Parallel()
	l := newLeaked(t)
	in := l.request
	in.Limits.AccountPerHour = 1
	for range 3 {
		if got := l.observed(t, in); got.Would != quarantine.WouldCut {
			t.Errorf("observed is %+v", got)
		}
	}
	other := in.Claim.Resource
	other.ID = "AKIAIOSFODNN7OTHER00"
	if _, err := l.Incidents.(contain.Brake).CountIsolation(t.Context(), quarantine.Isolation{Resource: other, At: l.Clock().Now(), Limits: in.Limits}); err != nil {
		t.Fatal(err)
	}
	if got := l.observed(t, in); got.Would != quarantine.WouldAsk || !strings.Contains(got.Why, "limits.isolationsPerHour.account is 1") {
		t.Errorf("with the hour full, observed is %+v", got)
	}
}

// Whatever leads to the cut, a verdict that is observed makes none.
func TestAVerdictThatIsObservedCutsNothing(t *testing.T) {
	t.Parallel()
	l := newLeaked(t)
	in := l.request
	in.Verdict.Mode = quarantine.ModeObserve
	if _, err := l.Handle(t.Context(), in); !quarantine.Is(err, quarantine.Observed) || l.AccessKey(l.key) != "Active" {
		t.Errorf("the failure is %v, and the key %s", err, l.AccessKey(l.key))
	}
}

func TestAnotherKindIsNotObserved(t *testing.T) {
	t.Parallel()
	l := newLeaked(t)
	in := l.request
	in.Action, in.Claim.Resource.Kind = measures.Observe, "bucket"
	if _, err := l.Handle(t.Context(), in); !quarantine.Is(err, quarantine.BadRequest) {
		t.Errorf("the failure is %v", err)
	}
}
