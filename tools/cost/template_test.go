package cost

import (
	"fmt"
	"os"
	"regexp"
	"testing"

	"github.com/ec2-quarantine/quarantine/infra/template"
)

func stack(t *testing.T) *template.Template {
	t.Helper()
	text, err := os.ReadFile("../../infra/template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := template.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

func TestTheStackHasWhatIsCharged(t *testing.T) {
	t.Parallel()
	stack := stack(t)
	watched := 0
	for _, a := range stack.Of("AWS::CloudWatch::Alarm") {
		watched += watchedBy(a)
	}
	for what, c := range map[string]struct{ got, want int }{
		"metrics that alarms watch": {watched, alarms},
		"dashboards":                {len(stack.Of("AWS::CloudWatch::Dashboard")), dashboards},
		"keys":                      {len(stack.Of("AWS::KMS::Key")), keys},
	} {
		if c.got != c.want {
			t.Errorf("the template has %d %s, and %d are charged: change cases.go, and go test ./tools/cost -run Document -update", c.got, what, c.want)
		}
	}
	for id, s := range stack.Of("AWS::Scheduler::Schedule") {
		want := fmt.Sprintf("rate(%d minutes)", every)
		if id == "PreflightSchedule" {
			want = fmt.Sprintf("rate(%d hours)", pause)
		}
		if s.Properties["ScheduleExpression"] != want {
			t.Errorf("%s is of %v, and %s is charged", id, s.Properties["ScheduleExpression"], want)
		}
	}
	for id, f := range stack.Of("AWS::Serverless::Function") {
		if mb, _ := f.Properties["MemorySize"].(int); mb > memory || mb == 0 {
			t.Errorf("%s has %d MB, and %d are charged", id, mb, memory)
		}
	}
}

// watchedBy counts an alarm's metrics: AWS charges for each.
func watchedBy(a template.Resource) (n int) {
	for _, m := range template.List(a.Properties["Metrics"]) {
		if template.Map(m)["MetricStat"] != nil {
			n++
		}
	}
	return max(1, n)
}

// productName is a metric that handlers measure.
var productName = regexp.MustCompile(`(?m)^\tMetric\w+\s+= "`)

func TestTheProductsMetricsAreCounted(t *testing.T) {
	t.Parallel()
	measured, err := os.ReadFile("../../internal/quarantine/measurement.go")
	if err != nil {
		t.Fatal(err)
	}
	filters := stack(t).Of("AWS::Logs::MetricFilter")
	if got := len(productName.FindAll(measured, -1)) + len(filters); got != metrics {
		t.Errorf("the product has %d metrics, and %d are charged", got, metrics)
	}
}
