package ec2

import (
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsec2 "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// ProtectionAPI has the operations that read and change an instance's protection, besides
// InstancesAPI.
type ProtectionAPI interface {
	DescribeInstanceAttribute(context.Context, *awsec2.DescribeInstanceAttributeInput, ...func(*awsec2.Options)) (*awsec2.DescribeInstanceAttributeOutput, error)
	ModifyInstanceAttribute(context.Context, *awsec2.ModifyInstanceAttributeInput, ...func(*awsec2.Options)) (*awsec2.ModifyInstanceAttributeOutput, error)
}

// Protection reads what keeps the instance and its volumes: four calls. A terminated instance is
// an InstanceGone error. Actions: ec2:DescribeInstanceAttribute, ec2:DescribeInstances.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceAttribute.html
func (c *Client) Protection(ctx context.Context, r quarantine.Resource) (quarantine.Protection, error) {
	termination, err := c.attribute(ctx, r, types.InstanceAttributeNameDisableApiTermination)
	if err != nil {
		return quarantine.Protection{}, err
	}
	stop, err := c.attribute(ctx, r, types.InstanceAttributeNameDisableApiStop)
	if err != nil {
		return quarantine.Protection{}, err
	}
	shutdown, err := c.attribute(ctx, r, types.InstanceAttributeNameInstanceInitiatedShutdownBehavior)
	if err != nil {
		return quarantine.Protection{}, err
	}
	volumes, err := c.AttachedVolumes(ctx, r)
	if err != nil {
		return quarantine.Protection{}, err
	}
	return quarantine.Protection{
		Termination: isOn(termination.DisableApiTermination), Stop: isOn(stop.DisableApiStop),
		Shutdown: valueOf(shutdown.InstanceInitiatedShutdownBehavior), Volumes: volumes,
	}, nil
}

func (c *Client) attribute(ctx context.Context, r quarantine.Resource, name types.InstanceAttributeName) (*awsec2.DescribeInstanceAttributeOutput, error) {
	api, err := c.in(r)
	if err != nil {
		return nil, err
	}
	out, err := api.DescribeInstanceAttribute(ctx, &awsec2.DescribeInstanceAttributeInput{InstanceId: aws.String(r.ID), Attribute: name})
	return out, failure("DescribeInstanceAttribute", err)
}

// AttachedVolumes are the instance's volumes, with whether they are deleted with it. A
// terminated instance is an InstanceGone error. Action: ec2:DescribeInstances.
func (c *Client) AttachedVolumes(ctx context.Context, r quarantine.Resource) ([]quarantine.AttachedVolume, error) {
	i, err := c.described(ctx, r)
	if err != nil {
		return nil, err
	}
	return devicesOf(i), nil
}

func devicesOf(i types.Instance) []quarantine.AttachedVolume {
	out := []quarantine.AttachedVolume{}
	for _, m := range i.BlockDeviceMappings {
		if m.Ebs != nil {
			out = append(out, quarantine.AttachedVolume{
				VolumeRef: quarantine.VolumeRef{ID: aws.ToString(m.Ebs.VolumeId), Device: aws.ToString(m.DeviceName)},
				Deleted:   aws.ToBool(m.Ebs.DeleteOnTermination),
			})
		}
	}
	slices.SortFunc(out, func(a, b quarantine.AttachedVolume) int { return strings.Compare(a.Device, b.Device) })
	return out
}

func isOn(v *types.AttributeBooleanValue) bool { return v != nil && aws.ToBool(v.Value) }

func valueOf(v *types.AttributeValue) string {
	if v == nil {
		return ""
	}
	return aws.ToString(v.Value)
}

// SetTermination sets the protection against termination by the API. NotSupported for a Spot
// instance. Action, as for all that set protection: ec2:ModifyInstanceAttribute.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceAttribute.html
func (c *Client) SetTermination(ctx context.Context, r quarantine.Resource, on bool) error {
	return c.modify(ctx, r, awsec2.ModifyInstanceAttributeInput{DisableApiTermination: &types.AttributeBooleanValue{Value: &on}})
}

// SetStop sets the protection against being stopped by the API. NotSupported for an instance that
// cannot be stopped: a Spot instance, or one whose root device is an instance store.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-stop-protection.html
func (c *Client) SetStop(ctx context.Context, r quarantine.Resource, on bool) error {
	return c.modify(ctx, r, awsec2.ModifyInstanceAttributeInput{DisableApiStop: &types.AttributeBooleanValue{Value: &on}})
}

// SetShutdown sets what a shutdown by the operating system does: stop or terminate. NotSupported
// for an instance whose root device is an instance store.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_ChangingInstanceInitiatedShutdownBehavior.html
func (c *Client) SetShutdown(ctx context.Context, r quarantine.Resource, behaviour string) error {
	return c.modify(ctx, r, awsec2.ModifyInstanceAttributeInput{
		Attribute: types.InstanceAttributeNameInstanceInitiatedShutdownBehavior, Value: &behaviour,
	})
}

// SetDeleteOnTermination sets whether the volume that is attached as the device is deleted with
// the instance. Contended if none is.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/preserving-volumes-on-termination.html
func (c *Client) SetDeleteOnTermination(ctx context.Context, r quarantine.Resource, device string, on bool) error {
	return c.modify(ctx, r, awsec2.ModifyInstanceAttributeInput{
		BlockDeviceMappings: []types.InstanceBlockDeviceMappingSpecification{{
			DeviceName: &device, Ebs: &types.EbsInstanceBlockDeviceSpecification{DeleteOnTermination: &on},
		}},
	})
}

func (c *Client) modify(ctx context.Context, r quarantine.Resource, change awsec2.ModifyInstanceAttributeInput) error {
	api, err := c.in(r)
	if err != nil {
		return err
	}
	change.InstanceId, change.DryRun = aws.String(r.ID), dry(ctx)
	_, err = api.ModifyInstanceAttribute(ctx, &change)
	return failure("ModifyInstanceAttribute", err)
}
