package ec2_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/accounttest"
)

// locks are a snapshot of a new account, and the calls that lock it.
type locks struct {
	accounttest.Office
	t        *testing.T
	snapshot *string
}

func newLocks(t *testing.T) locks {
	t.Helper()
	of := accounttest.NewOffice(account.Options{SnapshotTime: time.Hour})
	out, err := of.EC2().CreateSnapshots(t.Context(), &ec2.CreateSnapshotsInput{InstanceSpecification: &types.InstanceSpecification{InstanceId: &of.Web}})
	accounttest.NoErr(t, err)
	return locks{Office: of, t: t, snapshot: out.Snapshots[0].SnapshotId}
}

func (l locks) lock(mode types.LockMode, days int32) error {
	_, err := l.EC2().LockSnapshot(l.t.Context(), &ec2.LockSnapshotInput{SnapshotId: l.snapshot, LockMode: mode, LockDuration: &days})
	return err
}

func (l locks) now() types.LockedSnapshotsInfo {
	l.t.Helper()
	out, err := l.EC2().DescribeLockedSnapshots(l.t.Context(), &ec2.DescribeLockedSnapshotsInput{SnapshotIds: []string{*l.snapshot}})
	accounttest.NoErr(l.t, err)
	if len(out.Snapshots) != 1 {
		l.t.Fatalf("%d locks", len(out.Snapshots))
	}
	return out.Snapshots[0]
}

func TestALockBeginsWithTheSnapshotsCompletion(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLocks(t)
		accounttest.NoErr(t, l.lock(types.LockModeGovernance, 1))
		if ends := time.Until(*l.now().LockExpiresOn); ends != 25*time.Hour {
			t.Errorf("the lock ends in %s", ends)
		}
		time.Sleep(25 * time.Hour)
		if state := l.now().LockState; state != types.LockStateExpired || len(l.SnapshotLocks()) != 0 {
			t.Errorf("it is %s then", state)
		}
		accounttest.NoErr(t, l.lock(types.LockModeGovernance, 1))
		if ends := time.Until(*l.now().LockExpiresOn); ends != 24*time.Hour {
			t.Errorf("the next lock ends in %s", ends)
		}
	})
}

func TestALockInComplianceModeIsOnlyMadeLonger(t *testing.T) {
	t.Parallel()
	l := newLocks(t)
	l.Lock(*l.snapshot, 3)
	accounttest.WantCode(t, l.lock(types.LockModeGovernance, 5), "OperationNotPermitted")
	accounttest.WantCode(t, l.lock(types.LockModeCompliance, 2), "OperationNotPermitted")
	accounttest.NoErr(t, l.lock(types.LockModeCompliance, 4))
	if now := l.now(); now.LockState != types.LockStateCompliance || aws.ToInt32(now.LockDuration) != 4 {
		t.Errorf("it is %s for %d days", now.LockState, *now.LockDuration)
	}
}

func TestWhatCannotBeLocked(t *testing.T) {
	t.Parallel()
	l := newLocks(t)
	accounttest.WantCode(t, l.lock("forever", 1), "InvalidParameterValue")
	accounttest.WantCode(t, l.lock(types.LockModeGovernance, 0), "InvalidParameterValue")
	accounttest.WantCode(t, l.lock(types.LockModeGovernance, 36501), "InvalidParameterValue")
	l.snapshot = aws.String("snap-0f0f0f0f0f0f0f0f0")
	accounttest.WantCode(t, l.lock(types.LockModeGovernance, 1), "InvalidSnapshot.NotFound")
}
