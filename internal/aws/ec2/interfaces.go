package ec2

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsec2 "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/internal/aws/awserror"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// NetworkInterfacesAPI has the operations that read and change network interfaces.
type NetworkInterfacesAPI interface {
	DescribeNetworkInterfaces(context.Context, *awsec2.DescribeNetworkInterfacesInput, ...func(*awsec2.Options)) (*awsec2.DescribeNetworkInterfacesOutput, error)
	ModifyNetworkInterfaceAttribute(context.Context, *awsec2.ModifyNetworkInterfaceAttributeInput, ...func(*awsec2.Options)) (*awsec2.ModifyNetworkInterfaceAttributeOutput, error)
}

// NetworkInterfaces lists the interfaces that are attached to the instance: none if it is gone.
// Branches of a trunk are no attachments. Action: ec2:DescribeNetworkInterfaces.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkInterfaces.html
func (c *Client) NetworkInterfaces(ctx context.Context, r quarantine.Resource) ([]quarantine.Interface, error) {
	return c.interfaces(ctx, r, types.Filter{Name: aws.String("attachment.instance-id"), Values: []string{r.ID}})
}

// tagTrunk is the tag by which the controller of EKS names the trunk of a branch interface. EC2 has
// no field for that, and ECS no tag:
// https://github.com/aws/amazon-vpc-resource-controller-k8s/blob/master/pkg/config/type.go
const tagTrunk = "vpcresources.k8s.aws/trunk-eni-id"

// BranchInterfaces lists the interfaces that are tagged as branches of these trunks. A tag can be
// missing or untrue: what is listed is told, and decides nothing. Action:
// ec2:DescribeNetworkInterfaces.
func (c *Client) BranchInterfaces(ctx context.Context, r quarantine.Resource, trunks []string) ([]quarantine.Interface, error) {
	return c.interfaces(ctx, r, types.Filter{Name: aws.String("tag:" + tagTrunk), Values: trunks})
}

// interfaces lists those that a filter lets through.
func (c *Client) interfaces(ctx context.Context, r quarantine.Resource, filter types.Filter) ([]quarantine.Interface, error) {
	api, err := c.in(r)
	if err != nil {
		return nil, err
	}
	pages := awsec2.NewDescribeNetworkInterfacesPaginator(api, &awsec2.DescribeNetworkInterfacesInput{Filters: []types.Filter{filter}})
	var out []quarantine.Interface
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, failure("DescribeNetworkInterfaces", err)
		}
		for _, n := range page.NetworkInterfaces {
			out = append(out, attachedInterfaceOf(n))
		}
	}
	return out, nil
}

func attachedInterfaceOf(n types.NetworkInterface) quarantine.Interface {
	out := quarantine.Interface{
		ID: aws.ToString(n.NetworkInterfaceId), VPCID: aws.ToString(n.VpcId), SubnetID: aws.ToString(n.SubnetId),
		OwnerID: aws.ToString(n.OwnerId), Type: string(n.InterfaceType), RequesterManaged: aws.ToBool(n.RequesterManaged),
	}
	for _, g := range n.Groups {
		out.SecurityGroups = append(out.SecurityGroups, aws.ToString(g.GroupId))
	}
	slices.Sort(out.SecurityGroups)
	return out
}

// NetworkInterface describes one interface. Errors: ThingGone if EC2 does not know it (any
// more). Action: ec2:DescribeNetworkInterfaces.
func (c *Client) NetworkInterface(ctx context.Context, r quarantine.Resource, id string) (quarantine.Interface, error) {
	api, err := c.in(r)
	if err != nil {
		return quarantine.Interface{}, err
	}
	found, err := api.DescribeNetworkInterfaces(ctx, &awsec2.DescribeNetworkInterfacesInput{NetworkInterfaceIds: []string{id}})
	if awserror.HasCode(err, "InvalidNetworkInterfaceID.NotFound") || err == nil && len(found.NetworkInterfaces) == 0 {
		return quarantine.Interface{}, quarantine.Failf(quarantine.ThingGone, "EC2 does not know network interface %s (any more)", id)
	}
	if err != nil {
		return quarantine.Interface{}, failure("DescribeNetworkInterfaces", err)
	}
	return attachedInterfaceOf(found.NetworkInterfaces[0]), nil
}

// SetGroups replaces the security groups of an interface, which must have at least one. It does
// not end connections that are tracked:
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/security-group-connection-tracking.html
//
// Errors: Contended if the interface or a group is gone, or a group is of another VPC;
// AccessDenied for a requester-managed interface too; QuotaReached for too many groups.
// Action: ec2:ModifyNetworkInterfaceAttribute, on the interface and on each group.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyNetworkInterfaceAttribute.html
func (c *Client) SetGroups(ctx context.Context, r quarantine.Resource, interfaceID string, groups []string) error {
	api, err := c.in(r)
	if err != nil {
		return err
	}
	_, err = api.ModifyNetworkInterfaceAttribute(ctx, &awsec2.ModifyNetworkInterfaceAttributeInput{
		DryRun:             dry(ctx),
		NetworkInterfaceId: aws.String(interfaceID), Groups: groups,
	})
	return failure("ModifyNetworkInterfaceAttribute", err)
}
