// Package cloudwatch reads alarms and metrics of Amazon CloudWatch. It changes nothing.
package cloudwatch

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awscloudwatch "github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"github.com/ec2-quarantine/quarantine/internal/preflight"
)

// API is the part of the SDK's client that the package calls.
type API interface {
	DescribeAlarms(context.Context, *awscloudwatch.DescribeAlarmsInput, ...func(*awscloudwatch.Options)) (*awscloudwatch.DescribeAlarmsOutput, error)
	GetMetricStatistics(context.Context, *awscloudwatch.GetMetricStatisticsInput, ...func(*awscloudwatch.Options)) (*awscloudwatch.GetMetricStatisticsOutput, error)
}

var _ API = (*awscloudwatch.Client)(nil)

// Client reads alarms and metrics. It holds no state and is safe for concurrent use.
type Client struct{ api API }

// New makes a Client with the SDK's client, or any other implementation of API.
func New(api API) *Client { return &Client{api: api} }

// Alarms are those whose names begin with a prefix, sorted by name.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
//
// IAM actions: cloudwatch:DescribeAlarms.
//
// Errors: AccessDenied; Throttled; Unavailable; Unexpected.
func (c *Client) Alarms(ctx context.Context, prefix string) (all []preflight.Alarm, err error) {
	for pages := awscloudwatch.NewDescribeAlarmsPaginator(c.api, &awscloudwatch.DescribeAlarmsInput{AlarmNamePrefix: &prefix}); pages.HasMorePages(); {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, failure("DescribeAlarms", err)
		}
		for _, a := range page.MetricAlarms {
			all = append(all, preflight.Alarm{
				Name: aws.ToString(a.AlarmName), Rings: a.StateValue == types.StateValueAlarm,
				Acts: aws.ToBool(a.ActionsEnabled), Actions: a.AlarmActions,
			})
		}
	}
	slices.SortFunc(all, func(a, b preflight.Alarm) int { return strings.Compare(a.Name, b.Name) })
	return all, nil
}

// Highest is the highest value of a metric without dimensions since a time, a period of an hour at a
// time; known is false where CloudWatch has no data of it.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html
//
// IAM actions: cloudwatch:GetMetricStatistics.
//
// Errors: AccessDenied; Throttled; Unavailable; Unexpected.
func (c *Client) Highest(ctx context.Context, namespace, metric string, since, until time.Time) (highest float64, known bool, err error) {
	out, err := c.api.GetMetricStatistics(ctx, &awscloudwatch.GetMetricStatisticsInput{
		Namespace: &namespace, MetricName: &metric, StartTime: &since, EndTime: &until,
		Period: aws.Int32(3600), Statistics: []types.Statistic{types.StatisticMaximum},
	})
	if err != nil {
		return 0, false, failure("GetMetricStatistics", err)
	}
	for _, point := range out.Datapoints {
		if point.Maximum != nil {
			highest, known = max(highest, *point.Maximum), true
		}
	}
	return highest, known, nil
}
