package ec2

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsec2 "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Instance describes one instance, with its network interfaces and volumes. A
// terminated instance has neither any more, and is an InstanceGone error.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html
func (c *Client) Instance(ctx context.Context, r quarantine.Resource) (quarantine.Instance, error) {
	api, err := c.in(r)
	if err != nil {
		return quarantine.Instance{}, err
	}
	pages := awsec2.NewDescribeInstancesPaginator(api, &awsec2.DescribeInstancesInput{InstanceIds: []string{r.ID}})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return quarantine.Instance{}, failure("DescribeInstances", err)
		}
		for _, reservation := range page.Reservations {
			for _, i := range reservation.Instances {
				if aws.ToString(i.InstanceId) == r.ID {
					return live(instanceOf(aws.ToString(reservation.OwnerId), i))
				}
			}
		}
	}
	return quarantine.Instance{}, quarantine.Failf(quarantine.InstanceGone, "EC2 does not list instance %s", r.ID)
}

// described is an instance as EC2 describes it, by its id alone: the answer has one page. A
// terminated instance is an InstanceGone error.
func (c *Client) described(ctx context.Context, r quarantine.Resource) (types.Instance, error) {
	api, err := c.in(r)
	if err != nil {
		return types.Instance{}, err
	}
	found, err := api.DescribeInstances(ctx, &awsec2.DescribeInstancesInput{InstanceIds: []string{r.ID}})
	if err != nil {
		return types.Instance{}, failure("DescribeInstances", err)
	}
	for _, reservation := range found.Reservations {
		for _, i := range reservation.Instances {
			_, err := live(instanceOf(aws.ToString(reservation.OwnerId), i))
			return i, err
		}
	}
	return types.Instance{}, quarantine.Failf(quarantine.InstanceGone, "EC2 does not list instance %s", r.ID)
}

func live(i quarantine.Instance) (quarantine.Instance, error) {
	if i.State == string(types.InstanceStateNameTerminated) {
		return quarantine.Instance{}, quarantine.Failf(quarantine.InstanceGone, "instance %s is terminated", i.ID)
	}
	return i, nil
}

func instanceOf(owner string, i types.Instance) quarantine.Instance {
	out := quarantine.Instance{
		ID:         aws.ToString(i.InstanceId),
		AccountID:  owner,
		Type:       string(i.InstanceType),
		ImageID:    aws.ToString(i.ImageId),
		Platform:   aws.ToString(i.PlatformDetails),
		LaunchedAt: aws.ToTime(i.LaunchTime).UTC(),
		Tags:       tagMap(i.Tags),
	}
	if i.State != nil {
		out.State = string(i.State.Name)
	}
	if out.Platform == "" {
		out.Platform = string(i.Platform)
	}
	if i.IamInstanceProfile != nil {
		out.ProfileARN = aws.ToString(i.IamInstanceProfile.Arn)
	}
	for _, n := range i.NetworkInterfaces {
		out.Interfaces = append(out.Interfaces, interfaceOf(n))
	}
	for _, m := range i.BlockDeviceMappings {
		if m.Ebs != nil && m.Ebs.VolumeId != nil {
			out.Volumes = append(out.Volumes, quarantine.VolumeRef{ID: *m.Ebs.VolumeId, Device: aws.ToString(m.DeviceName)})
		}
	}
	return out
}

func interfaceOf(n types.InstanceNetworkInterface) quarantine.Interface {
	out := quarantine.Interface{
		ID:        aws.ToString(n.NetworkInterfaceId),
		VPCID:     aws.ToString(n.VpcId),
		SubnetID:  aws.ToString(n.SubnetId),
		PrivateIP: aws.ToString(n.PrivateIpAddress),
		PublicIP:  publicIP(n),
		Forwards:  n.SourceDestCheck != nil && !*n.SourceDestCheck,
	}
	if t := aws.ToString(n.InterfaceType); t != string(types.NetworkInterfaceTypeInterface) {
		out.Type = t
	}
	for _, a := range n.Ipv6Addresses {
		out.IPv6 = append(out.IPv6, aws.ToString(a.Ipv6Address))
	}
	for _, g := range n.Groups {
		out.SecurityGroups = append(out.SecurityGroups, aws.ToString(g.GroupId))
	}
	return out
}

// publicIP is the interface's public IPv4 address: that of its primary private
// address or, if that has none, of the first secondary one that has one.
func publicIP(n types.InstanceNetworkInterface) string {
	if n.Association != nil && n.Association.PublicIp != nil {
		return *n.Association.PublicIp
	}
	for _, a := range n.PrivateIpAddresses {
		if a.Association != nil && a.Association.PublicIp != nil {
			return *a.Association.PublicIp
		}
	}
	return ""
}
