package ec2

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
)

var modifyInstanceAttribute = call.Operation{
	Name: "ModifyInstanceAttribute", Mutating: true,
	Needs: []string{"InstanceId"},
	Reads: []string{"Attribute", "Value", "DisableApiTermination", "DisableApiStop", "InstanceInitiatedShutdownBehavior", "BlockDeviceMappings"},
}

// ModifyInstanceAttribute follows https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceAttribute.html
//
// It changes one attribute: the one that has a field of its own, or the shutdown behavior by
// Attribute and Value.
func (c *Client) ModifyInstanceAttribute(ctx context.Context, in *ec2.ModifyInstanceAttributeInput, _ ...func(*ec2.Options)) (*ec2.ModifyInstanceAttributeOutput, error) {
	r := c.resources
	return call.Invoke(ctx, r.service, modifyInstanceAttribute, in, func(in *ec2.ModifyInstanceAttributeInput) (*ec2.ModifyInstanceAttributeOutput, error) {
		return &ec2.ModifyInstanceAttributeOutput{}, r.modifyInstance(in)
	})
}

func (r *Resources) modifyInstance(in *ec2.ModifyInstanceAttributeInput) error {
	changes, err := r.changesOf(in)
	if err != nil {
		return err
	}
	found, err := lookup(KindInstance, &r.storage.instances, []string{*in.InstanceId})
	if err != nil {
		return err
	}
	switch {
	case len(changes) == 0:
		return call.Fail("InvalidParameterCombination", "No attributes specified.")
	case len(changes) > 1:
		return call.Fail("InvalidParameterCombination", "Fields for multiple attribute types specified")
	case found[0].State.Name == types.InstanceStateNameTerminated:
		return call.Fail("IncorrectInstanceState", "The instance '%s' is terminated.", *in.InstanceId)
	}
	return changes[0](found[0])
}

// changesOf are the changes that the request asks for, one an attribute.
func (r *Resources) changesOf(in *ec2.ModifyInstanceAttributeInput) ([]func(*types.Instance) error, error) {
	var changes []func(*types.Instance) error
	if v := in.DisableApiTermination; v != nil {
		changes = append(changes, func(i *types.Instance) error { return r.protectTermination(i, aws.ToBool(v.Value)) })
	}
	if v := in.DisableApiStop; v != nil {
		changes = append(changes, func(i *types.Instance) error { return r.protectStop(i, aws.ToBool(v.Value)) })
	}
	if v := in.InstanceInitiatedShutdownBehavior; v != nil {
		changes = append(changes, func(i *types.Instance) error { return r.setShutdown(i, aws.ToString(v.Value)) })
	}
	if in.BlockDeviceMappings != nil {
		changes = append(changes, func(i *types.Instance) error { return r.setDeletion(i, in.BlockDeviceMappings) })
	}
	switch in.Attribute {
	case "":
	case types.InstanceAttributeNameInstanceInitiatedShutdownBehavior:
		changes = append(changes, func(i *types.Instance) error { return r.setShutdown(i, aws.ToString(in.Value)) })
	default:
		return nil, r.service.Unsupported(modifyInstanceAttribute, "attribute %s by its name", in.Attribute)
	}
	return changes, nil
}

func (r *Resources) protectTermination(i *types.Instance, on bool) error {
	if err := notForSpot(i, "disableApiTermination"); err != nil {
		return err
	}
	p := r.storage.protectionOf(i)
	p.termination = on
	r.storage.protections[*i.InstanceId] = p
	return nil
}

// protectStop refuses instances that cannot be stopped:
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-stop-protection.html
func (r *Resources) protectStop(i *types.Instance, on bool) error {
	if err := notForSpot(i, "disableApiStop"); err != nil {
		return err
	}
	if i.RootDeviceType == types.DeviceTypeInstanceStore {
		return call.Fail("UnsupportedOperation", "The instance '%s' does not have an 'ebs' root device type and cannot be stopped.", *i.InstanceId)
	}
	p := r.storage.protectionOf(i)
	p.stop = on
	r.storage.protections[*i.InstanceId] = p
	return nil
}

func notForSpot(i *types.Instance, attribute string) error {
	if i.InstanceLifecycle == types.InstanceLifecycleTypeSpot {
		return call.Fail("UnsupportedOperation", "Modifying '%s' is not supported for spot instances.", attribute)
	}
	return nil
}

func (r *Resources) setShutdown(i *types.Instance, behaviour string) error {
	to := types.ShutdownBehavior(behaviour)
	switch {
	case !slices.Contains(to.Values(), to):
		return call.Fail("InvalidParameterValue", "Value (%s) for parameter instanceInitiatedShutdownBehavior is invalid.", behaviour)
	case i.RootDeviceType == types.DeviceTypeInstanceStore:
		return call.Fail("UnsupportedInstanceAttribute", "The attribute instanceInitiatedShutdownBehavior can only be used for EBS-backed instances.")
	}
	p := r.storage.protectionOf(i)
	p.shutdown = to
	r.storage.protections[*i.InstanceId] = p
	return nil
}

// setDeletion sets DeleteOnTermination for volumes that are attached, for all or for none. A
// mapping that does not say means true.
func (r *Resources) setDeletion(i *types.Instance, asked []types.InstanceBlockDeviceMappingSpecification) error {
	var at []*types.EbsInstanceBlockDevice
	for _, m := range asked {
		n := slices.IndexFunc(i.BlockDeviceMappings, func(b types.InstanceBlockDeviceMapping) bool {
			return b.Ebs != nil && aws.ToString(b.DeviceName) == aws.ToString(m.DeviceName)
		})
		if n < 0 {
			return call.Fail("InvalidInstanceAttributeValue", "No device is currently mapped at %s", aws.ToString(m.DeviceName))
		}
		at = append(at, i.BlockDeviceMappings[n].Ebs)
	}
	for n, device := range at {
		on := asked[n].Ebs == nil || asked[n].Ebs.DeleteOnTermination == nil || *asked[n].Ebs.DeleteOnTermination
		device.DeleteOnTermination = aws.Bool(on)
		r.markAttachment(aws.ToString(device.VolumeId), *i.InstanceId, on)
	}
	return nil
}

// markAttachment shows DeleteOnTermination in the volume's attachment, too.
func (r *Resources) markAttachment(volume, instance string, on bool) {
	v, ok := r.storage.volumes.get(volume)
	if !ok {
		return
	}
	for n := range v.Attachments {
		if aws.ToString(v.Attachments[n].InstanceId) == instance {
			v.Attachments[n].DeleteOnTermination = aws.Bool(on)
		}
	}
}
