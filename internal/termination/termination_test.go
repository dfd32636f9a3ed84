package termination_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func TestAnInstanceIsTerminatedAndItsSnapshotsStay(t *testing.T) {
	t.Parallel()
	inWorld(t, func(t *testing.T, w *world) {
		w.shutting = 3
		p, before := w.plan(), time.Now()
		w.works(w.word().Run(t.Context(), p))
		if w.alive() || w.shutting > 0 {
			t.Errorf("it is alive: %t, with %d looks to come", w.alive(), w.shutting)
		}
		if waited := time.Since(before); waited < 10*time.Second {
			t.Errorf("waited only for %s", waited)
		}
		if len(w.DescribeAllSnapshots()) != 2 || len(w.SnapshotLocks()) != 2 {
			t.Errorf("snapshots: %d, locks: %d", len(w.DescribeAllSnapshots()), len(w.SnapshotLocks()))
		}
		if want := "kim: EC2 terminates " + instance + ": it is rebuilt; snapshots of the evidence: 2; volumes kept: " + boot; w.said() != want {
			t.Errorf("on record is %q, want %q", w.said(), want)
		}
		if !w.onRecord().Watch.Paused(time.Now()) {
			t.Error("the watch was not told: it would put the protection back")
		}
	})
}

func TestThePlanSaysWhatIsLostAndWhatStays(t *testing.T) {
	t.Parallel()
	inWorld(t, func(t *testing.T, w *world) {
		said := strings.Join(w.plan().Lines(), "\n")
		for _, want := range []string{
			instance + " (web), which is running, is terminated for good",
			"Its protection against termination is taken off first.",
			"Auto Scaling group web-group launches a replacement",
			boot + " (/dev/xvda) is kept, and billed",
			data + " (/dev/xvdb) is deleted with it; snapshot " + w.evidence.Snapshots[1].ID,
			"It loses its addresses 10.0.1.10",
			"It loses its public addresses 198.51.100.10",
			"snapshots of the evidence: 2, the first of whose locks ends at " + time.Now().UTC().Add(30*24*time.Hour).Format("2006-01-02 15:04 UTC"),
		} {
			if !strings.Contains(said, want) {
				t.Errorf("%q is not in:\n%s", want, said)
			}
		}
		if !w.alive() || !w.protected() || w.said() != "" {
			t.Error("a plan changed something")
		}
	})
}

// Nothing but complete evidence, locked at this moment, allows a termination.
func TestATerminationIsRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		spoil func(w *world)
		says  string
	}{
		"while evidence is pending":     {func(w *world) { w.evidence.Status = quarantine.EvidencePending }, "is not complete yet: wait"},
		"without complete evidence":     {func(w *world) { w.evidence.Status = quarantine.EvidenceStatusFailed }, "is not complete (failed)"},
		"without any evidence":          {func(w *world) { w.evidence = quarantine.Evidence{} }, "none is on record"},
		"without snapshots":             {func(w *world) { w.evidence.Snapshots = nil }, "is not complete"},
		"of an incident that is over":   {func(w *world) { w.status = quarantine.StatusReleased }, "is not open any more"},
		"with a snapshot that is gone":  {func(w *world) { w.evidence.Snapshots[0].ID = "snap-0f0f0f0f0f0f0f0f0" }, "snap-0f0f0f0f0f0f0f0f0 of the evidence is not listed"},
		"once the first lock has ended": {func(*world) { time.Sleep(30*24*time.Hour + time.Hour) }, "aws ec2 lock-snapshot --region eu-west-1"},
		// What is on record of a lock does not stand for the lock.
		"with locks on record alone": {func(w *world) {
			w.evidence.Snapshots = nil
			set, err := w.fleet.CreateSnapshots(w.t.Context(), resource(), "evidence", map[string]string{quarantine.TagIncident: incident})
			w.works(err)
			time.Sleep(time.Minute)
			for _, s := range set {
				s.Lock = &quarantine.SnapshotLock{State: "governance", Until: time.Now().Add(time.Hour)}
				w.evidence.Snapshots = append(w.evidence.Snapshots, s)
			}
		}, "the evidence is not locked"},
		"with a volume that is lost without a snapshot": {func(w *world) { w.evidence.Snapshots = w.evidence.Snapshots[:1] }, data + " (/dev/xvdb) is deleted with the instance"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inWorld(t, func(t *testing.T, w *world) {
				c.spoil(w)
				_, err := w.word().Plan(t.Context(), w.incident())
				if !quarantine.Is(err, quarantine.BadRequest) || !strings.Contains(err.Error(), c.says) {
					t.Errorf("got %v, want a refusal: %q", err, c.says)
				}
			})
		})
	}
}

// A user's key is not asked of EC2, and nothing of it can be terminated.
func TestOnlyAnInstanceIsTerminated(t *testing.T) {
	t.Parallel()
	inWorld(t, func(t *testing.T, w *world) {
		in, before := w.incident(), len(w.Calls())
		in.Resource = quarantine.Resource{Kind: quarantine.KindAccessKey, AccountID: in.Resource.AccountID, Region: "us-east-1", ID: "AKIAIOSFODNN7EXAMPLE"}
		_, err := w.word().Plan(t.Context(), in)
		if !quarantine.Is(err, quarantine.BadRequest) || !strings.Contains(err.Error(), "of the kind access-key, AKIAIOSFODNN7EXAMPLE: instances alone are terminated") {
			t.Errorf("got %v", err)
		}
		if n := len(w.Calls()) - before; n != 0 {
			t.Errorf("%d calls were made for it", n)
		}
	})
}

func TestWhatIsNotReadRefuses(t *testing.T) {
	t.Parallel()
	for _, operation := range []string{"DescribeInstances", "DescribeInstanceAttribute", "DescribeSnapshots", "DescribeLockedSnapshots"} {
		inWorld(t, func(t *testing.T, w *world) {
			w.Inject(account.Fault{Operation: operation, Kind: account.Deny})
			if _, err := w.word().Plan(t.Context(), w.incident()); !quarantine.Is(err, quarantine.AccessDenied) {
				t.Errorf("%s denied: %v", operation, err)
			}
		})
	}
}

func TestAnInstanceThatIsGoneIsForTheRelease(t *testing.T) {
	t.Parallel()
	inWorld(t, func(t *testing.T, w *world) {
		w.Terminate(instance)
		_, err := w.word().Plan(t.Context(), w.incident())
		if !quarantine.Is(err, quarantine.InstanceGone) || !strings.Contains(err.Error(), "quarantine release "+incident) {
			t.Errorf("got %v", err)
		}
	})
}

// What EC2 refuses leaves the instance as it was, and the watch at work.
func TestARefusedTerminationLeavesTheInstanceAsItWas(t *testing.T) {
	t.Parallel()
	for _, operation := range []string{"ModifyInstanceAttribute", "TerminateInstances"} {
		inWorld(t, func(t *testing.T, w *world) {
			p := w.plan()
			w.Inject(account.Fault{Operation: operation, Kind: account.Deny, Times: 1})
			if err := w.word().Run(t.Context(), p); !quarantine.Is(err, quarantine.AccessDenied) {
				t.Errorf("%s denied: %v", operation, err)
			}
			if !w.alive() || !w.protected() || w.said() != "" || w.onRecord().Watch.Paused(time.Now()) {
				t.Errorf("%s denied: alive %t, protected %t, on record %q, paused %t",
					operation, w.alive(), w.protected(), w.said(), w.onRecord().Watch.Paused(time.Now()))
			}
		})
	}
}

func TestALostAnswerIsLookedUp(t *testing.T) {
	t.Parallel()
	inWorld(t, func(t *testing.T, w *world) {
		p := w.plan()
		w.Inject(account.Fault{Operation: "TerminateInstances", Kind: account.TimeoutAfter, Times: 1})
		w.works(w.word().Run(t.Context(), p))
		if w.alive() || w.said() == "" {
			t.Errorf("it is alive: %t; on record is %q", w.alive(), w.said())
		}
	})
}

func TestATerminationWithoutAReasonIsRefused(t *testing.T) {
	t.Parallel()
	inWorld(t, func(t *testing.T, w *world) {
		word := w.word()
		word.Reason = " "
		if err := word.Run(t.Context(), w.plan()); !quarantine.Is(err, quarantine.BadRequest) || !w.alive() {
			t.Errorf("got %v, alive: %t", err, w.alive())
		}
	})
}

// Waiting ends: EC2 goes on by itself.
func TestWaitingEnds(t *testing.T) {
	t.Parallel()
	inWorld(t, func(t *testing.T, w *world) {
		w.shutting = 1 << 20
		if err := w.word().Run(t.Context(), w.plan()); !quarantine.Is(err, quarantine.Unavailable) || w.said() == "" {
			t.Errorf("got %v; on record is %q", err, w.said())
		}
	})
	inWorld(t, func(t *testing.T, w *world) {
		p := w.plan()
		w.shutting = 1 << 20
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if err := w.word().Run(ctx, p); !quarantine.Is(err, quarantine.Unavailable) || w.said() == "" {
			t.Errorf("cut short: got %v; on record is %q", err, w.said())
		}
	})
}
