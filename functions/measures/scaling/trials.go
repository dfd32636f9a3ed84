package scaling

import (
	"context"

	"github.com/ec2-quarantine/quarantine/internal/preflight"
)

// Trials are the group's reads, for a preflight: its changes have no DryRun.
func Trials(s Services, t preflight.Targets) []preflight.Trial {
	r := t.Resource()
	instance, vpc := preflight.Thing{What: "an instance", ID: t.Instance}, preflight.Thing{What: "a VPC", ID: t.VPC}
	return []preflight.Trial{
		preflight.DescribesInstance(s.Fleet, t),
		{Action: "autoscaling:DescribeAutoScalingInstances", On: []preflight.Thing{instance}, Call: func(ctx context.Context) error {
			_, _, err := s.Groups.Membership(ctx, r)
			return err
		}},
		{Action: "autoscaling:DescribeAutoScalingGroups", On: []preflight.Thing{{What: "an Auto Scaling group", ID: t.Group}}, Call: func(ctx context.Context) error {
			_, err := s.Groups.Group(ctx, r, t.Group)
			return err
		}},
		{Action: "elasticloadbalancing:DescribeTargetGroups", On: []preflight.Thing{vpc, instance}, Call: func(ctx context.Context) error {
			_, _, err := s.TargetGroups.TargetsOf(ctx, r, []string{t.VPC}, []string{t.Instance})
			return err
		}},
		{Action: "elasticloadbalancing:DescribeLoadBalancers", On: []preflight.Thing{instance}, Call: func(ctx context.Context) error {
			_, err := s.Classic.BalancersOf(ctx, r)
			return err
		}},
	}
}
