package story

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/ec2-quarantine/quarantine/statemachine/state"
)

// failure is a state's error: in words, where its name says too little, and of which state.
func failure(of, name string) string {
	const refused = "DynamoDB.ConditionalCheckFailedException"
	switch {
	case name == refused && of == state.AcquireLock:
		return of + ": the lock is not free for this finding"
	case name == refused:
		return of + ": its condition does not hold"
	}
	if of == "" {
		return name
	}
	return of + ": " + name
}

// note is what a person wants to know of a state's output.
func note(from, output string) string {
	var out struct {
		Action, Incident, Holder, Status string
		Released                         string
		Score                            *int // nil where a person's word was judged
		Approve                          *bool
		Narrow                           bool
		By                               string
		Subnets, Snapshots, Progress     []string
		Things                           []string // that are cut, of what is in no subnet
	}
	if json.Unmarshal([]byte(output), &out) != nil {
		return ""
	}
	switch {
	case out.Approve != nil && *out.Approve:
		return "approved by " + out.By
	case out.Approve != nil && out.Narrow:
		return "narrowed by " + out.By
	case out.Approve != nil:
		return "denied by " + out.By
	}
	switch from {
	case state.Triage:
		if out.Score == nil {
			return out.Action + ", not scored"
		}
		return fmt.Sprintf("%s, score %d", out.Action, *out.Score)
	case state.AcquireLock:
		return out.Incident
	case state.JoinIncident:
		return "the incident is " + out.Holder
	case state.WasItReleased:
		return released(out.Released)
	case state.Isolate:
		return "cut: " + strings.Join(append(out.Subnets, out.Things...), ", ")
	case state.CaptureEvidence:
		return fmt.Sprintf("snapshots started: %d", len(out.Snapshots))
	case state.CheckEvidence:
		return "snapshots " + strings.Join(out.Progress, ", ")
	}
	return ""
}

// released says which incident the lock was freed for last, where that is on record.
func released(incident string) string {
	if incident == "" {
		return "no release is on record"
	}
	return incident + " was released"
}

// underWay tells whether there are snapshots that are not complete.
func underWay(output string) bool {
	var out struct{ Progress []string }
	return json.Unmarshal([]byte(output), &out) == nil && slices.ContainsFunc(out.Progress, func(p string) bool { return p != "100%" })
}
