package autoscaling

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsautoscaling "github.com/aws/aws-sdk-go-v2/service/autoscaling"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// TrafficSources are the group of the instance, "" if it is in none, and what sends that group its
// traffic: "targetgroup/web/0123456789abcdef" of a target group, and "loadbalancer/web" of a Classic
// Load Balancer. Auto Scaling registers the group's instances there and, on their way into standby,
// takes them out. Actions: autoscaling:DescribeAutoScalingInstances, autoscaling:DescribeTrafficSources.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeTrafficSources.html
func (c *Client) TrafficSources(ctx context.Context, r quarantine.Resource) (group string, sources []string, err error) {
	api, err := c.in(r)
	if err != nil {
		return "", nil, err
	}
	if group, _, err = c.Membership(ctx, r); err != nil || group == "" {
		return "", nil, err
	}
	pages := awsautoscaling.NewDescribeTrafficSourcesPaginator(api, &awsautoscaling.DescribeTrafficSourcesInput{AutoScalingGroupName: &group})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return "", nil, failure("DescribeTrafficSources", err)
		}
		for _, s := range page.TrafficSources {
			switch id := aws.ToString(s.Identifier); aws.ToString(s.Type) {
			case "elbv2":
				sources = append(sources, id[strings.LastIndexByte(id, ':')+1:])
			case "elb":
				sources = append(sources, "loadbalancer/"+id)
			}
		}
	}
	return group, sources, nil
}
