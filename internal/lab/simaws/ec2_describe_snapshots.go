package simaws

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

var describeSnapshots = operation{
	service: ec2Service, name: "DescribeSnapshots",
	reads: []string{"SnapshotIds", "OwnerIds", "Filters", "MaxResults", "NextToken"},
}

// DescribeSnapshots follows https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSnapshots.html
//
// The account holds its own snapshots only, and none of the public ones that
// AWS lists where OwnerIds is left out.
func (c *EC2) DescribeSnapshots(ctx context.Context, in *ec2.DescribeSnapshotsInput, _ ...func(*ec2.Options)) (*ec2.DescribeSnapshotsOutput, error) {
	a := c.account
	return invoke(ctx, a, describeSnapshots, in, func(in *ec2.DescribeSnapshotsInput) (*ec2.DescribeSnapshotsOutput, error) {
		found, next, err := a.snapshotSearch().run(a, describeSnapshots, pageRequest{in.MaxResults, in.NextToken, in.SnapshotIds}, in.Filters)
		if err != nil {
			return nil, err
		}
		out := &ec2.DescribeSnapshotsOutput{NextToken: next, Snapshots: []types.Snapshot{}}
		if ours(a, in.OwnerIds) {
			for _, s := range found {
				out.Snapshots = append(out.Snapshots, s.describe(a))
			}
		}
		return out, nil
	})
}

func ours(a *Account, owners []string) bool {
	return len(owners) == 0 || slices.Contains(owners, "self") || slices.Contains(owners, a.opts.AccountID)
}

func (a *Account) snapshotSearch() search[snapshot] {
	return search[snapshot]{
		kind: aSnapshot, from: &a.storage.snapshots,
		id:   func(s *snapshot) *string { return &s.id },
		tags: func(s *snapshot) []types.Tag { return s.tags },
		known: filters[snapshot]{
			"snapshot-id": func(s *snapshot) []string { return []string{s.id} },
			"volume-id":   func(s *snapshot) []string { return one(s.volume.VolumeId) },
			"description": func(s *snapshot) []string { return []string{s.description} },
			"status": func(s *snapshot) []string {
				state, _ := s.progress(a)
				return []string{string(state)}
			},
		},
	}
}
