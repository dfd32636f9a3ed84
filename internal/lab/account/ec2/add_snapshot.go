package ec2

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
)

// AddSnapshot adds a snapshot as DescribeSnapshots shows it, of a volume that is there. How far it is
// follows from its StartTime.
func (r *Resources) AddSnapshot(s types.Snapshot) {
	defer r.service.Change()()
	of, found := r.storage.volumes.get(*s.VolumeId)
	must(of, found)("volume", *s.VolumeId)
	r.storage.snapshots.add(*s.SnapshotId, &snapshot{
		id: *s.SnapshotId, volume: call.Clone(*of), description: aws.ToString(s.Description), tags: call.Clone(s.Tags), started: *s.StartTime,
	})
}
