package ec2

import (
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
)

// snapshot is a snapshot of a volume. Its state follows from the time that has passed.
type snapshot struct {
	id          string
	volume      types.Volume // at the time of the snapshot
	description string
	tags        []types.Tag
	started     time.Time
	fails       bool // set by FailSnapshots
	setFails    bool // a snapshot of the set fails, and therefore all of them do
	lock        *types.LockedSnapshotsInfo
}

func (s *snapshot) copy() *snapshot {
	out := *s
	out.volume, out.tags = call.Clone(s.volume), call.Clone(s.tags)
	if s.lock != nil {
		out.lock = call.Clone(s.lock)
	}
	return &out
}

// progress returns the current state and the progress in percent. A failing snapshot fails at 50
// percent.
func (s *snapshot) progress(r *Resources) (types.SnapshotState, int) {
	done := int(100 * r.service.Now().Sub(s.started) / r.opts.SnapshotTime)
	switch {
	case s.setFails && done >= 50:
		return types.SnapshotStateError, 50
	case done >= 100:
		return types.SnapshotStateCompleted, 100
	default:
		return types.SnapshotStatePending, max(done, 0)
	}
}

// info is the snapshot in the answer of CreateSnapshots.
func (s *snapshot) info(r *Resources) types.SnapshotInfo {
	state, _ := s.progress(r)
	return types.SnapshotInfo{
		SnapshotId: &s.id, VolumeId: s.volume.VolumeId, VolumeSize: s.volume.Size, Description: &s.description,
		Encrypted: aws.Bool(aws.ToBool(s.volume.Encrypted)), OwnerId: aws.String(r.service.AccountID()),
		Progress: aws.String(""), StartTime: &s.started, State: state, Tags: s.tags,
	}
}

// describe is the snapshot in the answer of DescribeSnapshots.
func (s *snapshot) describe(r *Resources) types.Snapshot {
	state, done := s.progress(r)
	out := types.Snapshot{
		SnapshotId: &s.id, VolumeId: s.volume.VolumeId, VolumeSize: s.volume.Size, Description: &s.description,
		Encrypted: aws.Bool(aws.ToBool(s.volume.Encrypted)), KmsKeyId: s.volume.KmsKeyId, OwnerId: aws.String(r.service.AccountID()),
		Progress: aws.String(fmt.Sprintf("%d%%", done)), StartTime: &s.started, State: state, Tags: s.tags,
		StorageTier: types.StorageTierStandard,
	}
	switch {
	case state == types.SnapshotStateCompleted:
		out.CompletionTime = aws.Time(s.started.Add(r.opts.SnapshotTime))
	case state == types.SnapshotStateError && s.fails:
		out.StateMessage = aws.String("An internal error has occurred")
	case state == types.SnapshotStateError:
		out.StateMessage = aws.String("Another snapshot of the multi-volume set failed")
	}
	return out
}
