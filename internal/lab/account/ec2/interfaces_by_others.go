package ec2

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// AttachInterface attaches a new network interface to an instance, and returns the interface's ID.
func (r *Resources) AttachInterface(instance string, eni Interface) string {
	defer r.service.Change()()
	i := must(r.storage.instances.get(instance))("instance", instance)
	n := r.newInterface(len(i.NetworkInterfaces), eni)
	i.NetworkInterfaces = append(i.NetworkInterfaces, n)
	attached := described(n, eni.RequesterManaged)
	attached.Attachment = r.attachmentOf(i, n)
	r.network.interfaces.add(aws.ToString(n.NetworkInterfaceId), attached)
	r.service.CountChange()
	return aws.ToString(n.NetworkInterfaceId)
}

// SetTCPIdle sets the idle timeout of tracked TCP connections on all interfaces of an instance.
func (r *Resources) SetTCPIdle(instance string, d time.Duration) {
	defer r.service.Change()()
	seconds := int32(d.Seconds())
	i := must(r.storage.instances.get(instance))("instance", instance)
	for at := range i.NetworkInterfaces {
		eni := &i.NetworkInterfaces[at]
		eni.ConnectionTrackingConfiguration = &types.ConnectionTrackingSpecificationResponse{TcpEstablishedTimeout: &seconds}
		shown := must(r.network.interfaces.get(*eni.NetworkInterfaceId))("interface", *eni.NetworkInterfaceId)
		shown.ConnectionTrackingConfiguration = &types.ConnectionTrackingConfiguration{TcpEstablishedTimeout: &seconds}
	}
	r.service.CountChange()
}
