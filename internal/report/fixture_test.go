package report_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/command"
	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/report"
)

var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

const owner = "arn:aws:states:eu-west-1:111122223333:execution:guard-quarantine:one"

// contained is an incident of an account, in which every text from outside is that one.
func contained(text string) quarantine.Incident {
	held := quarantine.Quarantine{
		AccountID: "111122223333", Region: "eu-west-1", VPCID: "vpc-1", SubnetID: "subnet-1", Before: text, BeforeVersion: "aclassoc-1",
		After: "acl-2", AfterVersion: "aclassoc-2", Holders: []string{"inc-20260304-0a1b2c3d4e"}, VerifiedAt: noon,
	}.Hold()
	group := quarantine.Hold{
		Measure: "security-group", AccountID: "111122223333", Region: "eu-west-1", VPCID: "vpc-1", Thing: "eni-1", VerifiedAt: noon,
		Parts: map[string]quarantine.Part{"groups": {Before: &quarantine.Value{Text: text}, After: "sg-q", Puts: []string{"sg-q"}}}, Holders: held.Holders,
	}
	return quarantine.Incident{
		ID: "inc-20260304-0a1b2c3d4e", Resource: quarantine.Resource{AccountID: "111122223333", Region: "eu-west-1", Kind: quarantine.KindInstance, ID: "i-1"},
		Status: quarantine.StatusContained, OpenedAt: noon.Add(-time.Minute), ContainedAt: noon, Owner: owner, Holds: []quarantine.Hold{held, group},
		Findings:   []quarantine.IncidentFinding{{FindingSummary: quarantine.FindingSummary{ID: "f", Type: text, Title: text, Severity: 8}, Score: 93, At: noon}},
		Verdict:    quarantine.Verdict{Reasons: []quarantine.Reason{{Name: "rule", Points: 5, Text: text}}},
		Neighbours: &quarantine.Neighbours{Kinds: []quarantine.NeighbourCount{{Kind: quarantine.NeighbourNATGateway, Count: 1, Names: []string{text}}}},
		Evidence: quarantine.Evidence{
			Status: quarantine.EvidenceStatusFailed, Problems: []string{text}, Artifacts: []quarantine.Artifact{{Name: "instance", SHA256: "0a1b", Bytes: 7}},
			Snapshots: []quarantine.Snapshot{{ID: "snap-1", VolumeID: "vol-1", State: "error", Message: text}},
		},
		Timeline: []quarantine.Event{{At: noon, Kind: quarantine.EventContained, By: text, Text: text}},
	}
}

// isolated is the execution that cut it: 200 ms from its start.
func isolated(text string) history.Execution {
	answer, _ := json.Marshal(map[string]any{"Payload": map[string]any{
		"subject": text, "sent": []map[string]any{{"channel": "sns", "ok": true}, {"channel": "slack", "ok": false}},
	}})
	events := []history.Event{
		{Type: "ExecutionStarted"},
		{Type: "TaskStateEntered", StateEntered: &history.StateEntered{Name: "Isolate"}},
		{Type: "TaskStateExited", StateExited: &history.StateExited{Name: "Isolate"}},
		{Type: "ParallelStateEntered", StateEntered: &history.StateEntered{Name: "Respond"}},
		{Type: "TaskStateEntered", StateEntered: &history.StateEntered{Name: "TellContained"}},
		{Type: "TaskSucceeded", TaskSucceeded: &history.TaskResult{TaskResource: history.TaskResource{ResourceType: "lambda"}, Result: history.Result{Output: string(answer)}}},
		{Type: "TaskStateExited", StateExited: &history.StateExited{Name: "TellContained"}},
		{Type: "ParallelStateExited", StateExited: &history.StateExited{Name: "Respond"}},
		{Type: "FailStateEntered", StateEntered: &history.StateEntered{Name: "EvidenceFailed"}},
		{Type: "ExecutionFailed", ExecutionFailed: &history.Problem{Error: text, Cause: text}},
	}
	for i := range events {
		events[i].ID, events[i].PreviousEventID, events[i].Timestamp = int64(i+1), int64(i), noon.Add(time.Duration(i)*100*time.Millisecond)
	}
	return history.FromEvents(owner, events)
}

// ofAccount is the report of that incident, as an account gives it.
func ofAccount(text string) report.Report {
	executions := []history.Execution{isolated(text)}
	return report.Report{
		Where: "Account 111122223333, eu-west-1", Made: noon.Add(time.Hour), Names: map[string]string{"i-1": text},
		Place:     command.Place{Stack: "guard"},
		Incidents: []quarantine.Incident{contained(text)}, Executions: executions, Labels: []string{text}, Messages: report.Told(executions),
	}
}

func page(t testing.TB, r report.Report) string {
	t.Helper()
	var out strings.Builder
	if err := report.Write(&out, r); err != nil {
		t.Fatal(err)
	}
	return out.String()
}
