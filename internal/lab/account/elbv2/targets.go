package elbv2

import (
	"cmp"
	"context"
	"maps"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
)

// Client has the methods of the SDK's *elasticloadbalancingv2.Client that the account implements.
type Client struct{ groups *TargetGroups }

// ELBv2 returns a client.
func (g *TargetGroups) ELBv2() *Client { return &Client{groups: g} }

var (
	describeTargetGroups = call.Operation{Name: "DescribeTargetGroups", Reads: []string{"Marker", "PageSize"}}
	describeTargetHealth = call.Operation{Name: "DescribeTargetHealth", Needs: []string{"TargetGroupArn"}, Reads: []string{"Targets"}}
	registerTargets      = call.Operation{Name: "RegisterTargets", Mutating: true, Needs: []string{"TargetGroupArn", "Targets"}}
	deregisterTargets    = call.Operation{Name: "DeregisterTargets", Mutating: true, Needs: []string{"TargetGroupArn", "Targets"}}
)

// DescribeTargetGroups follows https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTargetGroups.html
func (c *Client) DescribeTargetGroups(ctx context.Context, in *elb.DescribeTargetGroupsInput, _ ...func(*elb.Options)) (*elb.DescribeTargetGroupsOutput, error) {
	g := c.groups
	return call.Invoke(ctx, g.service, describeTargetGroups, in, func(in *elb.DescribeTargetGroupsInput) (*elb.DescribeTargetGroupsOutput, error) {
		all := g.arns()
		from, _ := strconv.Atoi(aws.ToString(in.Marker))
		size := min(g.pageSize, int(cmp.Or(aws.ToInt32(in.PageSize), 400)))
		out := &elb.DescribeTargetGroupsOutput{TargetGroups: []types.TargetGroup{}}
		for _, arn := range all[min(from, len(all)):min(from+size, len(all))] {
			of := g.groups[arn]
			described := types.TargetGroup{
				TargetGroupArn: &arn, TargetGroupName: &of.Name, TargetType: types.TargetTypeEnum(of.Type), Port: aws.Int32(of.Port), LoadBalancerArns: []string{},
			}
			if of.Type != "lambda" {
				described.VpcId = &of.VPC
			}
			if !of.Unused {
				described.LoadBalancerArns = []string{g.service.ARN("elasticloadbalancing", "loadbalancer/app/"+of.Name+"/0123456789abcdef")}
			}
			out.TargetGroups = append(out.TargetGroups, described)
		}
		if from+size < len(all) {
			out.NextMarker = aws.String(strconv.Itoa(from + size))
		}
		return out, nil
	})
}

// DescribeTargetHealth follows https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTargetHealth.html
//
// Without targets in the request it gives those that are registered or draining; one that is named,
// and is neither, is unused.
func (c *Client) DescribeTargetHealth(ctx context.Context, in *elb.DescribeTargetHealthInput, _ ...func(*elb.Options)) (*elb.DescribeTargetHealthOutput, error) {
	g := c.groups
	return call.Invoke(ctx, g.service, describeTargetHealth, in, func(in *elb.DescribeTargetHealthInput) (*elb.DescribeTargetHealthOutput, error) {
		of, err := g.group(*in.TargetGroupArn)
		if err != nil {
			return nil, err
		}
		out := &elb.DescribeTargetHealthOutput{TargetHealthDescriptions: []types.TargetHealthDescription{}}
		add := func(t Target) {
			described := types.TargetDescription{Id: aws.String(t.ID), Port: aws.Int32(t.Port)}
			if t.Zone != "" {
				described.AvailabilityZone = aws.String(t.Zone)
			}
			if t.ServerID != "" {
				described.QuicServerId = aws.String(t.ServerID)
			}
			out.TargetHealthDescriptions = append(out.TargetHealthDescriptions, types.TargetHealthDescription{
				Target: &described, HealthCheckPort: aws.String(strconv.Itoa(int(t.Port))), TargetHealth: of.health(g.now(of.targets[t])),
			})
		}
		for _, asked := range in.Targets {
			add(of.known(asked))
		}
		if len(in.Targets) == 0 {
			for _, t := range of.sorted() {
				if g.now(of.targets[t]) != absent {
					add(t)
				}
			}
		}
		return out, nil
	})
}

// health is how a target in that state is described. What a health check would say is left out: a
// target is healthy from its registration on.
func (g *group) health(state string) *types.TargetHealth {
	switch {
	case state == draining:
		return &types.TargetHealth{
			State: types.TargetHealthStateEnumDraining, Reason: types.TargetHealthReasonEnumDeregistrationInProgress,
			Description: aws.String("Target deregistration is in progress"),
		}
	case state == absent:
		return &types.TargetHealth{
			State: types.TargetHealthStateEnumUnused, Reason: types.TargetHealthReasonEnumNotRegistered,
			Description: aws.String("Target is not registered to the target group"),
		}
	case g.Unused:
		return &types.TargetHealth{
			State: types.TargetHealthStateEnumUnused, Reason: types.TargetHealthReasonEnumNotInUse,
			Description: aws.String("Target group is not configured to receive traffic from the load balancer"),
		}
	}
	return &types.TargetHealth{State: types.TargetHealthStateEnumHealthy}
}

// RegisterTargets follows https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RegisterTargets.html
//
// An instance that drains is registered again at once. An address has to be out before, AWS says, and
// not what it answers until then: it is refused here.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-register-targets.html
//
// Whether a target is in the group's VPC, and runs, is not checked.
func (c *Client) RegisterTargets(ctx context.Context, in *elb.RegisterTargetsInput, _ ...func(*elb.Options)) (*elb.RegisterTargetsOutput, error) {
	g := c.groups
	return call.Invoke(ctx, g.service, registerTargets, in, func(in *elb.RegisterTargetsInput) (*elb.RegisterTargetsOutput, error) {
		return &elb.RegisterTargetsOutput{}, g.set(*in.TargetGroupArn, in.Targets, true)
	})
}

// DeregisterTargets follows https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeregisterTargets.html
//
// A target drains unless no load balancer sends its group anything. One that is not registered with
// that port is accepted, and nothing happens.
func (c *Client) DeregisterTargets(ctx context.Context, in *elb.DeregisterTargetsInput, _ ...func(*elb.Options)) (*elb.DeregisterTargetsOutput, error) {
	g := c.groups
	return call.Invoke(ctx, g.service, deregisterTargets, in, func(in *elb.DeregisterTargetsInput) (*elb.DeregisterTargetsOutput, error) {
		return &elb.DeregisterTargetsOutput{}, g.set(*in.TargetGroupArn, in.Targets, false)
	})
}

func (g *TargetGroups) set(arn string, targets []types.TargetDescription, register bool) error {
	of, err := g.group(arn)
	if err != nil {
		return err
	}
	for _, t := range targets {
		key := of.known(t)
		if err := of.takes(key); err != nil {
			return err
		}
		if register && of.Type == "ip" && g.now(of.targets[key]) == draining {
			return &types.InvalidTargetException{Message: aws.String("The target '" + key.ID + "' is being deregistered")}
		}
	}
	for _, t := range targets {
		key := of.known(t)
		switch {
		case register:
			of.targets[key] = registration{registered: true}
		case of.targets[key].registered && of.Unused:
			of.targets[key] = registration{}
		case of.targets[key].registered:
			of.targets[key] = registration{until: g.service.Now().Add(g.delay)}
		}
	}
	return nil
}

// takes refuses a target of a kind that the group's type does not take.
func (g *group) takes(t Target) error {
	_, err := netip.ParseAddr(t.ID)
	if g.Type == "ip" && err == nil || g.Type == "instance" && strings.HasPrefix(t.ID, "i-") {
		return nil
	}
	return &types.InvalidTargetException{Message: aws.String("The target '" + t.ID + "' is not of the type " + g.Type)}
}

func (g *TargetGroups) group(arn string) (*group, error) {
	of, there := g.groups[arn]
	if !there {
		return nil, &types.TargetGroupNotFoundException{Message: aws.String("One or more target groups not found")}
	}
	return of, nil
}

// known is the target that a request names: the one of its id and port, whatever its zone, if that is
// or was registered.
func (g *group) known(asked types.TargetDescription) Target {
	t := g.full(Target{ID: aws.ToString(asked.Id), Port: aws.ToInt32(asked.Port), Zone: aws.ToString(asked.AvailabilityZone), ServerID: aws.ToString(asked.QuicServerId)})
	for has := range g.targets {
		if has.ID == t.ID && has.Port == t.Port && (t.Zone == "" || has.Zone == t.Zone) {
			return has
		}
	}
	return t
}

func (g *group) sorted() []Target {
	return slices.SortedFunc(maps.Keys(g.targets), func(a, b Target) int {
		return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(a.Port, b.Port), cmp.Compare(a.Zone, b.Zone))
	})
}
