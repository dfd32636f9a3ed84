package ec2

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsec2 "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Volumes lists the volumes attached to an instance.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVolumes.html
func (c *Client) Volumes(ctx context.Context, r quarantine.Resource) ([]quarantine.Volume, error) {
	api, err := c.in(r)
	if err != nil {
		return nil, err
	}
	pages := awsec2.NewDescribeVolumesPaginator(api, &awsec2.DescribeVolumesInput{
		Filters: []types.Filter{{Name: aws.String("attachment.instance-id"), Values: []string{r.ID}}},
	})
	var out []quarantine.Volume
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, failure("DescribeVolumes", err)
		}
		for _, v := range page.Volumes {
			out = append(out, volumeOf(v, r.ID))
		}
	}
	return out, nil
}

// Snapshots lists the snapshots that this account owns and that have the tag. EC2 is
// eventually consistent: a new set can still be missing.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSnapshots.html
func (c *Client) Snapshots(ctx context.Context, r quarantine.Resource, tagKey, tagValue string) ([]quarantine.Snapshot, error) {
	api, err := c.in(r)
	if err != nil {
		return nil, err
	}
	pages := awsec2.NewDescribeSnapshotsPaginator(api, &awsec2.DescribeSnapshotsInput{
		OwnerIds: []string{"self"},
		Filters:  []types.Filter{{Name: aws.String("tag:" + tagKey), Values: []string{tagValue}}},
	})
	var out []quarantine.Snapshot
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, failure("DescribeSnapshots", err)
		}
		for _, s := range page.Snapshots {
			out = append(out, snapshotOf(s))
		}
	}
	return out, nil
}

// TagSnapshot adds tags to a snapshot.
func (c *Client) TagSnapshot(ctx context.Context, r quarantine.Resource, snapshotID string, tags map[string]string) error {
	return c.tag(ctx, r, snapshotID, tags)
}

func volumeOf(v types.Volume, instanceID string) quarantine.Volume {
	out := quarantine.Volume{
		ID:        aws.ToString(v.VolumeId),
		State:     string(v.State),
		SizeGiB:   int(aws.ToInt32(v.Size)),
		Type:      string(v.VolumeType),
		Encrypted: aws.ToBool(v.Encrypted),
		KMSKeyID:  aws.ToString(v.KmsKeyId),
	}
	for _, a := range v.Attachments {
		if aws.ToString(a.InstanceId) == instanceID {
			out.Device = aws.ToString(a.Device)
		}
	}
	return out
}

func snapshotOf(s types.Snapshot) quarantine.Snapshot {
	tags := tagMap(s.Tags)
	return quarantine.Snapshot{
		ID:        aws.ToString(s.SnapshotId),
		VolumeID:  aws.ToString(s.VolumeId),
		Device:    tags[quarantine.TagDevice],
		State:     string(s.State),
		Progress:  aws.ToString(s.Progress),
		SizeGiB:   int(aws.ToInt32(s.VolumeSize)),
		StartedAt: aws.ToTime(s.StartTime).UTC(),
		Message:   aws.ToString(s.StateMessage),
		Tags:      tags,

		Description: aws.ToString(s.Description),
	}
}
