package ec2_test

import (
	"context"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/accounttest"
)

// standing is a clock that only a test advances.
type standing struct{ now time.Time }

func (s *standing) Now() time.Time { return s.now }

func (s *standing) Sleep(context.Context, time.Duration) error { return nil }

// admitted is the number of n calls that are not throttled.
func admitted(t *testing.T, n int, call func() error) int {
	t.Helper()
	count := 0
	for range n {
		if err := call(); err != nil {
			accounttest.WantCode(t, err, "RequestLimitExceeded")
		} else {
			count++
		}
	}
	return count
}

// A full bucket admits its size at once, and then its refill per second.
func TestEC2LimitsAreTokenBucketsOfEachAction(t *testing.T) {
	t.Parallel()
	filter := []types.Filter{{Name: aws.String("vpc-id"), Values: []string{"vpc-0aaaaaaaaaaaaaaa1"}}}
	for name, c := range map[string]struct {
		call         func(context.Context, *account.EC2) error
		size, refill int
	}{
		"non-mutating": {func(ctx context.Context, c *account.EC2) error {
			_, err := c.DescribeNetworkAcls(ctx, &ec2.DescribeNetworkAclsInput{})
			return err
		}, 100, 20},
		"unfiltered and unpaginated": {func(ctx context.Context, c *account.EC2) error {
			_, err := c.DescribeInstances(ctx, &ec2.DescribeInstancesInput{})
			return err
		}, 50, 10},
		"filtered": {func(ctx context.Context, c *account.EC2) error {
			_, err := c.DescribeInstances(ctx, &ec2.DescribeInstancesInput{Filters: filter})
			return err
		}, 100, 20},
		"paginated": {func(ctx context.Context, c *account.EC2) error {
			_, err := c.DescribeInstances(ctx, &ec2.DescribeInstancesInput{MaxResults: aws.Int32(100)})
			return err
		}, 100, 20},
		"mutating": {func(ctx context.Context, c *account.EC2) error {
			_, err := c.CreateNetworkAcl(ctx, &ec2.CreateNetworkAclInput{VpcId: aws.String("vpc-0aaaaaaaaaaaaaaa1")})
			return err
		}, 50, 5},
		"uncategorized": {func(ctx context.Context, c *account.EC2) error {
			_, err := c.CreateTags(ctx, &ec2.CreateTagsInput{Resources: []string{"vpc-0aaaaaaaaaaaaaaa1"}, Tags: []types.Tag{{Key: aws.String("k")}}})
			return err
		}, 100, 10},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clock := &standing{now: time.Unix(0, 0)}
			a := account.New(account.Options{Clock: clock, Limits: account.EC2Limits})
			a.AddVPC(account.VPC{ID: "vpc-0aaaaaaaaaaaaaaa1"})
			call := func() error { return c.call(t.Context(), a.EC2()) }
			for i, step := range []struct {
				pass time.Duration
				want int
			}{{0, c.size}, {900 * time.Millisecond, 0}, {100 * time.Millisecond, c.refill}, {2 * time.Second, 2 * c.refill}, {time.Hour, c.size}} {
				clock.now = clock.now.Add(step.pass)
				if got := admitted(t, c.size+1, call); got != step.want {
					t.Errorf("step %d: %d calls passed, want %d", i, got, step.want)
				}
			}
		})
	}
}

func TestAThrottledCallHasNoEffectAndOtherActionsGoOn(t *testing.T) {
	t.Parallel()
	one := func(c account.Call) (string, account.Limit) { return c.Operation, account.Limit{Size: 1} }
	a := account.New(account.Options{Clock: &standing{}, Limits: one})
	a.AddVPC(account.VPC{ID: "vpc-0aaaaaaaaaaaaaaa1"})
	create := func() error {
		_, err := a.EC2().CreateNetworkAcl(t.Context(), &ec2.CreateNetworkAclInput{VpcId: aws.String("vpc-0aaaaaaaaaaaaaaa1")})
		return err
	}
	if got := admitted(t, 3, create); got != 1 {
		t.Errorf("%d calls passed", got)
	}
	shown, err := a.EC2().DescribeNetworkAcls(t.Context(), &ec2.DescribeNetworkAclsInput{})
	if err != nil || len(shown.NetworkAcls) != 2 {
		t.Errorf("%d network ACLs, %v", len(shown.NetworkAcls), err)
	}
	if calls := a.Calls(); calls[1].Applied || calls[1].Err != "RequestLimitExceeded" {
		t.Errorf("the second call: %+v", calls[1])
	}
}

func TestDynamoDBOnDemandHasNoLimit(t *testing.T) {
	t.Parallel()
	if bucket, _ := account.EC2Limits(account.Call{Service: "dynamodb", Operation: "UpdateItem"}); bucket != "" {
		t.Errorf("it is %q", bucket)
	}
}
