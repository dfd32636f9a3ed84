package load

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// Group is an Auto Scaling group of the description.
type Group struct {
	Name         string
	Desired, Max int
	Members      []Member
	Subnets      []string
}

// Member is an instance of a group, and the state of its lifecycle.
type Member struct{ Instance, State string }

// Profile is an instance profile of the description, and the role that it is for.
type Profile struct{ Name, Role, RolePath string }

// scalingGroup is an element of "aws autoscaling describe-auto-scaling-groups".
type scalingGroup struct {
	AutoScalingGroupName *string
	DesiredCapacity      *int
	MaxSize              *int
	VPCZoneIdentifier    *string // subnets, with commas between them
	Instances            []struct{ InstanceId, LifecycleState *string }
}

// instanceProfile is an element of "aws iam list-instance-profiles".
type instanceProfile struct {
	InstanceProfileName *string
	Roles               []struct{ RoleName, Path *string }
}

func (c *checker) checkGroups(e *export) {
	seen := map[string]bool{}
	for n, g := range e.ScalingGroups {
		name := aws.ToString(g.AutoScalingGroupName)
		switch {
		case name == "" || g.DesiredCapacity == nil || g.MaxSize == nil:
			c.say("Auto Scaling group number %d: it needs AutoScalingGroupName, DesiredCapacity and MaxSize", n+1)
		case seen[name]:
			c.say("Auto Scaling group %s is described twice", name)
		}
		seen[name] = true
		for _, i := range g.Instances {
			if aws.ToString(i.InstanceId) == "" || aws.ToString(i.LifecycleState) == "" {
				c.say("Auto Scaling group %s: an instance needs InstanceId and LifecycleState", name)
			}
		}
	}
	for n, p := range e.Profiles {
		if aws.ToString(p.InstanceProfileName) == "" {
			c.say("instance profile number %d: it needs InstanceProfileName", n+1)
		}
		if len(p.Roles) > 1 {
			c.say("instance profile %s has %d roles; IAM gives one at most", aws.ToString(p.InstanceProfileName), len(p.Roles))
		}
	}
}

func (e *export) groups() (all []Group) {
	for _, g := range e.ScalingGroups {
		of := Group{Name: *g.AutoScalingGroupName, Desired: *g.DesiredCapacity, Max: *g.MaxSize}
		if subnets := aws.ToString(g.VPCZoneIdentifier); subnets != "" {
			of.Subnets = strings.Split(subnets, ",")
		}
		for _, i := range g.Instances {
			of.Members = append(of.Members, Member{*i.InstanceId, *i.LifecycleState})
		}
		all = append(all, of)
	}
	return all
}

func (e *export) profiles() (all []Profile) {
	for _, p := range e.Profiles {
		of := Profile{Name: *p.InstanceProfileName}
		for _, r := range p.Roles {
			of.Role, of.RolePath = aws.ToString(r.RoleName), aws.ToString(r.Path)
		}
		all = append(all, of)
	}
	return all
}
