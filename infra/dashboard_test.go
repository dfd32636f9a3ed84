package infra_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/infra/template"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/statemachine"
	"github.com/ec2-quarantine/quarantine/statemachine/state"
)

// A widget of a dashboard:
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
type widget struct {
	Type                string
	X, Y, Width, Height int
	Properties          struct {
		Title, Region, Query string
		Alarms               []string
		Metrics              [][]any
	}
}

func TestTheDashboardIsWellWithAndWithoutAPage(t *testing.T) {
	t.Parallel()
	s := stack(t)
	for _, page := range []bool{true, false} {
		for _, f := range dashboardFaults(s, page) {
			t.Errorf("with a page %t: %s", page, f)
		}
	}
}

func TestABadDashboardIsFound(t *testing.T) {
	t.Parallel()
	body := func(widgets string) string {
		return `
Resources:
  XAlarm: {Type: AWS::CloudWatch::Alarm, Properties: {AlarmName: !Sub '${AWS::StackName}-X'}}
  Dashboard: {Type: AWS::CloudWatch::Dashboard, Properties: {DashboardBody: '{"widgets": [` + widgets + `]}'}}`
	}
	bites(t, func(s *template.Template) []string { return dashboardFaults(s, true) }, map[string]string{
		body(`{`): "no JSON",
		body(`{"type": "log", "x": 20, "width": 5, "height": 1, "properties": {"title": "t"}}`): "t is 25 columns wide",
		body(`{"type": "log", "width": 5, "height": 2, "properties": {"title": "t"}},
			{"type": "log", "y": 1, "x": 4, "width": 5, "height": 2, "properties": {"title": "u"}}`): "u lies on t",
		body(`{"type": "alarm", "properties": {"alarms": []}}`): "XAlarm is not shown",
		body(`{"type": "metric", "properties": {}}`):            "Contained is not shown",
	})
}

// dashboardFaults says what is wrong with a dashboard as it comes out with a
// page, or without.
func dashboardFaults(t *template.Template, page bool) (faults []string) {
	written := template.Text(resolved(t.Resources()["Dashboard"].Properties["DashboardBody"], page))
	for name, parameter := range template.Map(t.Body["Parameters"]) {
		written = strings.ReplaceAll(written, "${"+name+"}", text(parameter, "Default")) // a number need not be quoted
	}
	var body struct{ Widgets []widget }
	if err := json.Unmarshal([]byte(written), &body); err != nil {
		return []string{fmt.Sprintf("it is no JSON of a dashboard: %v", err)}
	}
	shown := map[string]bool{}
	for i, w := range body.Widgets {
		title := w.Properties.Title
		if w.X+w.Width > 24 {
			faults = append(faults, fmt.Sprintf("%s is %d columns wide, and there are 24", title, w.X+w.Width))
		}
		for _, v := range body.Widgets[:i] {
			if w.X < v.X+v.Width && v.X < w.X+w.Width && w.Y < v.Y+v.Height && v.Y < w.Y+w.Height {
				faults = append(faults, title+" lies on "+v.Properties.Title)
			}
		}
		for _, arn := range w.Properties.Alarms {
			_, name, _ := strings.Cut(arn, ":alarm:")
			shown[name] = true
		}
		for _, m := range w.Properties.Metrics {
			shown[fmt.Sprint(m[0], " ", m[1])] = true
		}
	}
	return append(faults, unshown(t, page, shown)...)
}

// unshown are the alarms and the metrics of our own that no widget shows.
func unshown(t *template.Template, page bool, shown map[string]bool) (faults []string) {
	alarms := t.Of("AWS::CloudWatch::Alarm")
	for _, id := range slices.Sorted(maps.Keys(alarms)) {
		there := alarms[id].Body["Condition"] == nil || page
		if shown[text(alarms[id].Properties, "AlarmName")] != there {
			faults = append(faults, fmt.Sprintf("%s is not shown, or is shown where it is not there", id))
		}
	}
	for _, m := range []string{
		quarantine.MetricContained, quarantine.MetricFindingToCut, quarantine.MetricEventToCut, quarantine.MetricIsolationFailed,
		quarantine.MetricBrakeTripped, quarantine.MetricReopened, quarantine.MetricNotPutRight, quarantine.MetricReleased, quarantine.MetricApprovalTimeLeft, quarantine.MetricChannelFailed, quarantine.MetricPolicyRefused, "Joined",
	} {
		if !shown["Quarantine/${AWS::StackName} "+m] {
			faults = append(faults, m+" is not shown")
		}
	}
	return faults
}

// resolved decides every Fn::If, and leaves out what is AWS::NoValue.
func resolved(v any, yes bool) any {
	switch v := v.(type) {
	case map[string]any:
		if choice, ok := v["Fn::If"].([]any); ok && yes {
			return resolved(choice[1], yes)
		} else if ok {
			return resolved(choice[2], yes)
		}
		if v["Ref"] == "AWS::NoValue" {
			return nil
		}
		out := map[string]any{}
		for key, e := range v {
			out[key] = resolved(e, yes)
		}
		return out
	case []any:
		var out []any
		for _, e := range v {
			if r := resolved(e, yes); r != nil {
				out = append(out, r)
			}
		}
		return out
	}
	return v
}

func TestJoinedIsCountedWhereTheMachineJoins(t *testing.T) {
	t.Parallel()
	filter := stack(t).Resources()["JoinedMetric"].Properties
	if want := `{ $.type = "SucceedStateEntered" && $.details.name = "` + state.Joined + `" }`; text(filter, "FilterPattern") != want {
		t.Errorf("the pattern is %s, want %s", text(filter, "FilterPattern"), want)
	}
	var definition any
	if err := json.Unmarshal(statemachine.Quarantine, &definition); err != nil {
		t.Fatal(err)
	}
	if kind := at(definition, "States", state.Joined, "Type"); kind != "Succeed" {
		t.Errorf("the state Joined is a %v: it must be the Succeed state that the pattern looks for", kind)
	}
}
