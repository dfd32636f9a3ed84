package ec2

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
)

var terminateInstances = call.Operation{
	Name: "TerminateInstances", Mutating: true,
	Needs: []string{"InstanceIds"},
}

// TerminateInstances follows https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TerminateInstances.html
//
// An instance that is protected is not terminated, and then none is. The instances are terminated
// at once, and not shut down for some time first.
func (c *Client) TerminateInstances(ctx context.Context, in *ec2.TerminateInstancesInput, _ ...func(*ec2.Options)) (*ec2.TerminateInstancesOutput, error) {
	r := c.resources
	return call.Invoke(ctx, r.service, terminateInstances, in, func(in *ec2.TerminateInstancesInput) (*ec2.TerminateInstancesOutput, error) {
		found, err := lookup(KindInstance, &r.storage.instances, in.InstanceIds)
		if err != nil {
			return nil, err
		}
		for _, i := range found {
			if r.storage.protectionOf(i).termination && i.State.Name != types.InstanceStateNameTerminated {
				return nil, call.Fail("OperationNotPermitted",
					"The instance '%s' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.", *i.InstanceId)
			}
		}
		out := &ec2.TerminateInstancesOutput{}
		for _, i := range found {
			was := *i.State
			r.terminate(i)
			out.TerminatingInstances = append(out.TerminatingInstances, types.InstanceStateChange{
				InstanceId: i.InstanceId, PreviousState: &was, CurrentState: instanceState(types.InstanceStateNameShuttingDown),
			})
		}
		return out, nil
	})
}

// terminate takes from the instance its interfaces, its subnet and VPC, and deletes the volumes
// with DeleteOnTermination.
func (r *Resources) terminate(i *types.Instance) {
	for _, v := range r.storage.volumes.all() {
		for _, at := range v.Attachments {
			if aws.ToString(at.InstanceId) != *i.InstanceId {
				continue
			}
			v.Attachments, v.State = nil, types.VolumeStateAvailable
			if aws.ToBool(at.DeleteOnTermination) {
				r.storage.volumes.remove(*v.VolumeId)
			}
		}
	}
	for _, eni := range i.NetworkInterfaces {
		r.network.interfaces.remove(aws.ToString(eni.NetworkInterfaceId))
	}
	i.State = instanceState(types.InstanceStateNameTerminated)
	i.NetworkInterfaces, i.SecurityGroups, i.BlockDeviceMappings = nil, nil, nil
	i.SubnetId, i.VpcId, i.PrivateIpAddress, i.PublicIpAddress = nil, nil, nil, nil
}
