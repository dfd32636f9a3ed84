package ec2

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
)

var createSnapshots = call.Operation{
	Name: "CreateSnapshots", Mutating: true,
	Needs: []string{"InstanceSpecification"},
	Reads: []string{"Description", "TagSpecifications", "CopyTagsFromSource"},
}

// CreateSnapshots follows https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSnapshots.html
//
// It creates one crash-consistent set: all selected volumes are snapshotted at one instant, or
// none is.
func (c *Client) CreateSnapshots(ctx context.Context, in *ec2.CreateSnapshotsInput, _ ...func(*ec2.Options)) (*ec2.CreateSnapshotsOutput, error) {
	r := c.resources
	return call.Invoke(ctx, r.service, createSnapshots, in, r.createSnapshots)
}

func (r *Resources) createSnapshots(in *ec2.CreateSnapshotsInput) (*ec2.CreateSnapshotsOutput, error) {
	volumes, err := r.chosenVolumes(*in.InstanceSpecification)
	if err != nil {
		return nil, err
	}
	tags, err := tagsFor(KindSnapshot, in.TagSpecifications)
	if err != nil {
		return nil, err
	}
	var set []*snapshot
	for _, v := range volumes {
		s, err := r.draftSnapshot(v, in, tags)
		if err != nil {
			return nil, err
		}
		set = append(set, s)
	}
	out := &ec2.CreateSnapshotsOutput{}
	for _, s := range r.keepSet(set) {
		out.Snapshots = append(out.Snapshots, s.info(r))
	}
	return out, nil
}

// chosenVolumes returns the instance's volumes that the request selects.
func (r *Resources) chosenVolumes(spec types.InstanceSpecification) ([]*types.Volume, error) {
	if spec.InstanceId == nil {
		return nil, call.Fail("MissingParameter", "The request must contain the parameter InstanceSpecification.InstanceId")
	}
	found, err := lookup(KindInstance, &r.storage.instances, []string{*spec.InstanceId})
	if err != nil {
		return nil, err
	}
	instance := found[0]
	if instance.State.Name == types.InstanceStateNameTerminated {
		return nil, call.Fail("IncorrectInstanceState", "The instance '%s' is not in a state from which it can be snapshotted: terminated", *spec.InstanceId)
	}
	excluded := slices.Clone(spec.ExcludeDataVolumeIds)
	for _, m := range instance.BlockDeviceMappings {
		boot := aws.ToString(m.DeviceName) == aws.ToString(instance.RootDeviceName)
		if boot && m.Ebs != nil && aws.ToBool(spec.ExcludeBootVolume) {
			excluded = append(excluded, aws.ToString(m.Ebs.VolumeId))
		}
	}
	var volumes []*types.Volume
	for _, v := range r.storage.volumes.all() {
		if slices.Contains(attachedTo(v), *spec.InstanceId) && !slices.Contains(excluded, *v.VolumeId) {
			volumes = append(volumes, v)
		}
	}
	if len(volumes) == 0 {
		return nil, call.Fail("InvalidParameterValue", "The instance '%s' has no attached EBS volumes to snapshot", *spec.InstanceId)
	}
	return volumes, nil
}

func (r *Resources) draftSnapshot(v *types.Volume, in *ec2.CreateSnapshotsInput, tags []types.Tag) (*snapshot, error) {
	if v.State == types.VolumeStateError {
		return nil, call.Fail("IncorrectState", "The volume '%s' is in the 'error' state", *v.VolumeId)
	}
	if in.CopyTagsFromSource == types.CopyTagsFromSourceVolume {
		tags = mergeTags(v.Tags, tags)
	}
	if countTags(tags) > maxTags {
		return nil, call.Fail("TagLimitExceeded", "The maximum number of tags for a resource has been reached.")
	}
	return &snapshot{
		volume: call.Clone(*v), description: aws.ToString(in.Description), tags: call.Clone(tags),
		fails: r.storage.failing[*v.VolumeId],
	}, nil
}

// keepSet stores the snapshots. If one of a multi-volume set fails, all of them fail:
// https://docs.aws.amazon.com/ebs/latest/userguide/ebs-creating-snapshot.html
func (r *Resources) keepSet(set []*snapshot) []*snapshot {
	fails := slices.ContainsFunc(set, func(s *snapshot) bool { return s.fails })
	for _, s := range set {
		s.id, s.started, s.setFails = r.service.NewID(KindSnapshot.Prefix), r.service.Now(), fails
		r.storage.snapshots.add(s.id, s)
	}
	return set
}
