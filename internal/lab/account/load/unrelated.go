package load

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// leaveOut removes what is of no consequence for the instances that the description is
// read for, so that an export with filters, or the rest of an account, is no reason to
// refuse it: other VPCs, volumes of instances that are not described (of a Fargate task, of
// one that a filter has left out), and associations with subnets that are not.
func (e *export) leaveOut(about []string) {
	if vpcs := e.vpcsOf(about); len(vpcs) > 0 {
		e.keepVPCs(vpcs)
		e.keepInstances(about)
	}
	machines, subnets := map[string]bool{}, map[string]bool{}
	for _, r := range e.Reservations {
		for _, i := range r.Instances {
			machines[aws.ToString(i.InstanceId)] = true
		}
	}
	for _, s := range e.Subnets {
		subnets[aws.ToString(s.SubnetId)] = true
	}
	e.Volumes = slices.DeleteFunc(e.Volumes, func(v types.Volume) bool {
		return len(v.Attachments) > 0 && !slices.ContainsFunc(v.Attachments, func(at types.VolumeAttachment) bool { return machines[aws.ToString(at.InstanceId)] })
	})
	for n := range e.NetworkAcls {
		acl := &e.NetworkAcls[n]
		acl.Associations = slices.DeleteFunc(acl.Associations, func(as types.NetworkAclAssociation) bool { return !subnets[aws.ToString(as.SubnetId)] })
	}
	for n := range e.RouteTables {
		table := &e.RouteTables[n]
		table.Associations = slices.DeleteFunc(table.Associations, func(as types.RouteTableAssociation) bool {
			return as.SubnetId != nil && !subnets[*as.SubnetId]
		})
	}
}

// vpcsOf are the VPCs of the instances and of their interfaces.
func (e *export) vpcsOf(about []string) map[string]bool {
	vpcs := map[string]bool{}
	for _, r := range e.Reservations {
		for _, i := range r.Instances {
			if !slices.Contains(about, aws.ToString(i.InstanceId)) {
				continue
			}
			for _, eni := range i.NetworkInterfaces {
				vpcs[aws.ToString(eni.VpcId)] = true
			}
		}
	}
	return vpcs
}

func (e *export) keepVPCs(vpcs map[string]bool) {
	other := func(vpc *string) bool { return !vpcs[aws.ToString(vpc)] }
	e.Vpcs = slices.DeleteFunc(e.Vpcs, func(v types.Vpc) bool { return other(v.VpcId) })
	e.Subnets = slices.DeleteFunc(e.Subnets, func(s types.Subnet) bool { return other(s.VpcId) })
	e.NetworkAcls = slices.DeleteFunc(e.NetworkAcls, func(a types.NetworkAcl) bool { return other(a.VpcId) })
	e.SecurityGroups = slices.DeleteFunc(e.SecurityGroups, func(g types.SecurityGroup) bool { return other(g.VpcId) })
	e.RouteTables = slices.DeleteFunc(e.RouteTables, func(t types.RouteTable) bool { return other(t.VpcId) })
	e.Interfaces = slices.DeleteFunc(e.Interfaces, func(n types.NetworkInterface) bool { return other(n.VpcId) })
}

// keepInstances removes the instances that are not asked about and whose interfaces are in
// subnets that are not described.
func (e *export) keepInstances(about []string) {
	described := func(eni types.InstanceNetworkInterface) bool {
		return slices.ContainsFunc(e.Subnets, func(s types.Subnet) bool { return aws.ToString(s.SubnetId) == aws.ToString(eni.SubnetId) })
	}
	for n := range e.Reservations {
		r := &e.Reservations[n]
		r.Instances = slices.DeleteFunc(r.Instances, func(i types.Instance) bool {
			outside := slices.ContainsFunc(i.NetworkInterfaces, func(eni types.InstanceNetworkInterface) bool { return !described(eni) })
			return outside && !slices.Contains(about, aws.ToString(i.InstanceId))
		})
	}
}
