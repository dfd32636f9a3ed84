package ec2

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// AttachVolume attaches a new volume to an instance, and returns the volume's ID. Like the
// console and the API, it has the volume stay when the instance is terminated.
func (r *Resources) AttachVolume(instance string, v Volume) string {
	defer r.service.Change()()
	i := must(r.storage.instances.get(instance))("instance", instance)
	v.ID = r.idOr(v.ID, KindVolume.Prefix)
	r.attach(i, max(1, len(i.BlockDeviceMappings)), v)
	return v.ID
}

// DetachVolume detaches a volume from its instance.
func (r *Resources) DetachVolume(volume string) {
	defer r.service.Change()()
	v := must(r.storage.volumes.get(volume))("volume", volume)
	for _, at := range v.Attachments {
		i := must(r.storage.instances.get(aws.ToString(at.InstanceId)))("instance", aws.ToString(at.InstanceId))
		i.BlockDeviceMappings = slices.DeleteFunc(i.BlockDeviceMappings, func(m types.InstanceBlockDeviceMapping) bool {
			return m.Ebs != nil && aws.ToString(m.Ebs.VolumeId) == volume
		})
	}
	v.Attachments, v.State = nil, types.VolumeStateAvailable
}
