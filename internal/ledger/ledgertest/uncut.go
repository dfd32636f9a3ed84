package ledgertest

import (
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// uncut is the contract's incident before anything of it was cut.
func uncut() quarantine.Incident {
	in := incident
	in.Status, in.ContainedAt, in.Neighbours, in.Described, in.Holds, in.Timeline = quarantine.StatusFailed, time.Time{}, nil, nil, nil, nil
	return in
}

func endsUncut(t *testing.T, env Env, l *ledger.Ledger) {
	for _, status := range []quarantine.Status{quarantine.StatusIsolating, quarantine.StatusFailed} {
		lock(t, env, claim, status)
		ended := uncut().EndedUncut("on-call", noon)
		ended.ReleasedIn = claim.Owner
		for _, at := range []time.Duration{0, time.Hour} { // what is said once stays
			again := uncut().EndedUncut("on-call", noon.Add(at))
			again.ReleasedIn = claim.Owner
			if !must(l.EndUncut(t.Context(), again))(t) {
				t.Errorf("%s: not ended", status)
			}
			got := must(l.Lock(t.Context(), resource))(t)
			if got.Status != quarantine.StatusReleased || got.Incident != "" || got.LastReleased != claim.Incident {
				t.Errorf("%s: the lock is %+v", status, got)
			}
			wantListed(t, []quarantine.Incident{ended}, must(l.LatestReleased(t.Context(), 5))(t))
			wantListed(t, nil, must(l.OpenIncidents(t.Context()))(t))
			if all := must(l.Incident(t.Context(), claim.Incident))(t).Timeline; len(all) != 1 || all[0].Kind != quarantine.EventReleased {
				t.Errorf("%s: the timeline is %+v", status, all)
			}
		}
	}
}

func endsNoOther(t *testing.T, env Env, l *ledger.Ledger) {
	ended := uncut().EndedUncut("on-call", noon)
	for status, owner := range map[quarantine.Status]string{quarantine.StatusIsolating: "another", quarantine.StatusContained: claim.Owner, quarantine.StatusReleasing: claim.Owner} {
		lock(t, env, by(owner), status)
		closed, err := l.EndUncut(t.Context(), ended)
		wantName(t, err, quarantine.LockLost)
		if got := must(l.Lock(t.Context(), resource))(t); closed || got.Status != status || got.Incident != claim.Incident {
			t.Errorf("%s by %s: ended %v, and the lock is %+v", status, owner, closed, got)
		}
	}
	lock(t, env, claim, quarantine.StatusFailed)
	works(t, l.RecordOriginal(t.Context(), subnet("assoc-1"), claim, ""))
	if must(l.EndUncut(t.Context(), ended))(t) {
		t.Error("an incident that holds a subnet is ended")
	}
	if got := must(l.Lock(t.Context(), resource))(t); got.Status != quarantine.StatusFailed || got.Incident != claim.Incident {
		t.Errorf("the lock is %+v", got)
	}
}
