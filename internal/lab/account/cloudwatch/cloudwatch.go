// Package cloudwatch is the CloudWatch of an in-memory account: its alarms, and values of metrics.
package cloudwatch

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
)

// Alarms are the account's, and what its metrics have.
type Alarms struct {
	service *call.Service
	all     map[string]Alarm   // by name
	metrics map[string]float64 // the highest value, by namespace and name
}

// Alarm is one of them.
type Alarm struct {
	Name    string
	Actions []string // ARNs
	Off     bool     // its actions are disabled
	Rings   bool
}

// New adds CloudWatch, without an alarm, to the endpoint.
func New(e *call.Endpoint) *Alarms {
	return &Alarms{all: map[string]Alarm{}, metrics: map[string]float64{}, service: &call.Service{
		Endpoint: e, Name: "cloudwatch", ID: "CloudWatch",
		Throttled: func(call.Call) error { return call.Fail("Throttling", "Rate exceeded") },
		Broken:    func() error { return call.ServerFault("InternalServiceFault", "Internal error") },
		Denied:    func(c call.Call) error { return call.Fail("AccessDenied", "%s", e.NotAllowed(c, "cloudwatch", "*")) },
	}}
}

// SetAlarm makes an alarm, or changes the one of that name.
func (a *Alarms) SetAlarm(of Alarm) {
	defer a.service.Change()()
	a.all[of.Name] = of
}

// RemoveAlarm deletes an alarm.
func (a *Alarms) RemoveAlarm(name string) {
	defer a.service.Change()()
	delete(a.all, name)
}

// SetMetric sets the highest value that a metric without dimensions has.
func (a *Alarms) SetMetric(namespace, metric string, highest float64) {
	defer a.service.Change()()
	a.metrics[namespace+" "+metric] = highest
}

// Client has the methods of the SDK's *cloudwatch.Client that the account implements.
type Client struct{ alarms *Alarms }

// CloudWatch returns a client.
func (a *Alarms) CloudWatch() *Client { return &Client{alarms: a} }

var (
	describeAlarms = call.Operation{Name: "DescribeAlarms", Reads: []string{"AlarmNamePrefix", "NextToken"}}
	getStatistics  = call.Operation{
		Name: "GetMetricStatistics", Needs: []string{"Namespace", "MetricName", "StartTime", "EndTime", "Period"}, Reads: []string{"Statistics"},
	}
)

// pageSize is how many alarms an answer has.
const pageSize = 10

// DescribeAlarms follows https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
func (c *Client) DescribeAlarms(ctx context.Context, in *cloudwatch.DescribeAlarmsInput, _ ...func(*cloudwatch.Options)) (*cloudwatch.DescribeAlarmsOutput, error) {
	a := c.alarms
	return call.Invoke(ctx, a.service, describeAlarms, in, func(in *cloudwatch.DescribeAlarmsInput) (*cloudwatch.DescribeAlarmsOutput, error) {
		out := &cloudwatch.DescribeAlarmsOutput{}
		for _, name := range slices.Sorted(maps.Keys(a.all)) {
			switch {
			case !strings.HasPrefix(name, aws.ToString(in.AlarmNamePrefix)) || name <= aws.ToString(in.NextToken):
				continue
			case len(out.MetricAlarms) == pageSize:
				out.NextToken = out.MetricAlarms[pageSize-1].AlarmName
				return out, nil
			}
			out.MetricAlarms = append(out.MetricAlarms, a.all[name].described())
		}
		return out, nil
	})
}

func (a Alarm) described() types.MetricAlarm {
	state := types.StateValueOk
	if a.Rings {
		state = types.StateValueAlarm
	}
	return types.MetricAlarm{AlarmName: &a.Name, AlarmActions: a.Actions, ActionsEnabled: aws.Bool(!a.Off), StateValue: state}
}

// GetMetricStatistics follows https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html
// A metric has its highest value, and no other.
func (c *Client) GetMetricStatistics(ctx context.Context, in *cloudwatch.GetMetricStatisticsInput, _ ...func(*cloudwatch.Options)) (*cloudwatch.GetMetricStatisticsOutput, error) {
	a := c.alarms
	return call.Invoke(ctx, a.service, getStatistics, in, func(in *cloudwatch.GetMetricStatisticsInput) (*cloudwatch.GetMetricStatisticsOutput, error) {
		out := &cloudwatch.GetMetricStatisticsOutput{}
		if highest, there := a.metrics[*in.Namespace+" "+*in.MetricName]; there {
			out.Datapoints = []types.Datapoint{{Timestamp: in.StartTime, Maximum: &highest}}
		}
		return out, nil
	})
}
