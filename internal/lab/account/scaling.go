package account

import (
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/ec2"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/iam"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/load"
)

// groupTag is the tag that Auto Scaling puts on each instance of a group.
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-tagging.html
const groupTag = "aws:autoscaling:groupName"

// inService is the state of a member that its group counts.
const inService = "InService"

// addDescribed adds the Auto Scaling groups and the instance profiles of a description.
func (a *Account) addDescribed(d load.Account) {
	for _, g := range d.Groups {
		of := ScalingGroup{Name: g.Name, Max: g.Max, Desired: g.Desired, Subnets: g.Subnets}
		for _, m := range g.Members {
			of.Instances = append(of.Instances, m.Instance)
		}
		a.AddGroup(of)
		for _, m := range g.Members {
			if m.State != inService {
				a.SetState(m.Instance, m.State)
			}
		}
	}
	for _, p := range d.Profiles {
		a.AddRole(iam.Role{Name: p.Role, Path: p.RolePath, Profile: p.Name})
	}
}

// addGroups adds the Auto Scaling groups that the account's running instances say they are in, unless
// they are known with all of them: each is taken to have them in service, and room for one more.
func (a *Account) addGroups() {
	members := map[string][]string{}
	a.Read(func(d ec2.Description) {
		for _, i := range d.Instances {
			for _, tag := range i.Tags {
				if aws.ToString(tag.Key) == groupTag && i.State != nil && i.State.Name == "running" {
					group := aws.ToString(tag.Value)
					members[group] = append(members[group], aws.ToString(i.InstanceId))
				}
			}
		}
	})
	for _, group := range slices.Sorted(maps.Keys(members)) {
		if a.HasMembers(group, members[group]...) {
			continue
		}
		a.AddGroup(ScalingGroup{Name: group, Instances: members[group]})
	}
}
