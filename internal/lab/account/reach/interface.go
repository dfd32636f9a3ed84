package reach

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// interfaces are all places in the network: those of instances, and those of services, such as a
// database's or a load balancer's.
func (n network) interfaces(yield func(eni *types.InstanceNetworkInterface) bool) {
	seen := map[string]bool{}
	for _, i := range n.Instances {
		for at := range i.NetworkInterfaces {
			seen[aws.ToString(i.NetworkInterfaces[at].NetworkInterfaceId)] = true
			if !yield(&i.NetworkInterfaces[at]) {
				return
			}
		}
	}
	for _, other := range n.Interfaces {
		if !seen[aws.ToString(other.NetworkInterfaceId)] && !yield(asAttached(other)) {
			return
		}
	}
}

// asAttached is an interface as DescribeInstances would show it.
func asAttached(n *types.NetworkInterface) *types.InstanceNetworkInterface {
	out := &types.InstanceNetworkInterface{
		NetworkInterfaceId: n.NetworkInterfaceId, SubnetId: n.SubnetId, VpcId: n.VpcId, PrivateIpAddress: n.PrivateIpAddress,
		Groups: n.Groups, InterfaceType: aws.String(string(n.InterfaceType)),
	}
	if n.Association != nil {
		out.Association = &types.InstanceNetworkInterfaceAssociation{
			PublicIp: n.Association.PublicIp, CarrierIp: n.Association.CarrierIp, CustomerOwnedIp: n.Association.CustomerOwnedIp,
		}
	}
	for _, a := range n.Ipv6Addresses {
		out.Ipv6Addresses = append(out.Ipv6Addresses, types.InstanceIpv6Address{Ipv6Address: a.Ipv6Address})
	}
	return out
}

// alwaysTracked are the types of interfaces whose traffic the other end tracks whatever its rules.
//
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/security-group-connection-tracking.html#automatic-tracking
var alwaysTracked = map[types.NetworkInterfaceType]string{
	types.NetworkInterfaceTypeNetworkLoadBalancer:         "a Network Load Balancer's traffic",
	types.NetworkInterfaceTypeGatewayLoadBalancer:         "a Gateway Load Balancer's traffic",
	types.NetworkInterfaceTypeGatewayLoadBalancerEndpoint: "the traffic of a Gateway Load Balancer's endpoint",
	types.NetworkInterfaceTypeVpcEndpoint:                 "an endpoint's traffic",
	types.NetworkInterfaceTypeTransitGateway:              "a transit gateway's traffic",
	types.NetworkInterfaceTypeGlobalAcceleratorManaged:    "Global Accelerator's traffic",
	types.NetworkInterfaceTypeLambda:                      "a function's traffic",
	types.NetworkInterfaceTypeNatGateway:                  "a NAT gateway's traffic",
	"nat_gateway":                                         "a NAT gateway's traffic",
}
