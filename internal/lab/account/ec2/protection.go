package ec2

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
)

var describeInstanceAttribute = call.Operation{
	Name:  "DescribeInstanceAttribute",
	Needs: []string{"InstanceId", "Attribute"},
}

// protection are the attributes of an instance that decide what a shutdown, a stop or a
// termination does, and that DescribeInstances does not show.
type protection struct {
	termination, stop bool
	shutdown          types.ShutdownBehavior
}

// protectionOf is the instance's protection. A new instance has none, and its operating system's
// shutdown stops it, or terminates it if it cannot be stopped:
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_ChangingInstanceInitiatedShutdownBehavior.html
func (s *storage) protectionOf(i *types.Instance) protection {
	p := s.protections[aws.ToString(i.InstanceId)]
	switch {
	case p.shutdown != "":
	case i.RootDeviceType == types.DeviceTypeInstanceStore:
		p.shutdown = types.ShutdownBehaviorTerminate
	default:
		p.shutdown = types.ShutdownBehaviorStop
	}
	return p
}

// DescribeInstanceAttribute follows https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceAttribute.html
func (c *Client) DescribeInstanceAttribute(ctx context.Context, in *ec2.DescribeInstanceAttributeInput, _ ...func(*ec2.Options)) (*ec2.DescribeInstanceAttributeOutput, error) {
	r := c.resources
	return call.Invoke(ctx, r.service, describeInstanceAttribute, in, r.describeInstanceAttribute)
}

func (r *Resources) describeInstanceAttribute(in *ec2.DescribeInstanceAttributeInput) (*ec2.DescribeInstanceAttributeOutput, error) {
	found, err := lookup(KindInstance, &r.storage.instances, []string{*in.InstanceId})
	if err != nil {
		return nil, err
	}
	instance, out := found[0], &ec2.DescribeInstanceAttributeOutput{InstanceId: in.InstanceId}
	now := r.storage.protectionOf(instance)
	switch in.Attribute {
	case types.InstanceAttributeNameDisableApiTermination:
		out.DisableApiTermination = &types.AttributeBooleanValue{Value: &now.termination}
	case types.InstanceAttributeNameDisableApiStop:
		out.DisableApiStop = &types.AttributeBooleanValue{Value: &now.stop}
	case types.InstanceAttributeNameInstanceInitiatedShutdownBehavior:
		out.InstanceInitiatedShutdownBehavior = &types.AttributeValue{Value: aws.String(string(now.shutdown))}
	case types.InstanceAttributeNameBlockDeviceMapping:
		out.BlockDeviceMappings = instance.BlockDeviceMappings
	default:
		if slices.Contains(in.Attribute.Values(), in.Attribute) {
			return nil, r.service.Unsupported(describeInstanceAttribute, "attribute %s", in.Attribute)
		}
		return nil, call.Fail("InvalidParameterValue", "Value (%s) for parameter attribute is invalid. Unknown attribute.", in.Attribute)
	}
	return out, nil
}
