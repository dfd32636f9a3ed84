package ec2

import "github.com/aws/aws-sdk-go-v2/aws"

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
