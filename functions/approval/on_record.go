package approval

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/message"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// maxText is the most that is shown of one text on record, in characters.
const maxText = 2000

// onRecord is what is on record of an incident, as the command show has it.
type onRecord struct {
	Findings  []quarantine.IncidentFinding
	Held      holdings  // while it is not released
	Became    []holding // what became of each thing
	Notes     []string  // of the release
	Evidence  string    // its state
	Snapshots []holding
	Artifacts []quarantine.Artifact
	Problems  []string
	Questions []holding
	Timeline  []quarantine.Event
}

func everything(of record) *onRecord {
	in := of.Incident
	out := &onRecord{Findings: in.Findings, Evidence: evidence(quarantine.ApprovalRequest{}, of), Artifacts: in.Evidence.Artifacts, Problems: cleaned(in.Evidence.Problems)}
	if in.Release == nil {
		out.Held = heldBy(in)
	} else {
		out.Became, out.Notes = becameOf(*in.Release), notes(*in.Release)
	}
	for _, s := range in.Evidence.Snapshots {
		text := fmt.Sprintf("of %s: %s", s.VolumeID, s.State)
		if s.Lock != nil {
			text += fmt.Sprintf("; locked (%s) until %s", s.Lock.State, moment(s.Lock.Until))
		}
		out.Snapshots = append(out.Snapshots, thing(s.ID, strings.TrimSpace(text+" "+s.Message)))
	}
	for _, q := range in.Questions {
		out.Questions = append(out.Questions, thing("Whether to "+string(q.Purpose), answered(q)))
	}
	for _, e := range in.Timeline {
		e.Kind, e.Text, e.By = quarantine.EventKind(clean(string(e.Kind))), clean(e.Text), clean(e.By)
		out.Timeline = append(out.Timeline, e)
	}
	return out
}

// answered says what was said to a question.
func answered(q quarantine.ApprovalRequest) string {
	if q.Decision == nil {
		return fmt.Sprintf("%s; it expires at %s", q.Status, moment(q.ExpiresAt))
	}
	text := fmt.Sprintf("%s by %s through %s at %s", q.Status, q.Decision.By, q.Decision.Via, moment(q.Decision.At))
	if q.Decision.Reason != "" {
		text += ": " + q.Decision.Reason
	}
	return text
}

// becameOf says what became of each thing that is released.
func becameOf(r quarantine.Release) []holding {
	var out []holding
	for _, s := range r.Subnets {
		out = append(out, thing(s.SubnetID, register.Cut().Released.Became(s)))
	}
	for _, t := range register.SortedThings(r.Things) {
		out = append(out, thing(t.Thing, t.Measure+": "+measure.Became(t.Outcome, t.Note)))
	}
	return out
}

func notes(r quarantine.Release) []string {
	out := []string{fmt.Sprintf("Released at %s by %s: %s", moment(r.ReleasedAt), r.By, cmp.Or(r.Reason, "no reason is on record"))}
	for _, id := range r.Removed {
		out = append(out, "Removed "+id+", which nothing used any more.")
	}
	return cleaned(append(out, r.Warnings...))
}

func thing(name, text string) holding { return holding{Kind: clean(name), Text: clean(text)} }

func clean(text string) string { return message.Clean(text, maxText) }

func cleaned(all []string) []string {
	var out []string
	for _, text := range all {
		out = append(out, clean(text))
	}
	return out
}
