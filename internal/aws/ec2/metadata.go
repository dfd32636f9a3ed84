package ec2

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsec2 "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// MetadataAPI has the operation that changes an instance's metadata options, which
// DescribeInstances shows.
type MetadataAPI interface {
	ModifyInstanceMetadataOptions(context.Context, *awsec2.ModifyInstanceMetadataOptionsInput, ...func(*awsec2.Options)) (*awsec2.ModifyInstanceMetadataOptionsOutput, error)
}

// MetadataEndpoint tells whether the endpoint of the instance metadata service is enabled or
// disabled, "" if EC2 does not show it, and whether EC2 is carrying out a change of the options. A
// terminated instance is an InstanceGone error. Action: ec2:DescribeInstances.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceMetadataOptionsResponse.html
func (c *Client) MetadataEndpoint(ctx context.Context, r quarantine.Resource) (state string, pending bool, err error) {
	i, err := c.described(ctx, r)
	if err != nil || i.MetadataOptions == nil {
		return "", false, err
	}
	return string(i.MetadataOptions.HttpEndpoint), isPending(i), nil
}

// isPending leaves out what waits for a stopped instance's start: nothing runs there that could
// ask, and waiting for it would have no end.
func isPending(i types.Instance) bool {
	stopped := i.State != nil && i.State.Name == types.InstanceStateNameStopped
	return i.MetadataOptions.State == types.InstanceMetadataOptionsStatePending && !stopped
}

// SetMetadataEndpoint enables or disables the endpoint; the other options stay as they are. EC2
// answers before the change is carried out. Action: ec2:ModifyInstanceMetadataOptions.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceMetadataOptions.html
func (c *Client) SetMetadataEndpoint(ctx context.Context, r quarantine.Resource, state string) error {
	api, err := c.in(r)
	if err != nil {
		return err
	}
	_, err = api.ModifyInstanceMetadataOptions(ctx, &awsec2.ModifyInstanceMetadataOptionsInput{
		DryRun:     dry(ctx),
		InstanceId: aws.String(r.ID), HttpEndpoint: types.InstanceMetadataEndpointState(state),
	})
	return failure("ModifyInstanceMetadataOptions", err)
}
