package ledgertest

import (
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// letGo has an incident let go of the thing, under the lock of its release.
func letGo(t *testing.T, env Env, l *ledger.Ledger, n int) quarantine.Hold {
	t.Helper()
	lock(t, env, holder(n), quarantine.StatusReleasing)
	return must(l.LetGo(t.Context(), thing, holder(n)))(t)
}

// letsGoLast wants that the incident is the last holder.
func letsGoLast(t *testing.T, env Env, l *ledger.Ledger, n int) {
	t.Helper()
	if h := letGo(t, env, l, n); len(h.Holders) > 0 || h.Releasing != incidentID(n) {
		t.Fatalf("%s lets go, and the thing is held by %v, released by %q", incidentID(n), h.Holders, h.Releasing)
	}
}

func letsGoOfHold(t *testing.T, env Env, l *ledger.Ledger) {
	join(t, env, l, 1, 2, 3)
	for range 2 { // the second time nothing changes
		if h := letGo(t, env, l, 2); !slices.Equal(h.Holders, []string{incidentID(1), incidentID(3)}) || h.Releasing != "" {
			t.Errorf("beside others it is held by %v, released by %q", h.Holders, h.Releasing)
		}
	}
	letGo(t, env, l, 1)
	for range 2 {
		letsGoLast(t, env, l, 3)
	}
	if h := letGo(t, env, l, 1); h.Releasing != incidentID(3) {
		t.Errorf("who let go before changes who releases it: %q", h.Releasing)
	}
}

func letsGoWithLock(t *testing.T, env Env, l *ledger.Ledger) {
	join(t, env, l, 1)
	c := holder(1)
	for _, status := range []quarantine.Status{quarantine.StatusIsolating, quarantine.StatusContained, quarantine.StatusFailed} {
		lock(t, env, c, status)
		_, err := l.LetGo(t.Context(), thing, c)
		wantName(t, err, quarantine.LockLost)
	}
	taken := c
	taken.Owner = "another release"
	lock(t, env, taken, quarantine.StatusReleasing)
	_, err := l.LetGo(t.Context(), thing, c)
	wantName(t, err, quarantine.LockLost)
	wantHold(t, l, quarantine.Hold{Holders: []string{c.Incident}})

	next := c
	next.Incident = incidentID(7)
	lock(t, env, next, quarantine.StatusIsolating) // the release has freed the lock, and what it left is put right
	if h := must(l.LetGo(t.Context(), thing, c))(t); h.Releasing != c.Incident {
		t.Errorf("after its release the incident lets go, and %q releases the thing", h.Releasing)
	}
}

func letsGoOfNoHold(t *testing.T, env Env, l *ledger.Ledger) {
	if h := letGo(t, env, l, 1); len(h.Holders) > 0 || h.Releasing != "" {
		t.Errorf("what nobody held is held by %v, released by %q", h.Holders, h.Releasing)
	}
	if left := storedHold(t, env); left != nil {
		t.Errorf("letting go of nothing leaves %v", left)
	}
}

func renews(t *testing.T, env Env, l *ledger.Ledger) {
	ahead(t, env, l)
	readBack := thing
	readBack.VerifiedAt = noon
	works(t, l.Record(t.Context(), readBack, incidentID(1), "writer-1", nil, true))
	letsGoLast(t, env, l, 1)
	leaseTo(t, l, 1, "writer-2")
	until := noon.Add(2 * time.Minute)
	h := must(l.Renew(t.Context(), thing, incidentID(1), "writer-2", until))(t)
	if h.Writer != "writer-2" || !h.LeaseUntil.Equal(until) || !h.VerifiedAt.IsZero() {
		t.Errorf("renewed, the lease is %s's until %s, and the thing verified at %s", h.Writer, h.LeaseUntil, h.VerifiedAt)
	}
	h = must(l.Renew(t.Context(), thing, incidentID(1), "writer-3", until))(t)
	if h.Writer != "writer-2" {
		t.Errorf("another writer has renewed the lease: it is %s's", h.Writer)
	}
	join(t, env, l, 2)
	h = must(l.Renew(t.Context(), thing, incidentID(1), "writer-2", until.Add(time.Minute)))(t)
	if len(h.Holders) != 1 || !h.LeaseUntil.Equal(until) {
		t.Errorf("beside holder %v the lease is renewed until %s", h.Holders, h.LeaseUntil)
	}
}

// putBack ends the thing's hold for inc-01, at noon.
func putBack(t *testing.T, env Env, l *ledger.Ledger) {
	t.Helper()
	ahead(t, env, l)
	letsGoLast(t, env, l, 1)
	h := leaseTo(t, l, 1, "writer-1")
	h.Outcome, h.Note = quarantine.Drifted, "somebody has changed it"
	works(t, l.End(t.Context(), h, incidentID(1), "writer-1"))
}

// wasPut are the contract's parts on which something was put.
func wasPut() map[string]quarantine.Part {
	p := parts()
	delete(p, "empty")
	return p
}

// A hold that put nothing does not forget for the one before it.
func remembersPuts(t *testing.T, env Env, l *ledger.Ledger) {
	putBack(t, env, l)
	at(l, time.Minute)
	end := func(n int, p map[string]quarantine.Part) {
		join(t, env, l, n)
		leaseTo(t, l, n, "writer-1")
		works(t, l.Ahead(t.Context(), thing, incidentID(n), "writer-1", p))
		letsGoLast(t, env, l, n)
		h := leaseTo(t, l, n, "writer-1")
		h.Outcome = quarantine.Unchanged
		works(t, l.End(t.Context(), h, incidentID(n), "writer-1"))
	}
	end(2, map[string]quarantine.Part{"groups": {Before: &quarantine.Value{Text: "sg-1"}}}) // it put nothing
	wantHold(t, l, quarantine.Hold{Last: wasPut(), LastAt: noon})
	next := quarantine.Part{Before: &quarantine.Value{Text: "sg-3"}, Puts: []string{"sg-r"}}
	end(3, map[string]quarantine.Part{"groups": next})
	want := wasPut()
	want["groups"] = next
	wantHold(t, l, quarantine.Hold{Last: want, LastAt: noon.Add(time.Minute)})
}

func endsHold(t *testing.T, env Env, l *ledger.Ledger) {
	putBack(t, env, l)
	wantHold(t, l, quarantine.Hold{Last: wasPut(), LastAt: noon})
	if outcome, note := outcomeFor(t, l, 1); outcome != quarantine.Drifted || note != "somebody has changed it" {
		t.Errorf("the outcome on record is %s, %q", outcome, note)
	}
	expires, is := storedHold(t, env)["expiresAt"].(*types.AttributeValueMemberN)
	if !is || expires.Value != "1772712000" { // a day after noon
		t.Errorf("what is remembered expires at %v", storedHold(t, env)["expiresAt"])
	}
	join(t, env, l, 2)
	wantHold(t, l, quarantine.Hold{Holders: []string{incidentID(2)}, Last: wasPut(), LastAt: noon})
	if _, expires := storedHold(t, env)["expiresAt"]; expires {
		t.Error("a hold expires")
	}
}

func endsNoOthersHold(t *testing.T, env Env, l *ledger.Ledger) {
	ahead(t, env, l)
	letsGoLast(t, env, l, 1)
	h := leaseTo(t, l, 1, "writer-1")
	join(t, env, l, 2)
	h.Outcome = quarantine.Restored
	wantName(t, l.End(t.Context(), h, incidentID(1), "writer-1"), quarantine.LockLost)
	want := held(parts())
	want.Holders, want.Releasing = []string{incidentID(2)}, incidentID(1)
	wantHold(t, l, want)
	if outcome, _ := outcomeFor(t, l, 1); outcome != "" {
		t.Errorf("an end that failed has the outcome %s", outcome)
	}
}

func leavesOnce(t *testing.T, env Env, l *ledger.Ledger) {
	join(t, env, l, 1, 2)
	h := letGo(t, env, l, 1)
	h.Outcome, h.Note = quarantine.StillHeld, "a note"
	works(t, l.Leave(t.Context(), h, incidentID(1)))
	h.Outcome, h.Note = quarantine.AlreadyReleased, "another note"
	works(t, l.Leave(t.Context(), h, incidentID(1)))
	if outcome, note := outcomeFor(t, l, 1); outcome != quarantine.StillHeld || note != "a note" {
		t.Errorf("the outcome on record is %s, %q", outcome, note)
	}
	if outcome, _ := outcomeFor(t, l, 2); outcome != "" {
		t.Errorf("for who holds it still the outcome is %s", outcome)
	}
}
