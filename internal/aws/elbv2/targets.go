package elbv2

import (
	"context"
	"net/netip"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awselb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"github.com/ec2-quarantine/quarantine/internal/arn"
	"github.com/ec2-quarantine/quarantine/internal/aws/awserror"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Most is how many target groups are asked for their targets: each is a call.
const Most = 200

// TargetsOf are the targets with these ids, of instances or IP addresses, that are registered in the
// target groups of the VPCs, and not draining; and how many of the groups were not asked, because
// there are too many. Those that a load balancer uses are asked first. Actions:
// elasticloadbalancing:DescribeTargetGroups, elasticloadbalancing:DescribeTargetHealth.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTargetGroups.html
func (c *Client) TargetsOf(ctx context.Context, r quarantine.Resource, vpcs, ids []string) (found []quarantine.Target, unasked int, err error) {
	api, err := c.in(r)
	if err != nil {
		return nil, 0, err
	}
	groups, err := groupsOf(ctx, api, vpcs)
	if err != nil {
		return nil, 0, err
	}
	asked := groups[:min(len(groups), Most)]
	for _, group := range asked {
		targets, err := targetsIn(ctx, api, group, ids)
		if quarantine.Is(err, quarantine.ThingGone) {
			continue // since the list was read
		}
		if err != nil {
			return nil, 0, err
		}
		found = append(found, targets...)
	}
	return found, len(groups) - len(asked), nil
}

// groupsOf are the target groups of the VPCs that can have an instance or its addresses, with those
// that a load balancer uses first.
func groupsOf(ctx context.Context, api API, vpcs []string) (out []types.TargetGroup, err error) {
	pages := awselb.NewDescribeTargetGroupsPaginator(api, &awselb.DescribeTargetGroupsInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, failure("DescribeTargetGroups", err)
		}
		for _, g := range page.TargetGroups {
			takes := g.TargetType == types.TargetTypeEnumInstance || g.TargetType == types.TargetTypeEnumIp
			if takes && slices.Contains(vpcs, aws.ToString(g.VpcId)) {
				out = append(out, g)
			}
		}
	}
	unused := func(g types.TargetGroup) int { return min(1, len(g.LoadBalancerArns)) }
	slices.SortStableFunc(out, func(a, b types.TargetGroup) int { return unused(b) - unused(a) })
	return out, nil
}

// targetsIn are the group's targets with these ids. All of them are on one page, and a request that
// names a target names its port, which nobody knows before.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTargetHealth.html
func targetsIn(ctx context.Context, api API, group types.TargetGroup, ids []string) (out []quarantine.Target, err error) {
	answer, err := api.DescribeTargetHealth(ctx, &awselb.DescribeTargetHealthInput{TargetGroupArn: group.TargetGroupArn})
	if err != nil {
		return nil, failure("DescribeTargetHealth", err)
	}
	for _, d := range answer.TargetHealthDescriptions {
		if d.Target == nil || standing(d.TargetHealth) != quarantine.Registered {
			continue
		}
		t := quarantine.Target{
			Group: nameOf(aws.ToString(group.TargetGroupArn)), ID: plain(aws.ToString(d.Target.Id)), Port: aws.ToInt32(d.Target.Port),
			Zone: aws.ToString(d.Target.AvailabilityZone), ServerID: aws.ToString(d.Target.QuicServerId),
		}
		if group.TargetType == types.TargetTypeEnumInstance {
			t.Zone = "" // such a group takes none
		}
		if slices.Contains(ids, t.ID) {
			out = append(out, t)
		}
	}
	return out, nil
}

// Registration is how the target stands. Errors: ThingGone if there is no such target group. Action:
// elasticloadbalancing:DescribeTargetHealth.
func (c *Client) Registration(ctx context.Context, r quarantine.Resource, t quarantine.Target) (quarantine.Registration, error) {
	api, err := c.in(r)
	if err != nil {
		return "", err
	}
	answer, err := api.DescribeTargetHealth(ctx, &awselb.DescribeTargetHealthInput{TargetGroupArn: arnOf(r, t.Group), Targets: described(t)})
	if awserror.HasCode(err, "InvalidTarget") {
		return quarantine.Absent, nil
	}
	if err != nil {
		return "", failure("DescribeTargetHealth", err)
	}
	for _, d := range answer.TargetHealthDescriptions {
		if d.Target != nil && plain(aws.ToString(d.Target.Id)) == t.ID && aws.ToInt32(d.Target.Port) == t.Port {
			return standing(d.TargetHealth), nil
		}
	}
	return quarantine.Absent, nil
}

// standing is how a target of that health stands: it is registered whatever its checks say, and in a
// group that no load balancer uses, too.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetHealth.html
func standing(h *types.TargetHealth) quarantine.Registration {
	switch {
	case h == nil:
		return quarantine.Absent
	case h.State == types.TargetHealthStateEnumDraining || h.State == types.TargetHealthStateEnumUnhealthyDraining:
		return quarantine.Draining
	case h.State == types.TargetHealthStateEnumUnused && h.Reason == types.TargetHealthReasonEnumNotRegistered:
		return quarantine.Absent
	}
	return quarantine.Registered
}

// Register registers the target. Errors: ThingGone; NotSupported; QuotaReached. Action:
// elasticloadbalancing:RegisterTargets.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RegisterTargets.html
func (c *Client) Register(ctx context.Context, r quarantine.Resource, t quarantine.Target) error {
	api, err := c.in(r)
	if err != nil {
		return err
	}
	_, err = api.RegisterTargets(ctx, &awselb.RegisterTargetsInput{TargetGroupArn: arnOf(r, t.Group), Targets: described(t)})
	return failure("RegisterTargets", err)
}

// Deregister takes the target out: it drains until its group's delay is over. Errors: ThingGone;
// NotSupported. Action: elasticloadbalancing:DeregisterTargets.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeregisterTargets.html
func (c *Client) Deregister(ctx context.Context, r quarantine.Resource, t quarantine.Target) error {
	api, err := c.in(r)
	if err != nil {
		return err
	}
	_, err = api.DeregisterTargets(ctx, &awselb.DeregisterTargetsInput{TargetGroupArn: arnOf(r, t.Group), Targets: described(t)})
	return failure("DeregisterTargets", err)
}

func described(t quarantine.Target) []types.TargetDescription {
	out := types.TargetDescription{Id: &t.ID, Port: &t.Port}
	if t.Zone != "" {
		out.AvailabilityZone = &t.Zone
	}
	if t.ServerID != "" {
		out.QuicServerId = &t.ServerID
	}
	return []types.TargetDescription{out}
}

// nameOf is the end of a target group's ARN, and arnOf the ARN of the resource's account and Region.
func nameOf(of string) string { return of[strings.LastIndexByte(of, ':')+1:] }

func arnOf(r quarantine.Resource, group string) *string {
	return aws.String(arn.ARN{
		Partition: arn.PartitionOf(r.Region), Service: "elasticloadbalancing", Region: r.Region, Account: r.AccountID, Resource: group,
	}.String())
}

// plain is an IP address in its usual form, and anything else as it is.
func plain(id string) string {
	if address, err := netip.ParseAddr(id); err == nil {
		return address.String()
	}
	return id
}
