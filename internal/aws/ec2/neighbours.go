package ec2

import (
	"cmp"
	"context"
	"regexp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsec2 "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Bounds of a count of neighbours: 1000 is the largest page, and a subnet of 4,000 addresses
// takes longer than a cut waits.
const (
	neighboursPage  = 1000
	neighboursPages = 3
)

// Neighbours lists the interfaces in use in these subnets, but those that are attached to the
// resource. Action: ec2:DescribeNetworkInterfaces.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkInterfaces.html
func (c *Client) Neighbours(ctx context.Context, r quarantine.Resource, subnets []string) (found []quarantine.Neighbour, all bool, err error) {
	api, err := c.in(r)
	if err != nil {
		return nil, false, err
	}
	pages := awsec2.NewDescribeNetworkInterfacesPaginator(api, &awsec2.DescribeNetworkInterfacesInput{
		Filters: []types.Filter{{Name: aws.String("subnet-id"), Values: subnets}}, MaxResults: aws.Int32(neighboursPage),
	})
	for range neighboursPages {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, false, failure("DescribeNetworkInterfaces", err)
		}
		for _, n := range page.NetworkInterfaces {
			if neighbour, is := NeighbourOf(n); is && neighbour.Of != r.ID {
				found = append(found, neighbour)
			}
		}
		if !pages.HasMorePages() {
			return found, true, nil
		}
	}
	return found, false, nil
}

// NeighbourOf says what an interface belongs to. One that nothing uses is no neighbour.
func NeighbourOf(n types.NetworkInterface) (quarantine.Neighbour, bool) {
	out := quarantine.Neighbour{Interface: aws.ToString(n.NetworkInterfaceId), Subnet: aws.ToString(n.SubnetId)}
	if a := n.Attachment; a != nil && aws.ToString(a.InstanceId) != "" {
		out.Kind, out.Of = quarantine.NeighbourInstance, *a.InstanceId
		return out, true
	}
	managed, text := aws.ToBool(n.RequesterManaged), aws.ToString(n.Description)
	switch {
	case n.InterfaceType == types.NetworkInterfaceTypeBranch:
		out.Kind = quarantine.NeighbourBranch
	case byType[string(n.InterfaceType)] != "":
		out.Kind = byType[string(n.InterfaceType)]
	case managed:
		out.Kind = byDescription(aws.ToString(n.RequesterId), text)
	default:
		return out, false
	}
	out.Of = cmp.Or(thingIn(out.Kind, text), out.Interface)
	return out, true
}

// byType are the types that tell what an interface belongs to. EC2's reference has natGateway
// as a value and nat_gateway as a filter, and answers with the latter.
var byType = map[string]quarantine.NeighbourKind{
	string(types.NetworkInterfaceTypeNatGateway): quarantine.NeighbourNATGateway,
	"nat_gateway": quarantine.NeighbourNATGateway,
	string(types.NetworkInterfaceTypeLoadBalancer):                quarantine.NeighbourLoadBalancer,
	string(types.NetworkInterfaceTypeNetworkLoadBalancer):         quarantine.NeighbourLoadBalancer,
	string(types.NetworkInterfaceTypeGatewayLoadBalancer):         quarantine.NeighbourLoadBalancer,
	string(types.NetworkInterfaceTypeVpcEndpoint):                 quarantine.NeighbourEndpoint,
	string(types.NetworkInterfaceTypeGatewayLoadBalancerEndpoint): quarantine.NeighbourEndpoint,
	string(types.NetworkInterfaceTypeLambda):                      quarantine.NeighbourFunction,
}

// byDescription tells what a requester-managed interface of no type of its own belongs to, by
// who asked for it and by the text that the service gave it. Only the owner of an interface can
// change its description, and of these a service is the owner.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/requester-managed-eni.html
func byDescription(requester, text string) quarantine.NeighbourKind {
	switch {
	case requester == "amazon-elb" || strings.HasPrefix(text, "ELB "):
		return quarantine.NeighbourLoadBalancer
	case requester == "amazon-rds" || text == "RDSNetworkInterface":
		return quarantine.NeighbourDatabase
	case strings.HasPrefix(text, "VPC Endpoint Interface"):
		return quarantine.NeighbourEndpoint
	case strings.HasPrefix(text, "Interface for NAT Gateway"):
		return quarantine.NeighbourNATGateway
	case strings.HasPrefix(text, "EFS mount target for"):
		return quarantine.NeighbourFileSystem
	case strings.HasPrefix(text, "AWS Lambda VPC ENI"):
		return quarantine.NeighbourFunction
	default:
		return quarantine.NeighbourOther
	}
}

// things are how a description names what the interface belongs to: the gateway, endpoint,
// mount target or load balancer has one in each of several subnets, or several in one.
var things = map[quarantine.NeighbourKind]*regexp.Regexp{
	quarantine.NeighbourNATGateway:   regexp.MustCompile(`nat-[0-9a-f]+`),
	quarantine.NeighbourEndpoint:     regexp.MustCompile(`vpce-[0-9a-f]+`),
	quarantine.NeighbourFileSystem:   regexp.MustCompile(`fsmt-[0-9a-f]+`),
	quarantine.NeighbourLoadBalancer: regexp.MustCompile(`[^ ]+$`),
}

func thingIn(kind quarantine.NeighbourKind, text string) string {
	if form := things[kind]; form != nil {
		return form.FindString(text)
	}
	return ""
}
