package ec2

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsec2 "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/internal/aws/awserror"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// CreateSnapshots creates one crash-consistent set of snapshots of the instance's volumes.
//
// EC2 creates snapshots of all volumes or of none, and so refuses the request if a
// volume is in state error. Then a second request leaves out the volumes in error:
// an incomplete set is better evidence than none.
func (c *Client) CreateSnapshots(ctx context.Context, r quarantine.Resource, description string, tags map[string]string) ([]quarantine.Snapshot, error) {
	api, err := c.in(r)
	if err != nil {
		return nil, err
	}
	request := &awsec2.CreateSnapshotsInput{
		DryRun:                dry(ctx),
		InstanceSpecification: &types.InstanceSpecification{InstanceId: aws.String(r.ID)},
		Description:           aws.String(description),
		TagSpecifications:     tagSpec(types.ResourceTypeSnapshot, tags),
	}
	taken, err := api.CreateSnapshots(ctx, request)
	if awserror.HasCode(err, "IncorrectState") {
		readable, lookErr := c.readable(ctx, r)
		if lookErr != nil {
			return nil, lookErr
		}
		if readable != nil {
			request.InstanceSpecification = readable
			taken, err = api.CreateSnapshots(ctx, request)
		}
	}
	if err != nil {
		return nil, notTaken(r.ID, err)
	}
	return setOf(taken), nil
}

// readable specifies the instance without its volumes in error; nil if that leaves
// out no volume, or all of them.
func (c *Client) readable(ctx context.Context, r quarantine.Resource) (*types.InstanceSpecification, error) {
	volumes, err := c.Volumes(ctx, r)
	if err != nil {
		return nil, err
	}
	root, err := c.rootDevice(ctx, r)
	if err != nil {
		return nil, err
	}
	spec := &types.InstanceSpecification{InstanceId: aws.String(r.ID)}
	broken := 0
	for _, v := range volumes {
		if v.State != string(types.VolumeStateError) {
			continue
		}
		broken++
		if v.Device == root {
			spec.ExcludeBootVolume = aws.Bool(true)
		} else {
			spec.ExcludeDataVolumeIds = append(spec.ExcludeDataVolumeIds, v.ID)
		}
	}
	if broken == 0 || broken == len(volumes) {
		return nil, nil
	}
	return spec, nil
}

func (c *Client) rootDevice(ctx context.Context, r quarantine.Resource) (string, error) {
	api, err := c.in(r)
	if err != nil {
		return "", err
	}
	out, err := api.DescribeInstances(ctx, &awsec2.DescribeInstancesInput{InstanceIds: []string{r.ID}})
	if err != nil {
		return "", failure("DescribeInstances", err)
	}
	for _, reservation := range out.Reservations {
		for _, i := range reservation.Instances {
			return aws.ToString(i.RootDeviceName), nil
		}
	}
	return "", quarantine.Failf(quarantine.InstanceGone, "EC2 does not list instance %s", r.ID)
}

// refusals are the codes with which CreateSnapshots refuses because of a volume.
var refusals = []string{
	"IncorrectState",             // a volume's state does not permit a snapshot
	"IncorrectInstanceState",     // the instance is being terminated
	"InvalidVolume.NotFound",     // a volume was detached and deleted meanwhile
	"InvalidKmsKey.InvalidState", // the key of an encrypted volume is disabled or deleted
	"UnsupportedOperation",       // a volume type without snapshots
}

func notTaken(instanceID string, err error) error {
	if awserror.HasCode(err, refusals...) {
		return quarantine.Failf(quarantine.EvidenceFailed, "EC2 takes no snapshots of %s as its volumes are: %w", instanceID, err)
	}
	return taggedFailure("CreateSnapshots", err)
}

func setOf(taken *awsec2.CreateSnapshotsOutput) []quarantine.Snapshot {
	var out []quarantine.Snapshot
	for _, s := range taken.Snapshots {
		out = append(out, snapshotOf(types.Snapshot{
			SnapshotId: s.SnapshotId, VolumeId: s.VolumeId, State: s.State, Progress: s.Progress,
			StartTime: s.StartTime, VolumeSize: s.VolumeSize, Tags: s.Tags,
		}))
	}
	return out
}
