package ec2

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// AddInterface creates a network interface that is no attachment of an instance, and returns its
// ID: one of a service, or a branch of a trunk, which carries a pod's or a task's traffic.
//
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/container-instance-eni.html
func (r *Resources) AddInterface(eni Interface) string {
	defer r.service.Change()()
	n := described(r.newInterface(0, eni), eni.RequesterManaged)
	n.Attachment, n.Status, n.TagSet = nil, types.NetworkInterfaceStatusAvailable, toTags(eni.Tags)
	n.Description, n.RequesterId = aws.String(eni.Description), aws.String(eni.Requester)
	r.network.interfaces.add(*n.NetworkInterfaceId, n)
	return *n.NetworkInterfaceId
}

// addInterfaces adds the instance's interfaces, as DescribeNetworkInterfaces describes them.
// managed reports whether the interface with that index is requester-managed.
func (r *Resources) addInterfaces(i *types.Instance, managed func(n int) bool) {
	for at, eni := range i.NetworkInterfaces {
		n := described(eni, managed(at))
		n.Attachment = r.attachmentOf(i, eni)
		r.network.interfaces.add(aws.ToString(n.NetworkInterfaceId), n)
	}
}

func (r *Resources) attachmentOf(i *types.Instance, eni types.InstanceNetworkInterface) *types.NetworkInterfaceAttachment {
	out := &types.NetworkInterfaceAttachment{
		AttachmentId: aws.String(strings.Replace(aws.ToString(eni.NetworkInterfaceId), "eni-", "eni-attach-", 1)),
		InstanceId:   i.InstanceId, InstanceOwnerId: aws.String(r.service.AccountID()), Status: types.AttachmentStatusAttached,
	}
	if at := eni.Attachment; at != nil {
		out.AttachTime, out.DeviceIndex, out.Status = at.AttachTime, at.DeviceIndex, at.Status
		out.DeleteOnTermination, out.NetworkCardIndex = at.DeleteOnTermination, at.NetworkCardIndex
	}
	return out
}

// described is an interface of DescribeInstances as DescribeNetworkInterfaces shows it, without
// its attachment.
func described(eni types.InstanceNetworkInterface, managed bool) *types.NetworkInterface {
	out := &types.NetworkInterface{
		NetworkInterfaceId: eni.NetworkInterfaceId, SubnetId: eni.SubnetId, VpcId: eni.VpcId, OwnerId: eni.OwnerId,
		Description: eni.Description, MacAddress: eni.MacAddress, PrivateIpAddress: eni.PrivateIpAddress, Status: eni.Status,
		Groups: append([]types.GroupIdentifier{}, eni.Groups...), RequesterManaged: &managed, InterfaceType: types.NetworkInterfaceTypeInterface,
		TagSet: []types.Tag{},
	}
	if eni.InterfaceType != nil {
		out.InterfaceType = types.NetworkInterfaceType(*eni.InterfaceType)
	}
	if c := eni.ConnectionTrackingConfiguration; c != nil {
		out.ConnectionTrackingConfiguration = &types.ConnectionTrackingConfiguration{
			TcpEstablishedTimeout: c.TcpEstablishedTimeout, UdpStreamTimeout: c.UdpStreamTimeout, UdpTimeout: c.UdpTimeout,
		}
	}
	out.Association = associationOf(eni.Association)
	for _, a := range eni.PrivateIpAddresses {
		out.PrivateIpAddresses = append(out.PrivateIpAddresses, types.NetworkInterfacePrivateIpAddress{
			PrivateIpAddress: a.PrivateIpAddress, Primary: a.Primary, Association: associationOf(a.Association),
		})
	}
	for _, a := range eni.Ipv6Addresses {
		out.Ipv6Addresses = append(out.Ipv6Addresses, types.NetworkInterfaceIpv6Address{Ipv6Address: a.Ipv6Address})
	}
	return out
}

func associationOf(a *types.InstanceNetworkInterfaceAssociation) *types.NetworkInterfaceAssociation {
	if a == nil {
		return nil
	}
	return &types.NetworkInterfaceAssociation{PublicIp: a.PublicIp, IpOwnerId: a.IpOwnerId}
}
