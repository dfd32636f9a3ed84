package ledgertest

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/quarantine/clocktest"
)

// released is a lock that is free by a release at noon.
func released(t *testing.T, env Env, l *ledger.Ledger) {
	t.Helper()
	lock(t, env, claim, quarantine.StatusReleasing)
	works(t, l.Released(t.Context(), claim, quarantine.Release{Incident: claim.Incident, ReleasedAt: noon, By: "the person on call"}))
}

// What ended before the release takes no lock; what was seen at it or after it does.
func heedsRelease(t *testing.T, env Env, l *ledger.Ledger) {
	request := readAcquisition(t)
	for seen, want := range map[time.Duration]bool{-time.Hour: false, -time.Millisecond: false, 0: true, time.Millisecond: true} {
		released(t, env, l)
		if taken := must(take(t.Context(), env, request.about(env, claimOf(2), noon.Add(time.Hour), noon.Add(seen))))(t); taken != want {
			t.Errorf("seen %s from the release: taken is %t", seen, taken)
		}
	}
	found := readLock(t, env)
	for attribute, want := range map[string]string{"releasedBy": "the person on call", "releasedIncident": claim.Incident, "releasedAt": stamped(noon)} {
		if got, ok := found[attribute].(*types.AttributeValueMemberS); !ok || got.Value != want {
			t.Errorf("%s is %v, want %s", attribute, found[attribute], want)
		}
	}
}

// An incident that failed is taken up again, whatever was released before it.
func heedsNoReleaseOfBefore(t *testing.T, env Env, l *ledger.Ledger) {
	released(t, env, l)
	request := readAcquisition(t)
	if !must(take(t.Context(), env, request.about(env, claimOf(2), noon.Add(time.Hour), noon.Add(time.Minute))))(t) {
		t.Fatal("activity after the release takes no lock")
	}
	lock(t, env, claimOf(2), quarantine.StatusFailed)
	if !must(take(t.Context(), env, request.about(env, claimOf(3), noon.Add(2*time.Hour), noon.Add(-time.Hour))))(t) {
		t.Error("an incident that failed is not taken up again")
	}
}

// While a false alarm runs, its type of finding takes no lock, and others do.
func heedsFalseAlarm(t *testing.T, env Env, l *ledger.Ledger) {
	request, until := readAcquisition(t), noon.Add(7*24*time.Hour)
	said := quarantine.FalseAlarm{Resource: resource, Types: []string{alarmed, "Trojan:EC2/DropPoint!DNS"}, Incident: claim.Incident, By: "the person on call", Reason: "our scanner", Until: until}
	other := said
	other.Types = said.Types[1:]
	ended := said
	ended.Ended, ended.Until = true, noon
	for _, tt := range []struct {
		name  string
		calls []quarantine.FalseAlarm
		at    time.Time
		want  bool
	}{
		{"of its type", []quarantine.FalseAlarm{said}, noon.Add(time.Hour), false},
		{"of its type at its end", []quarantine.FalseAlarm{said}, until, false},
		{"of its type after its end", []quarantine.FalseAlarm{said}, until.Add(time.Millisecond), true},
		{"of another type", []quarantine.FalseAlarm{ended, other}, noon.Add(time.Hour), true},
		{"of its type, and ended", []quarantine.FalseAlarm{said, ended}, noon.Add(time.Hour), true},
		{"of its type, said twice", []quarantine.FalseAlarm{said, said}, noon.Add(time.Hour), false},
	} {
		released(t, env, l)
		for _, a := range tt.calls {
			works(t, l.CallFalseAlarm(t.Context(), a))
		}
		if taken := must(take(t.Context(), env, request.by(env, claimOf(2), tt.at)))(t); taken != tt.want {
			t.Errorf("%s: taken is %t", tt.name, taken)
		}
	}
}

// Those that run are listed by type of finding, until they end by themselves or are ended.
func listsFalseAlarms(t *testing.T, env Env, l *ledger.Ledger) {
	released(t, env, l)
	l.Clock = clocktest.At(noon)
	said := quarantine.FalseAlarm{Resource: resource, Types: []string{alarmed, "Trojan:EC2/DropPoint!DNS"}, Incident: claim.Incident, By: "the person on call", Reason: "our scanner", Until: noon.Add(time.Hour)}
	works(t, l.CallFalseAlarm(t.Context(), said))
	one := func(of string) quarantine.FalseAlarm {
		a := said
		a.Types = []string{of}
		return a
	}
	wantAlarms(t, l, one(said.Types[0]), one(said.Types[1]))
	ended := one(alarmed)
	ended.Ended = true
	works(t, l.CallFalseAlarm(t.Context(), ended))
	wantAlarms(t, l, one(said.Types[1]))
	l.Clock = clocktest.At(noon.Add(time.Hour))
	wantAlarms(t, l)
}

func wantAlarms(t *testing.T, l *ledger.Ledger, want ...quarantine.FalseAlarm) {
	t.Helper()
	got := must(l.FalseAlarms(t.Context()))(t)
	if diff := cmp.Diff(append([]quarantine.FalseAlarm{}, want...), got); diff != "" {
		t.Errorf("the false alarms (-want +got):\n%s", diff)
	}
}

func refusesAlarmOfNothing(t *testing.T, _ Env, l *ledger.Ledger) {
	never := resource
	never.ID = "i-0000000000000dead"
	wantName(t, l.CallFalseAlarm(t.Context(), quarantine.FalseAlarm{Resource: never, Types: []string{alarmed}, Until: noon.Add(time.Hour)}), quarantine.BadRequest)
}
