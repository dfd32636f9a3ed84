package network

import (
	"context"

	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/preflight"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Trials are the group's calls, for a preflight: a security group for the VPC, and for an interface one
// that it has.
func Trials(network *ec2.Client, t preflight.Targets) []preflight.Trial {
	r := t.Resource()
	instance := []preflight.Thing{{What: "an instance", ID: t.Instance}}
	group := preflight.Thing{What: "a security group", ID: t.SecurityGroup}
	return []preflight.Trial{
		preflight.DescribesInstance(network, t),
		{Action: "ec2:DescribeNetworkInterfaces", On: instance, Call: func(ctx context.Context) error {
			_, err := network.NetworkInterfaces(ctx, r)
			return err
		}},
		{Action: "ec2:DescribeSecurityGroups", On: []preflight.Thing{group}, Call: func(ctx context.Context) error {
			_, err := network.SecurityGroups(ctx, r, []string{t.SecurityGroup})
			return err
		}},
		{Action: "ec2:CreateSecurityGroup", With: []string{"ec2:CreateTags"}, On: []preflight.Thing{{What: "a VPC", ID: t.VPC}}, Call: func(ctx context.Context) error {
			_, err := network.CreateSecurityGroup(ctx, r, t.VPC, "ec2-quarantine", "preflight", map[string]string{quarantine.TagProduct: quarantine.Product})
			return err
		}},
		{Action: "ec2:RevokeSecurityGroupEgress", On: []preflight.Thing{group}, Call: func(ctx context.Context) error {
			there, err := network.RevokeEgress(ctx, r, t.SecurityGroup)
			if err == nil && !there {
				err = quarantine.Failf(quarantine.ThingGone, "%s has no rule out whose removal could be tried", t.SecurityGroup)
			}
			return err
		}},
		{
			Action: "ec2:ModifyNetworkInterfaceAttribute",
			On:     []preflight.Thing{{What: "a network interface", ID: t.Interface}, group},
			Call: func(ctx context.Context) error {
				return network.SetGroups(ctx, r, t.Interface, []string{t.SecurityGroup})
			},
		},
	}
}
