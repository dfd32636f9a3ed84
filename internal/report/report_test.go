package report_test

import (
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/command"
	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/report"
)

func TestAReportOfAnAccountSaysWhatIsOnRecord(t *testing.T) {
	t.Parallel()
	text := page(t, ofAccount("web"))
	for _, want := range []string{
		"<title>Contained: i-1 (web) - quarantine</title>", "Cut off at 2026-03-04 12:00:00 UTC, and read back.", "200 ms",
		"from the start of the execution to the cut, as read back", "a NAT gateway (web)", "DNS through the VPC&#39;s resolver:",
		"quarantine release inc-20260304-0a1b2c3d4e --stack guard --reason &#39;SAY WHY&#39;", "This is what is on record of the incident. Nobody has tried what passes.",
		"CUT OFF by acl-2, read back at 12:00:00 UTC", `<g class="state failed">`, "slack (FAILED)", "Its text is not kept", "of TellContained",
		"<time>2026-03-04 12:00:00</time> <strong>contained</strong> web", "sha256 0a1b",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in the page", want)
		}
	}
	if strings.Contains(text, "Calls to the cut") {
		t.Error("calls are shown that nobody recorded")
	}
}

// I13: what was not read is "not known", and never closed.
func TestI13WhatIsNotOnRecordIsNotKnown(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change               func(*quarantine.Incident)
		border, inside, said string
	}{
		"as read back": {func(*quarantine.Incident) {}, "closed", "half", "Contained"},
		"not read back": {func(in *quarantine.Incident) {
			in.Holds[0].VerifiedAt, in.Holds[1].VerifiedAt = time.Time{}, time.Time{}
		}, "not-known", "not-known", "Not known"},
		"one of two not read back": {func(in *quarantine.Incident) {
			other := in.Holds[0]
			other.Thing, other.VerifiedAt = "subnet-2", time.Time{}
			in.Holds = append(in.Holds, other)
		}, "not-known", "half", "Not known"},
		"nothing on record that holds it": {func(in *quarantine.Incident) { in.Holds = nil }, "not-known", "open", "Not known"},
		"of a status that nobody knows":   {func(in *quarantine.Incident) { in.Status = "suspended" }, "closed", "half", "Not known"},
		"narrowed, the group read back": {func(in *quarantine.Incident) {
			in.Holds, in.Narrowed = in.Holds[1:], &quarantine.Release{ReleasedAt: noon}
		}, "not-known", "half", "Narrowed"},
		"narrowed, the group not read back": {func(in *quarantine.Incident) {
			in.Holds, in.Narrowed = in.Holds[1:], &quarantine.Release{ReleasedAt: noon}
			in.Holds[0].VerifiedAt = time.Time{}
		}, "not-known", "not-known", "Not known"},
		"the subnets are not cut, the group not read back": {func(in *quarantine.Incident) {
			in.Holds, in.ContainedBy = in.Holds[1:], "security-group"
			in.Holds[0].VerifiedAt = time.Time{}
		}, "not-known", "not-known", "Not known"},
		"the subnets are not cut, one interface left open": {func(in *quarantine.Incident) {
			in.Holds, in.ContainedBy = in.Holds[1:], "security-group"
			left := in.Holds[0]
			left.Thing, left.Holders, left.Outcome = "eni-2", nil, quarantine.LeftOpen
			in.Holds = append(in.Holds, left)
		}, "open", "open", "Partly contained"},
		"opened again": {func(in *quarantine.Incident) {
			in.Holds[0].Drift = &quarantine.Drift{Kind: quarantine.DriftReopened, What: "is under acl-9"}
		}, "open", "half", "REOPENED"},
		"the subnets are not cut": {func(in *quarantine.Incident) {
			in.Holds, in.ContainedBy = in.Holds[1:], "security-group"
		}, "half", "half", "Contained by security-group"},
		"nothing beside the cut": {func(in *quarantine.Incident) { in.Holds = in.Holds[:1] }, "closed", "open", "Contained"},
		"released": {func(in *quarantine.Incident) {
			in.Status, in.Release = quarantine.StatusReleased, &quarantine.Release{ReleasedAt: noon, By: "kim", Reason: "rebuilt"}
		}, "not-known", "not-known", "Released"},
		"failed": {func(in *quarantine.Incident) { in.Status, in.Holds = quarantine.StatusFailed, nil }, "not-known", "open", "NOT contained"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := ofAccount("web")
			c.change(&r.Incidents[0])
			text := page(t, r)
			if !strings.Contains(text, ">"+c.said+"</strong>") || !strings.Contains(text, "<title>"+c.said+": i-1 ") {
				t.Errorf("the page does not say %q", c.said)
			}
			if isRead := strings.Contains(text, "and read back."); isRead != (c.said == "Contained") {
				t.Errorf("that it is cut off, and read back, is said: %v", isRead)
			}
			after := text[strings.LastIndex(text, `<svg class="map"`):]
			for what, want := range map[string]string{"in: ": c.border, "out: ": c.border} {
				if !strings.Contains(after, `<g class="way `+want+`"><title>`+what) {
					t.Errorf("%s is not %s", what, want)
				}
			}
			if !strings.Contains(after, `<g class="way `+c.inside+`"><title>both ways: `) {
				t.Errorf("inside the subnet it is not %s", c.inside)
			}
			if before := text[:strings.LastIndex(text, `<svg class="map"`)]; strings.Contains(before, `class="way closed"`) {
				t.Error("before the cut something is called closed")
			}
		})
	}
}

// A key has no subnets: what contains it is the measure of its kind.
func TestAContainedKeyIsOneWhoseOwnMeasureWasReadBack(t *testing.T) {
	t.Parallel()
	r := ofAccount("web")
	in := &r.Incidents[0]
	in.Resource = quarantine.Resource{AccountID: "111122223333", Kind: quarantine.KindAccessKey, ID: "AKIAIOSFODNN7EXAMPLE"}
	in.Holds = []quarantine.Hold{{
		Measure: "access-key", AccountID: "111122223333", Thing: in.Resource.ID, VerifiedAt: noon,
		Parts: map[string]quarantine.Part{"status": {Before: &quarantine.Value{Text: "Active"}, After: "Inactive"}}, Holders: []string{in.ID},
	}}
	if text := page(t, r); !strings.Contains(text, "<title>Contained: AKIA") {
		t.Error("a key that was read back as inactive is not called contained")
	}
	in.Holds[0].VerifiedAt = time.Time{}
	if text := page(t, r); !strings.Contains(text, "<title>Not known: AKIA") {
		t.Error("a key that was not read back is not called not known")
	}
}

// Where Step Functions has forgotten the executions, the report is made of the record alone.
func TestAReportWithoutHistoriesSaysSo(t *testing.T) {
	t.Parallel()
	r := ofAccount("web")
	r.Executions, r.Messages = nil, nil
	text := page(t, r)
	for _, want := range []string{"how long the cut took", "Not known: the histories are not there any more."} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in the page", want)
		}
	}
	if strings.Contains(text, `id="timeline"`) {
		t.Error("there is a timeline of nothing")
	}
	r.Place = command.Place{Table: "quarantine-ledger"}
	if text := page(t, r); !strings.Contains(text, "Not known: it ran on a computer, which keeps no history.") || strings.Contains(text, "not there any more") {
		t.Error("the page tells of histories that there never were")
	}
}

// An incident is called what its record calls it, where nobody else gives it a name.
func TestTheTitleHasTheNameOnRecord(t *testing.T) {
	t.Parallel()
	r := ofAccount("web")
	r.Names, r.Incidents[0].Described = nil, &quarantine.Described{Name: "shop"}
	if text := page(t, r); !strings.Contains(text, "<title>Contained: i-1 (shop) - quarantine</title>") {
		t.Error("the title lacks the name")
	}
}

// The report has the next steps of the list and the record, with the time from which one is possible.
func TestTheNextStepsAreThoseOfTheRecord(t *testing.T) {
	t.Parallel()
	r := ofAccount("web")
	for _, of := range []struct {
		made time.Time
		want string
	}{
		{noon.Add(time.Minute), "stays held, from 2026-03-04 12:10 UTC on:<code>quarantine narrow inc-20260304-0a1b2c3d4e --stack guard"},
		{noon.Add(time.Hour), "stays held:<code>quarantine narrow inc-20260304-0a1b2c3d4e --stack guard"},
	} {
		r.Made = of.made
		if text := page(t, r); !strings.Contains(text, of.want) {
			t.Errorf("%q is not in the page", of.want)
		}
	}
}

func TestAnEventThatOpenedNoIncidentHasItsPath(t *testing.T) {
	t.Parallel()
	r := ofAccount("web")
	r.Incidents = nil
	if text := page(t, r); !strings.Contains(text, "No incident was opened") || !strings.Contains(text, `<h2 id="path-title">`) {
		t.Error("the page does not say what became of the event")
	}
}

func TestNothingAtAllIsAPageToo(t *testing.T) {
	t.Parallel()
	if text := page(t, report.Report{}); !strings.Contains(text, "<h1>No incident") {
		t.Error(text)
	}
}

// A state that started an execution leads to it, where the report has it.
func TestAStateLeadsToTheExecutionThatItStarted(t *testing.T) {
	t.Parallel()
	const nested = "arn:aws:states:eu-west-1:111122223333:execution:guard-release:two"
	ask := history.FromEvents("arn:aws:states:eu-west-1:111122223333:execution:guard-quarantine-approval:one", []history.Event{
		{ID: 1, Type: "ExecutionStarted", Timestamp: noon},
		{ID: 2, Type: "TaskStateEntered", Timestamp: noon, StateEntered: &history.StateEntered{Name: "ReleaseIncident"}},
		{ID: 3, PreviousEventID: 2, Type: "TaskSubmitted", Timestamp: noon, TaskSubmitted: &history.TaskResult{
			TaskResource: history.TaskResource{ResourceType: "states", Resource: "startExecution.sync:2"}, Result: history.Result{Output: `{"ExecutionArn":"` + nested + `"}`}}},
	})
	r := report.Report{Executions: []history.Execution{ask, {ARN: nested, Machine: "guard-release", Name: "two", Status: history.StatusRunning}}}
	text := page(t, r)
	if !strings.Contains(text, `<span class="number">#1a</span>`) || strings.Contains(text, `<span class="number">#2</span>`) {
		t.Error("the executions are not numbered as the terminal numbers them")
	}
	if !strings.Contains(text, `<a href="#x-2"><g class="state in-progress"><title>ReleaseIncident: in progress`) || !strings.Contains(text, `<a id="x-2">`) {
		t.Error("the state does not lead to the execution")
	}
	r.Executions = r.Executions[:1]
	if strings.Contains(page(t, r), `href="#x-2"`) {
		t.Error("the page leads to an execution that it does not have")
	}
}
