package ec2

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
)

var describeSnapshots = call.Operation{
	Name:  "DescribeSnapshots",
	Reads: []string{"SnapshotIds", "OwnerIds", "Filters", "MaxResults", "NextToken"},
}

// DescribeSnapshots follows https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSnapshots.html
//
// The account has its own snapshots only, not the public ones that AWS also lists if OwnerIds is
// missing.
func (c *Client) DescribeSnapshots(ctx context.Context, in *ec2.DescribeSnapshotsInput, _ ...func(*ec2.Options)) (*ec2.DescribeSnapshotsOutput, error) {
	r := c.resources
	return call.Invoke(ctx, r.service, describeSnapshots, in, func(in *ec2.DescribeSnapshotsInput) (*ec2.DescribeSnapshotsOutput, error) {
		found, next, err := r.snapshotSearch().run(r, describeSnapshots, pageRequest{in.MaxResults, in.NextToken, in.SnapshotIds}, in.Filters)
		if err != nil {
			return nil, err
		}
		out := &ec2.DescribeSnapshotsOutput{NextToken: next, Snapshots: []types.Snapshot{}}
		if ownedByAccount(r, in.OwnerIds) {
			for _, s := range found {
				out.Snapshots = append(out.Snapshots, s.describe(r))
			}
		}
		return out, nil
	})
}

func ownedByAccount(r *Resources, owners []string) bool {
	return len(owners) == 0 || slices.Contains(owners, "self") || slices.Contains(owners, r.service.AccountID())
}

func (r *Resources) snapshotSearch() search[snapshot] {
	return search[snapshot]{
		kind: KindSnapshot, from: &r.storage.snapshots,
		id:   func(s *snapshot) *string { return &s.id },
		tags: func(s *snapshot) []types.Tag { return s.tags },
		known: filters[snapshot]{
			"snapshot-id": func(s *snapshot) []string { return []string{s.id} },
			"volume-id":   func(s *snapshot) []string { return one(s.volume.VolumeId) },
			"description": func(s *snapshot) []string { return []string{s.description} },
			"status": func(s *snapshot) []string {
				state, _ := s.progress(r)
				return []string{string(state)}
			},
		},
	}
}
