package simaws

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

var createSnapshots = operation{
	service: ec2Service, name: "CreateSnapshots", mutating: true,
	needs: []string{"InstanceSpecification"},
	reads: []string{"Description", "TagSpecifications", "CopyTagsFromSource"},
}

// CreateSnapshots follows https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSnapshots.html
//
// One crash-consistent set: every volume that is asked for is snapshotted at
// one instant, or none is.
func (c *EC2) CreateSnapshots(ctx context.Context, in *ec2.CreateSnapshotsInput, _ ...func(*ec2.Options)) (*ec2.CreateSnapshotsOutput, error) {
	a := c.account
	return invoke(ctx, a, createSnapshots, in, a.createSnapshots)
}

func (a *Account) createSnapshots(in *ec2.CreateSnapshotsInput) (*ec2.CreateSnapshotsOutput, error) {
	volumes, err := a.chosenVolumes(*in.InstanceSpecification)
	if err != nil {
		return nil, err
	}
	tags, err := tagsFor(aSnapshot, in.TagSpecifications)
	if err != nil {
		return nil, err
	}
	var set []*snapshot
	for _, v := range volumes {
		s, err := a.draftSnapshot(v, in, tags)
		if err != nil {
			return nil, err
		}
		set = append(set, s)
	}
	out := &ec2.CreateSnapshotsOutput{}
	for _, s := range a.keepSet(set) {
		out.Snapshots = append(out.Snapshots, s.info(a))
	}
	return out, nil
}

// chosenVolumes gives the volumes of the instance that the request means.
func (a *Account) chosenVolumes(spec types.InstanceSpecification) ([]*types.Volume, error) {
	if spec.InstanceId == nil {
		return nil, fail("MissingParameter", "The request must contain the parameter InstanceSpecification.InstanceId")
	}
	found, err := lookup(anInstance, &a.storage.instances, []string{*spec.InstanceId})
	if err != nil {
		return nil, err
	}
	instance := found[0]
	if instance.State.Name == types.InstanceStateNameTerminated {
		return nil, fail("IncorrectInstanceState", "The instance '%s' is not in a state from which it can be snapshotted: terminated", *spec.InstanceId)
	}
	excluded := slices.Clone(spec.ExcludeDataVolumeIds)
	for _, m := range instance.BlockDeviceMappings {
		boot := aws.ToString(m.DeviceName) == aws.ToString(instance.RootDeviceName)
		if boot && m.Ebs != nil && aws.ToBool(spec.ExcludeBootVolume) {
			excluded = append(excluded, aws.ToString(m.Ebs.VolumeId))
		}
	}
	var volumes []*types.Volume
	for _, v := range a.storage.volumes.all() {
		if slices.Contains(attachedTo(v), *spec.InstanceId) && !slices.Contains(excluded, *v.VolumeId) {
			volumes = append(volumes, v)
		}
	}
	if len(volumes) == 0 {
		return nil, fail("InvalidParameterValue", "The instance '%s' has no attached EBS volumes to snapshot", *spec.InstanceId)
	}
	return volumes, nil
}

func (a *Account) draftSnapshot(v *types.Volume, in *ec2.CreateSnapshotsInput, tags []types.Tag) (*snapshot, error) {
	if v.State == types.VolumeStateError {
		return nil, fail("IncorrectState", "The volume '%s' is in the 'error' state", *v.VolumeId)
	}
	if in.CopyTagsFromSource == types.CopyTagsFromSourceVolume {
		tags = mergeTags(v.Tags, tags)
	}
	if countTags(tags) > maxTags {
		return nil, fail("TagLimitExceeded", "The maximum number of tags for a resource has been reached.")
	}
	return &snapshot{
		volume: clone(*v), description: aws.ToString(in.Description), tags: clone(tags),
		fails: a.storage.failing[*v.VolumeId],
	}, nil
}

// keepSet makes the snapshots real. If one of a multi-volume set fails, all of
// it does:
// https://docs.aws.amazon.com/ebs/latest/userguide/ebs-creating-snapshot.html
func (a *Account) keepSet(set []*snapshot) []*snapshot {
	fails := slices.ContainsFunc(set, func(s *snapshot) bool { return s.fails })
	for _, s := range set {
		s.id, s.started, s.setFails = a.newID(aSnapshot.prefix), a.now(), fails
		a.storage.snapshots.add(s.id, s)
	}
	return set
}
