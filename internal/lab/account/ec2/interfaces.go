package ec2

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
)

var (
	describeNetworkInterfaces = call.Operation{
		Name:  "DescribeNetworkInterfaces",
		Reads: []string{"NetworkInterfaceIds", "Filters", "MaxResults", "NextToken"},
	}
	modifyNetworkInterfaceAttribute = call.Operation{
		Name: "ModifyNetworkInterfaceAttribute", Mutating: true,
		Needs: []string{"NetworkInterfaceId"}, Reads: []string{"Groups"},
	}
)

// DescribeNetworkInterfaces follows https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkInterfaces.html
func (c *Client) DescribeNetworkInterfaces(ctx context.Context, in *ec2.DescribeNetworkInterfacesInput, _ ...func(*ec2.Options)) (*ec2.DescribeNetworkInterfacesOutput, error) {
	r := c.resources
	return call.Invoke(ctx, r.service, describeNetworkInterfaces, in, func(in *ec2.DescribeNetworkInterfacesInput) (*ec2.DescribeNetworkInterfacesOutput, error) {
		found, next, err := r.interfaceSearch().run(r, describeNetworkInterfaces, pageRequest{in.MaxResults, in.NextToken, in.NetworkInterfaceIds}, in.Filters)
		return &ec2.DescribeNetworkInterfacesOutput{NetworkInterfaces: found, NextToken: next}, err
	})
}

func (r *Resources) interfaceSearch() search[types.NetworkInterface] {
	return search[types.NetworkInterface]{
		kind: KindInterface, from: &r.network.interfaces,
		id:   func(n *types.NetworkInterface) *string { return n.NetworkInterfaceId },
		tags: func(n *types.NetworkInterface) []types.Tag { return n.TagSet },
		known: filters[types.NetworkInterface]{
			"network-interface-id": func(n *types.NetworkInterface) []string { return one(n.NetworkInterfaceId) },
			"vpc-id":               func(n *types.NetworkInterface) []string { return one(n.VpcId) },
			"subnet-id":            func(n *types.NetworkInterface) []string { return one(n.SubnetId) },
			"requester-managed":    func(n *types.NetworkInterface) []string { return truth(n.RequesterManaged) },
			"group-id":             func(n *types.NetworkInterface) []string { return groupIDs(n.Groups) },
			"attachment.instance-id": func(n *types.NetworkInterface) []string {
				if n.Attachment == nil {
					return nil
				}
				return one(n.Attachment.InstanceId)
			},
		},
	}
}

func groupIDs(groups []types.GroupIdentifier) []string {
	var ids []string
	for _, g := range groups {
		ids = append(ids, aws.ToString(g.GroupId))
	}
	return ids
}

// ModifyNetworkInterfaceAttribute follows https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyNetworkInterfaceAttribute.html
//
// Groups replaces the interface's security groups.
func (c *Client) ModifyNetworkInterfaceAttribute(ctx context.Context, in *ec2.ModifyNetworkInterfaceAttributeInput, _ ...func(*ec2.Options)) (*ec2.ModifyNetworkInterfaceAttributeOutput, error) {
	r := c.resources
	return call.Invoke(ctx, r.service, modifyNetworkInterfaceAttribute, in, func(in *ec2.ModifyNetworkInterfaceAttributeInput) (*ec2.ModifyNetworkInterfaceAttributeOutput, error) {
		return &ec2.ModifyNetworkInterfaceAttributeOutput{}, r.replaceGroups(*in.NetworkInterfaceId, in.Groups)
	})
}

// maxGroups is the default quota of security groups an interface:
// https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
const maxGroups = 5

func (r *Resources) replaceGroups(id string, ids []string) error {
	found, err := lookup(KindInterface, &r.network.interfaces, []string{id})
	if err != nil {
		return err
	}
	switch {
	case len(ids) == 0:
		return call.Fail("InvalidParameterCombination", "No attributes specified.")
	case aws.ToBool(found[0].RequesterManaged):
		return call.Fail("AuthFailure", "You do not have permission to access the specified resource.")
	case len(ids) > maxGroups:
		return call.Fail("SecurityGroupsPerInterfaceLimitExceeded", "The maximum number of security groups per interface has been reached.")
	}
	var groups []types.GroupIdentifier
	for _, id := range ids {
		g, err := r.groupFor(found[0], id)
		if err != nil {
			return err
		}
		groups = append(groups, g)
	}
	r.setGroups(found[0], groups)
	return nil
}

// groupFor refers to a group of the interface's VPC. If the loaded description has no groups, a
// group that no call made is taken for one of them.
func (r *Resources) groupFor(n *types.NetworkInterface, id string) (types.GroupIdentifier, error) {
	found, err := lookup(KindGroup, &r.network.groups, []string{id})
	switch {
	case err != nil && r.network.unknown.SecurityGroups && KindGroup.WellFormed(id):
		return types.GroupIdentifier{GroupId: &id}, nil
	case err != nil:
		return types.GroupIdentifier{}, err
	case aws.ToString(found[0].VpcId) != aws.ToString(n.VpcId):
		return types.GroupIdentifier{}, call.Fail("InvalidGroup.NotFound", "You have specified two resources that belong to different networks.")
	}
	return types.GroupIdentifier{GroupId: found[0].GroupId, GroupName: found[0].GroupName}, nil
}

// setGroups sets the groups of the interface, which EC2 shows at its instance, too.
func (r *Resources) setGroups(n *types.NetworkInterface, groups []types.GroupIdentifier) {
	n.Groups = groups
	if n.Attachment == nil {
		return
	}
	i, ok := r.storage.instances.get(aws.ToString(n.Attachment.InstanceId))
	if !ok {
		return
	}
	for at := range i.NetworkInterfaces {
		if aws.ToString(i.NetworkInterfaces[at].NetworkInterfaceId) != aws.ToString(n.NetworkInterfaceId) {
			continue
		}
		i.NetworkInterfaces[at].Groups = call.Clone(groups)
		if at == 0 {
			i.SecurityGroups = call.Clone(groups)
		}
	}
}
