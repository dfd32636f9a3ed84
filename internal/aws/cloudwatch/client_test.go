package cloudwatch_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awscloudwatch "github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/internal/aws/cloudwatch"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/moto"
	"github.com/ec2-quarantine/quarantine/internal/preflight"
)

const topic = "arn:aws:sns:eu-west-1:123456789012:operations"

// reads holds a client to an account with two alarms of guard, one of which rings, and one that is
// switched off of another stack.
func reads(t *testing.T, api cloudwatch.API) {
	t.Helper()
	got, err := cloudwatch.New(api).Alarms(t.Context(), "guard-")
	want := []preflight.Alarm{
		{Name: "guard-DeadLetters", Acts: true, Actions: []string{topic}, Rings: true},
		{Name: "guard-WatchSilent", Acts: false, Actions: []string{topic}},
	}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
}

func TestAlarmsAreReadByPrefix(t *testing.T) {
	t.Parallel()
	a := account.New(account.Options{})
	a.SetAlarm(account.Alarm{Name: "guard-WatchSilent", Actions: []string{topic}, Off: true})
	a.SetAlarm(account.Alarm{Name: "guard-DeadLetters", Actions: []string{topic}, Rings: true})
	a.SetAlarm(account.Alarm{Name: "others"})
	reads(t, a.CloudWatch())
}

func TestAlarmsAreReadByPrefixOverMoto(t *testing.T) {
	t.Parallel()
	api := awscloudwatch.NewFromConfig(moto.NewAccount(t).Config())
	for name, acts := range map[string]bool{"guard-WatchSilent": false, "guard-DeadLetters": true, "others": true} {
		_, err := api.PutMetricAlarm(t.Context(), &awscloudwatch.PutMetricAlarmInput{
			AlarmName: &name, AlarmActions: []string{topic}, ActionsEnabled: &acts, Namespace: aws.String("AWS/SQS"), MetricName: aws.String("X"),
			Statistic: types.StatisticSum, Period: aws.Int32(300), EvaluationPeriods: aws.Int32(1), Threshold: aws.Float64(0),
			ComparisonOperator: types.ComparisonOperatorGreaterThanThreshold,
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := api.SetAlarmState(t.Context(), &awscloudwatch.SetAlarmStateInput{AlarmName: aws.String("guard-DeadLetters"), StateValue: types.StateValueAlarm, StateReason: aws.String("test")}); err != nil {
		t.Fatal(err)
	}
	reads(t, api)
}

func TestEveryPageOfAlarmsIsRead(t *testing.T) {
	t.Parallel()
	a := account.New(account.Options{})
	for n := range 25 {
		a.SetAlarm(account.Alarm{Name: fmt.Sprintf("guard-%02d", n)})
	}
	if got, err := cloudwatch.New(a.CloudWatch()).Alarms(t.Context(), "guard-"); err != nil || len(got) != 25 {
		t.Errorf("%d alarms, %v", len(got), err)
	}
}

func TestTheHighestValueOfAMetricIsKnownWhereThereIsData(t *testing.T) {
	t.Parallel()
	a := account.New(account.Options{})
	a.SetMetric("AWS/Lambda", "ConcurrentExecutions", 42)
	c, now := cloudwatch.New(a.CloudWatch()), time.Now()
	if got, known, err := c.Highest(t.Context(), "AWS/Lambda", "ConcurrentExecutions", now.Add(-time.Hour), now); err != nil || !known || got != 42 {
		t.Errorf("%g, %t, %v", got, known, err)
	}
	if got, known, err := c.Highest(t.Context(), "AWS/Lambda", "Errors", now.Add(-time.Hour), now); err != nil || known || got != 0 {
		t.Errorf("%g, %t, %v", got, known, err)
	}
}

func TestTheHighestValueOfAMetricOverMoto(t *testing.T) {
	t.Parallel()
	api := awscloudwatch.NewFromConfig(moto.NewAccount(t).Config())
	now := time.Now()
	for _, value := range []float64{3, 7, 5} {
		if _, err := api.PutMetricData(t.Context(), &awscloudwatch.PutMetricDataInput{Namespace: aws.String("Test"), MetricData: []types.MetricDatum{
			{MetricName: aws.String("Busy"), Value: &value, Timestamp: aws.Time(now.Add(-time.Minute))},
		}}); err != nil {
			t.Fatal(err)
		}
	}
	if got, known, err := cloudwatch.New(api).Highest(t.Context(), "Test", "Busy", now.Add(-time.Hour), now); err != nil || !known || got != 7 {
		t.Errorf("%g, %t, %v", got, known, err)
	}
}
