package ec2

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
)

var lockSnapshot = call.Operation{
	Name: "LockSnapshot", Mutating: true,
	Needs: []string{"SnapshotId", "LockMode"},
	Reads: []string{"LockDuration"},
}

// maxLock is the longest lock, in days.
const maxLock = 36500

// LockSnapshot follows https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_LockSnapshot.html
//
// A lock of a snapshot that is locked in governance mode replaces that lock, with whatever end; one
// in compliance mode can only be made longer. The codes of the refusals are not documented.
func (c *Client) LockSnapshot(ctx context.Context, in *ec2.LockSnapshotInput, _ ...func(*ec2.Options)) (*ec2.LockSnapshotOutput, error) {
	r := c.resources
	return call.Invoke(ctx, r.service, lockSnapshot, in, func(in *ec2.LockSnapshotInput) (*ec2.LockSnapshotOutput, error) {
		return r.lockSnapshot(*in.SnapshotId, in.LockMode, int(aws.ToInt32(in.LockDuration)))
	})
}

func (r *Resources) lockSnapshot(id string, mode types.LockMode, days int) (*ec2.LockSnapshotOutput, error) {
	found, err := lookup(KindSnapshot, &r.storage.snapshots, []string{id})
	if err != nil {
		return nil, err
	}
	s := found[0]
	if err := r.mayLock(s, mode, days); err != nil {
		return nil, err
	}
	now := r.service.Now()
	// A lock begins when the snapshot is completed.
	starts := now
	if completed := s.started.Add(r.opts.SnapshotTime); completed.After(now) {
		starts = completed
	}
	s.lock = &types.LockedSnapshotsInfo{
		SnapshotId: &s.id, OwnerId: aws.String(r.service.AccountID()), LockState: types.LockState(mode),
		LockCreatedOn: &now, LockDuration: aws.Int32(int32(days)), // at most maxLock
		LockDurationStartTime: &starts, LockExpiresOn: aws.Time(starts.Add(time.Duration(days) * 24 * time.Hour)),
	}
	return &ec2.LockSnapshotOutput{
		SnapshotId: s.lock.SnapshotId, LockState: s.lock.LockState, LockCreatedOn: s.lock.LockCreatedOn, LockDuration: s.lock.LockDuration,
		LockDurationStartTime: s.lock.LockDurationStartTime, LockExpiresOn: s.lock.LockExpiresOn,
	}, nil
}

func (r *Resources) mayLock(s *snapshot, mode types.LockMode, days int) error {
	was, ends := s.locked(r)
	state, _ := s.progress(r)
	switch {
	case mode != types.LockModeGovernance && mode != types.LockModeCompliance:
		return call.Fail("InvalidParameterValue", "Value (%s) for parameter LockMode is invalid.", mode)
	case days < 1 || days > maxLock:
		return call.Fail("InvalidParameterValue", "Value (%d) for parameter LockDuration is invalid.", days)
	case state == types.SnapshotStateError:
		return call.Fail("IncorrectState", "The snapshot '%s' is in the 'error' state", s.id)
	case was != types.LockStateCompliance:
		return nil
	case mode != types.LockModeCompliance || r.service.Now().Add(time.Duration(days)*24*time.Hour).Before(ends):
		return call.Fail("OperationNotPermitted", "The snapshot '%s' is locked in compliance mode: its lock can only be made longer.", s.id)
	}
	return nil
}

// locked is the state of the snapshot's lock, and when it ends; "" if it never had one.
func (s *snapshot) locked(r *Resources) (types.LockState, time.Time) {
	switch {
	case s.lock == nil:
		return "", time.Time{}
	case !r.service.Now().Before(*s.lock.LockExpiresOn):
		return types.LockStateExpired, *s.lock.LockExpiresOn
	}
	return s.lock.LockState, *s.lock.LockExpiresOn
}

var describeLockedSnapshots = call.Operation{
	Name:  "DescribeLockedSnapshots",
	Reads: []string{"SnapshotIds", "MaxResults", "NextToken"},
}

// DescribeLockedSnapshots follows https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeLockedSnapshots.html
//
// It lists a lock that has expired, too.
func (c *Client) DescribeLockedSnapshots(ctx context.Context, in *ec2.DescribeLockedSnapshotsInput, _ ...func(*ec2.Options)) (*ec2.DescribeLockedSnapshotsOutput, error) {
	r := c.resources
	return call.Invoke(ctx, r.service, describeLockedSnapshots, in, func(in *ec2.DescribeLockedSnapshotsInput) (*ec2.DescribeLockedSnapshotsOutput, error) {
		found, next, err := r.snapshotSearch().run(r, describeLockedSnapshots, pageRequest{in.MaxResults, in.NextToken, in.SnapshotIds}, nil)
		if err != nil {
			return nil, err
		}
		out := &ec2.DescribeLockedSnapshotsOutput{NextToken: next, Snapshots: []types.LockedSnapshotsInfo{}}
		for _, s := range found {
			if s.lock == nil {
				continue
			}
			lock := call.Clone(*s.lock)
			lock.LockState, _ = s.locked(r)
			out.Snapshots = append(out.Snapshots, lock)
		}
		return out, nil
	})
}

// Lock locks a snapshot in compliance mode, as an administrator would.
func (r *Resources) Lock(snapshot string, days int) {
	defer r.service.Change()()
	_, err := r.lockSnapshot(snapshot, types.LockModeCompliance, days)
	mustWork(err)
	r.service.CountChange()
}

// SnapshotLocks returns the states of the locks that stand, by their snapshots' ids.
func (r *Resources) SnapshotLocks() map[string]string {
	r.service.Lock()
	defer r.service.Unlock()
	out := map[string]string{}
	for _, s := range r.storage.snapshots.all() {
		if state, _ := s.locked(r); state != "" && state != types.LockStateExpired {
			out[s.id] = string(state)
		}
	}
	return out
}
