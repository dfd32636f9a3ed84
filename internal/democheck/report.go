package democheck

import (
	"fmt"
	"time"
)

// Name is a step's.
type Name string

// The steps, in their order: to the quarantine, and back from it.
const (
	PageReachable   Name = "page-reachable"
	FindingSeen     Name = "finding-seen"
	ACLInEffect     Name = "acl-in-effect"
	PageUnreachable Name = "page-unreachable"
	EvidenceTaken   Name = "evidence-complete"

	Released    Name = "released"
	ACLRestored Name = "acl-restored"
	PageBack    Name = "page-reachable-again"
)

// Outcome is what came of a step.
type Outcome string

// A step is seen, or skipped where there was nothing left to see; the one that
// is neither ends the check.
const (
	Seen        Outcome = "seen"
	Skipped     Outcome = "skipped"
	Failed      Outcome = "failed"
	TimedOut    Outcome = "timed-out"
	Interrupted Outcome = "interrupted"
)

// Step is one step that has come to an end.
type Step struct {
	Name    Name      `json:"step"`
	Outcome Outcome   `json:"outcome"`
	At      time.Time `json:"at"`
	// SinceStart is from the check's start, in seconds, and SinceFinding from the
	// moment that EventBridge was given the finding, as the ledger has it; the clock
	// at the other end of both is this computer's. It is nil without a finding, and
	// for what comes before it.
	SinceStart   float64  `json:"sinceStartSeconds"`
	SinceFinding *float64 `json:"sinceFindingSeconds,omitempty"`
	Text         string   `json:"text"`
}

// Report is what a check has seen.
type Report struct {
	Demo      Demo      `json:"demo"`
	StartedAt time.Time `json:"startedAt"`
	Incident  string    `json:"incident,omitempty"`
	FindingAt time.Time `json:"findingAt,omitzero"`
	// Drill is the execution that the check started, or "".
	Drill string `json:"drillExecutionArn,omitempty"`
	Steps []Step `json:"steps"`
}

// StuckError says at which step a check did not go on, and what to look at.
type StuckError struct {
	Step    Name
	Outcome Outcome
	Why     string
	Advice  string
}

// Error says both.
func (e *StuckError) Error() string {
	text := fmt.Sprintf("%s %s: %s", e.Step, e.Outcome, e.Why)
	if e.Advice != "" {
		text += ". " + e.Advice
	}
	return text
}

// finding tells the report when the finding was, once that is on record, and
// counts every step from then on.
func (r *Report) finding(at time.Time) {
	if at.IsZero() || !r.FindingAt.IsZero() {
		return
	}
	r.FindingAt = at
	for i := range r.Steps {
		r.count(&r.Steps[i])
	}
}

func (r *Report) count(s *Step) {
	s.SinceStart = s.At.Sub(r.StartedAt).Seconds()
	if s.Name != PageReachable && !r.FindingAt.IsZero() { // the page was there before the finding
		since := s.At.Sub(r.FindingAt).Seconds()
		s.SinceFinding = &since
	}
}
