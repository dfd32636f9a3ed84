package ec2

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsec2 "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Bounds of what is read of a whole account: 1000 is the largest page.
const (
	estatePage  = 1000
	estatePages = 10
)

// liveStates are the states of instances that a cut can be about.
var liveStates = []string{"pending", "running", "stopping", "stopped", "shutting-down"}

// InstancesIn lists instances of these VPCs, of all where none is named, but terminated ones; all is
// false if there are more than were read. Action: ec2:DescribeInstances.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html
func (c *Client) InstancesIn(ctx context.Context, r quarantine.Resource, vpcs []string) (found []quarantine.Instance, all bool, err error) {
	api, err := c.in(r)
	if err != nil {
		return nil, false, err
	}
	filters := []types.Filter{{Name: aws.String("instance-state-name"), Values: liveStates}}
	if len(vpcs) > 0 {
		filters = append(filters, types.Filter{Name: aws.String("vpc-id"), Values: vpcs})
	}
	pages := awsec2.NewDescribeInstancesPaginator(api, &awsec2.DescribeInstancesInput{Filters: filters, MaxResults: aws.Int32(estatePage)})
	for range estatePages {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, false, failure("DescribeInstances", err)
		}
		for _, reservation := range page.Reservations {
			for _, i := range reservation.Instances {
				found = append(found, instanceOf(aws.ToString(reservation.OwnerId), i))
			}
		}
		if !pages.HasMorePages() {
			return found, true, nil
		}
	}
	return found, false, nil
}

// CountSecurityGroups is how many the Region has; all is false if there are more. Action:
// ec2:DescribeSecurityGroups.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSecurityGroups.html
func (c *Client) CountSecurityGroups(ctx context.Context, r quarantine.Resource) (count int, all bool, err error) {
	api, err := c.in(r)
	if err != nil {
		return 0, false, err
	}
	pages := awsec2.NewDescribeSecurityGroupsPaginator(api, &awsec2.DescribeSecurityGroupsInput{MaxResults: aws.Int32(estatePage)})
	for range estatePages {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return 0, false, failure("DescribeSecurityGroups", err)
		}
		if count += len(page.SecurityGroups); !pages.HasMorePages() {
			return count, true, nil
		}
	}
	return count, false, nil
}

// OwnSnapshot is a snapshot of the account that carries this product's tag, which its role may lock; ""
// if there is none. Action: ec2:DescribeSnapshots.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSnapshots.html
func (c *Client) OwnSnapshot(ctx context.Context, r quarantine.Resource) (string, error) {
	api, err := c.in(r)
	if err != nil {
		return "", err
	}
	pages := awsec2.NewDescribeSnapshotsPaginator(api, &awsec2.DescribeSnapshotsInput{
		OwnerIds: []string{"self"}, Filters: []types.Filter{{Name: aws.String("tag:" + quarantine.TagProduct), Values: []string{quarantine.Product}}},
		MaxResults: aws.Int32(estatePage),
	})
	for range estatePages {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return "", failure("DescribeSnapshots", err)
		}
		if len(page.Snapshots) > 0 {
			return aws.ToString(page.Snapshots[0].SnapshotId), nil
		}
		if !pages.HasMorePages() {
			break
		}
	}
	return "", nil
}
