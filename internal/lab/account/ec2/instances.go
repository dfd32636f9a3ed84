package ec2

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
)

var describeInstances = call.Operation{
	Name:  "DescribeInstances",
	Reads: []string{"InstanceIds", "Filters", "MaxResults", "NextToken"},
}

// DescribeInstances follows https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html
//
// A terminated instance stays visible, without interfaces, subnet or VPC. Each instance has its
// own reservation.
func (c *Client) DescribeInstances(ctx context.Context, in *ec2.DescribeInstancesInput, _ ...func(*ec2.Options)) (*ec2.DescribeInstancesOutput, error) {
	r := c.resources
	return call.Invoke(ctx, r.service, describeInstances, in, func(in *ec2.DescribeInstancesInput) (*ec2.DescribeInstancesOutput, error) {
		found, next, err := r.instanceSearch().run(r, describeInstances, pageRequest{in.MaxResults, in.NextToken, in.InstanceIds}, in.Filters)
		if err != nil {
			return nil, err
		}
		out := &ec2.DescribeInstancesOutput{NextToken: next}
		for _, i := range found {
			i.MetadataOptions = r.metadataOptions(&i)
			out.Reservations = append(out.Reservations, types.Reservation{
				ReservationId: aws.String("r-" + aws.ToString(i.InstanceId)[len("i-"):]),
				OwnerId:       aws.String(r.service.AccountID()),
				Instances:     []types.Instance{i},
			})
		}
		return out, nil
	})
}

func (r *Resources) instanceSearch() search[types.Instance] {
	return search[types.Instance]{
		kind: KindInstance, from: &r.storage.instances,
		id:   func(i *types.Instance) *string { return i.InstanceId },
		tags: func(i *types.Instance) []types.Tag { return i.Tags },
		known: filters[types.Instance]{
			"instance-id":         func(i *types.Instance) []string { return one(i.InstanceId) },
			"instance-state-name": func(i *types.Instance) []string { return []string{string(i.State.Name)} },
			"vpc-id":              func(i *types.Instance) []string { return one(i.VpcId) },
			"subnet-id":           func(i *types.Instance) []string { return one(i.SubnetId) },
			"network-interface.subnet-id": func(i *types.Instance) []string {
				var ids []string
				for _, eni := range i.NetworkInterfaces {
					ids = append(ids, aws.ToString(eni.SubnetId))
				}
				return ids
			},
		},
	}
}
