package forensics_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	awsec2 "github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/functions/forensics"
	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// lockDays is for how long the policy of these tests locks snapshots.
const lockDays = 30

// checkLocking checks the evidence of an earlier run, under a policy that locks.
func (s *scene) checkLocking(e forensics.Evidence) forensics.Evidence {
	s.t.Helper()
	in := request()
	in.Evidence, in.LockDays = &e, lockDays
	return s.handle(in)
}

// took is the number of calls of an operation that had an effect.
func (s *scene) took(operation string) (n int) {
	for _, c := range s.Calls() {
		if c.Operation == operation && c.Applied {
			n++
		}
	}
	return n
}

func TestCompletedSnapshotsAreLockedAndThatIsOnRecord(t *testing.T) {
	t.Parallel()
	inScene(t, func(t *testing.T, s *scene) {
		e := s.take()
		time.Sleep(snapshotTime)
		until := time.Now().UTC().Add(lockDays * 24 * time.Hour)
		for range 2 { // a retry locks nothing again
			now := s.checkLocking(e)
			if now.Status != quarantine.EvidenceComplete || len(now.Problems) != 0 || !now.Locked(time.Now()) {
				t.Fatalf("got %+v", now)
			}
			for _, snapshot := range now.Snapshots {
				if *snapshot.Lock != (quarantine.SnapshotLock{State: "governance", Until: until}) {
					t.Errorf("%s has the lock %+v, want one until %s", snapshot.ID, *snapshot.Lock, until)
				}
			}
			time.Sleep(time.Minute)
		}
		if s.took("LockSnapshot") != 2 || len(s.SnapshotLocks()) != 2 {
			t.Errorf("%d locks for two snapshots: %v", s.took("LockSnapshot"), s.SnapshotLocks())
		}
		said := "locked (governance) until " + until.Format(time.RFC3339)
		if last := s.record().Timeline; strings.Count(last[len(last)-1].Text, said) != 2 {
			t.Errorf("the event says %q", last[len(last)-1].Text)
		}
		if on := s.record().Evidence; !on.Locked(time.Now()) || on.Locked(until) {
			t.Errorf("on record are %+v", on.Snapshots)
		}
	})
}

func TestNothingIsLockedUnlessThePolicySaysSo(t *testing.T) {
	t.Parallel()
	inScene(t, func(t *testing.T, s *scene) {
		e := s.take()
		time.Sleep(snapshotTime)
		if now := s.check(e); now.Status != quarantine.EvidenceComplete || now.Locked(time.Now()) {
			t.Errorf("got %+v", now)
		}
		if s.took("LockSnapshot")+s.took("DescribeLockedSnapshots") != 0 {
			t.Error("locks were looked at")
		}
	})
}

// The first snapshot does not wait for the last, which may take hours.
func TestASnapshotIsLockedOnceItIsCompletedItself(t *testing.T) {
	t.Parallel()
	inScene(t, func(t *testing.T, s *scene) {
		e := s.take()
		s.shown = showing(boot, "completed")
		now := s.checkLocking(e)
		if now.Status != quarantine.EvidencePending || now.Snapshots[0].Lock == nil || now.Snapshots[1].Lock != nil {
			t.Errorf("got %+v", now)
		}
		s.shown = nil
		time.Sleep(snapshotTime)
		if now = s.checkLocking(now); now.Status != quarantine.EvidenceComplete || !now.Locked(time.Now()) || s.took("LockSnapshot") != 2 {
			t.Errorf("got %+v after %d locks", now, s.took("LockSnapshot"))
		}
	})
}

// What cannot be locked is told, and is evidence all the same.
func TestALockThatFailsIsAProblemAndNoFailure(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault    account.Fault
		problems int
		says     string
	}{
		"denied":              {account.Fault{Operation: "LockSnapshot", Kind: account.Deny}, 2, "was not locked: EC2 denied LockSnapshot"},
		"unsupported":         {account.Fault{Operation: "LockSnapshot", Kind: account.Code, Code: "UnsupportedOperation"}, 2, "EC2 does not support LockSnapshot"},
		"throttled":           {account.Fault{Operation: "LockSnapshot", Kind: account.Throttle}, 2, "EC2 throttled LockSnapshot"},
		"not read":            {account.Fault{Operation: "DescribeLockedSnapshots", Kind: account.Deny}, 1, "whether they are was not read"},
		"not read afterwards": {account.Fault{Operation: "DescribeLockedSnapshots", Kind: account.Deny, Skip: 1}, 1, "whether the snapshots are locked is not known"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inScene(t, func(t *testing.T, s *scene) {
				e := s.take()
				s.Inject(c.fault)
				if now := s.checkLocking(e); len(now.Problems) != 0 {
					t.Errorf("while snapshots are pending, the problems are %q", now.Problems)
				}
				time.Sleep(snapshotTime)
				now := s.checkLocking(e)
				if now.Status != quarantine.EvidenceComplete || now.Locked(time.Now()) || len(now.Problems) != c.problems {
					t.Errorf("got %+v, want %d problems", now, c.problems)
				}
				if !strings.Contains(strings.Join(now.Problems, "\n"), c.says) {
					t.Errorf("the problems are %q, want %q", now.Problems, c.says)
				}
				wantEvents(t, s, "evidence-started", "evidence-complete")
			})
		})
	}
}

// A lock whose answer is lost stands: the next check finds it, and does not lock again.
func TestALockWhoseAnswerIsLostIsFound(t *testing.T) {
	t.Parallel()
	inScene(t, func(t *testing.T, s *scene) {
		e := s.take()
		time.Sleep(snapshotTime)
		s.loses("LockSnapshot")
		now := s.checkLocking(e)
		if !now.Locked(time.Now()) || s.took("LockSnapshot") != 2 {
			t.Errorf("got %+v", now)
		}
		again := s.checkLocking(e)
		if !again.Locked(time.Now()) || len(again.Problems) != 0 || s.took("LockSnapshot") != 2 {
			t.Errorf("got %+v, after %d locks", again, s.took("LockSnapshot"))
		}
	})
}

// EC2 is eventually consistent: a lock that does not show is looked at a second time, and not
// claimed before it shows.
func TestALockThatDoesNotShowIsNotClaimed(t *testing.T) {
	t.Parallel()
	for looks, locked := range map[int]bool{2: true, 3: false} {
		inScene(t, func(t *testing.T, s *scene) {
			e := s.take()
			time.Sleep(snapshotTime)
			h := s.handler()
			h.Locks = ec2.New(&lateLocks{EC2: s.EC2(), looks: looks})
			in := request()
			in.Evidence, in.LockDays = &e, lockDays
			now, err := h.Handle(t.Context(), in)
			if err != nil || now.Status != quarantine.EvidenceComplete || now.Locked(time.Now()) != locked {
				t.Errorf("after %d looks: got %+v, %v", looks, now, err)
			}
			if unseen := slices.ContainsFunc(now.Problems, func(p string) bool { return strings.Contains(p, "does not show it") }); unseen == locked {
				t.Errorf("after %d looks: the problems are %q", looks, now.Problems)
			}
		})
	}
}

// lateLocks is an EC2 that shows no lock in the first looks.
type lateLocks struct {
	*account.EC2
	looks int
}

// DescribeLockedSnapshots shows nothing at first.
func (l *lateLocks) DescribeLockedSnapshots(ctx context.Context, in *awsec2.DescribeLockedSnapshotsInput, opts ...func(*awsec2.Options)) (*awsec2.DescribeLockedSnapshotsOutput, error) {
	out, err := l.EC2.DescribeLockedSnapshots(ctx, in, opts...)
	if l.looks--; err == nil && l.looks >= 0 {
		out.Snapshots = nil
	}
	return out, err
}

// A person's lock is not made shorter or weaker.
func TestALockThatStandsIsKept(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		stands   func(s *scene, id string)
		state    string
		days     int
		problems int
	}{
		"longer":                            {governance(60), "governance", 60, 0},
		"shorter":                           {governance(10), "governance", 30, 0},
		"in compliance mode":                {func(s *scene, id string) { s.Lock(id, 60) }, "compliance", 60, 0},
		"in compliance mode, and too short": {func(s *scene, id string) { s.Lock(id, 10) }, "compliance", 10, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inScene(t, func(t *testing.T, s *scene) {
				e := s.take()
				time.Sleep(snapshotTime)
				c.stands(s, e.Snapshots[0].ID)
				now := s.checkLocking(e)
				want := quarantine.SnapshotLock{State: c.state, Until: time.Now().UTC().Add(time.Duration(c.days) * 24 * time.Hour)}
				if !now.Locked(time.Now()) || *now.Snapshots[0].Lock != want || len(now.Problems) != c.problems {
					t.Errorf("got %+v with %q, want %+v", now.Snapshots[0].Lock, now.Problems, want)
				}
			})
		})
	}
}

// governance locks a snapshot as a person would.
func governance(days int32) func(s *scene, id string) {
	return func(s *scene, id string) {
		_, err := s.EC2().LockSnapshot(s.t.Context(), &awsec2.LockSnapshotInput{SnapshotId: &id, LockMode: ec2types.LockModeGovernance, LockDuration: &days})
		if err != nil {
			s.t.Fatal(fmt.Errorf("a person locks %s: %w", id, err))
		}
	}
}

// What is completed of a set that failed is all the evidence there is.
func TestWhatIsCompletedOfAFailedSetIsLocked(t *testing.T) {
	t.Parallel()
	inScene(t, func(t *testing.T, s *scene) {
		s.SetVolumeError(data)
		e := s.take()
		time.Sleep(snapshotTime)
		now := s.checkLocking(e)
		if now.Status != quarantine.EvidenceStatusFailed || len(now.Snapshots) != 1 || now.Snapshots[0].Lock == nil {
			t.Errorf("got %+v", now)
		}
	})
}
