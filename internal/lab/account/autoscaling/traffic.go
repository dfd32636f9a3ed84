package autoscaling

import (
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
)

// Attach has target groups, by their ARNs, and Classic Load Balancers, by their names, send a group
// its traffic. The account does not register the group's instances there.
func (g *Groups) Attach(group string, sources ...string) {
	defer g.service.Change()()
	g.sources[group] = append(slices.Clone(g.sources[group]), sources...)
	g.service.CountChange()
}

var describeTrafficSources = call.Operation{
	Name: "DescribeTrafficSources", Needs: []string{"AutoScalingGroupName"}, Reads: []string{"NextToken"},
}

// DescribeTrafficSources follows https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeTrafficSources.html
//
// All sources fit a page.
func (c *Client) DescribeTrafficSources(ctx context.Context, in *autoscaling.DescribeTrafficSourcesInput, _ ...func(*autoscaling.Options)) (*autoscaling.DescribeTrafficSourcesOutput, error) {
	g := c.groups
	return call.Invoke(ctx, g.service, describeTrafficSources, in, func(in *autoscaling.DescribeTrafficSourcesInput) (*autoscaling.DescribeTrafficSourcesOutput, error) {
		if g.groups[*in.AutoScalingGroupName] == nil {
			return nil, call.Fail("ValidationError", "AutoScalingGroup name not found - null")
		}
		out := &autoscaling.DescribeTrafficSourcesOutput{TrafficSources: []types.TrafficSourceState{}}
		for _, source := range g.sources[*in.AutoScalingGroupName] {
			kind := "elb"
			if strings.HasPrefix(source, "arn:") {
				kind = "elbv2"
			}
			out.TrafficSources = append(out.TrafficSources, types.TrafficSourceState{
				Identifier: aws.String(source), Type: aws.String(kind), State: aws.String("InService"),
			})
		}
		return out, nil
	})
}
