package account

import (
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/ec2"
)

// groupTag is the tag that Auto Scaling puts on each instance of a group.
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-tagging.html
const groupTag = "aws:autoscaling:groupName"

// addGroups adds the Auto Scaling groups that the account's running instances say they are in:
// each is taken to have them in service, and room for one more.
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
		a.AddGroup(ScalingGroup{Name: group, Instances: members[group]})
	}
}
