package ec2

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsec2 "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// SnapshotLocksAPI has the operations that lock snapshots and read their locks.
type SnapshotLocksAPI interface {
	LockSnapshot(context.Context, *awsec2.LockSnapshotInput, ...func(*awsec2.Options)) (*awsec2.LockSnapshotOutput, error)
	DescribeLockedSnapshots(context.Context, *awsec2.DescribeLockedSnapshotsInput, ...func(*awsec2.Options)) (*awsec2.DescribeLockedSnapshotsOutput, error)
}

var _ quarantine.SnapshotLocker = (*Client)(nil)

// LockSnapshot locks a snapshot in governance mode: in compliance mode a mistake could not be
// taken back by anybody.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_LockSnapshot.html
func (c *Client) LockSnapshot(ctx context.Context, r quarantine.Resource, snapshotID string, days int) error {
	api, err := c.in(r)
	if err != nil {
		return err
	}
	_, err = api.LockSnapshot(ctx, &awsec2.LockSnapshotInput{
		DryRun:     dry(ctx),
		SnapshotId: aws.String(snapshotID), LockMode: types.LockModeGovernance, LockDuration: aws.Int32(int32(days)), // a policy gives at most 36500
	})
	return failure("LockSnapshot", err)
}

// SnapshotLocks returns the locks of the snapshots that have not expired.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeLockedSnapshots.html
func (c *Client) SnapshotLocks(ctx context.Context, r quarantine.Resource, snapshotIDs []string) (map[string]quarantine.SnapshotLock, error) {
	out := map[string]quarantine.SnapshotLock{}
	if len(snapshotIDs) == 0 {
		return out, nil // without ids EC2 would list every locked snapshot
	}
	api, err := c.in(r)
	if err != nil {
		return nil, err
	}
	request := &awsec2.DescribeLockedSnapshotsInput{SnapshotIds: snapshotIDs}
	for {
		page, err := api.DescribeLockedSnapshots(ctx, request)
		if err != nil {
			return nil, failure("DescribeLockedSnapshots", err)
		}
		for _, s := range page.Snapshots {
			if s.LockState != types.LockStateExpired && s.LockExpiresOn != nil {
				out[aws.ToString(s.SnapshotId)] = quarantine.SnapshotLock{State: string(s.LockState), Until: s.LockExpiresOn.UTC()}
			}
		}
		if aws.ToString(page.NextToken) == "" {
			return out, nil
		}
		request.NextToken = page.NextToken
	}
}
