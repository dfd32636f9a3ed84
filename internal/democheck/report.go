package democheck

import (
	"fmt"
	"time"
)

// Name is the name of a step.
type Name string

// The steps in order: of the quarantine, and of the release.
const (
	PageReachable   Name = "page-reachable"
	FindingSeen     Name = "finding-seen"
	CutInEffect     Name = "cut-in-effect"
	PageUnreachable Name = "page-unreachable"
	EvidenceTaken   Name = "evidence-complete"

	Released Name = "released"
	Restored Name = "cut-lifted"
	PageBack Name = "page-reachable-again"
)

// Outcome is the outcome of a step.
type Outcome string

// A step is seen, or skipped if it had happened before; any other outcome ends the
// check.
const (
	Seen        Outcome = "seen"
	Skipped     Outcome = "skipped"
	Failed      Outcome = "failed"
	TimedOut    Outcome = "timed-out"
	Interrupted Outcome = "interrupted"
)

// Step is a step that has ended.
type Step struct {
	Name    Name      `json:"step"`
	Outcome Outcome   `json:"outcome"`
	At      time.Time `json:"at"`
	// SinceStart counts from the check's start, and SinceFinding from the time at which
	// EventBridge received the finding, according to the ledger; both are in seconds,
	// up to this computer's current time. SinceFinding is nil without a finding, and
	// for steps before it.
	SinceStart   float64  `json:"sinceStartSeconds"`
	SinceFinding *float64 `json:"sinceFindingSeconds,omitempty"`
	Text         string   `json:"text"`
}

// Report is the result of a check.
type Report struct {
	Demo      Demo      `json:"demo"`
	StartedAt time.Time `json:"startedAt"`
	Incident  string    `json:"incident,omitempty"`
	FindingAt time.Time `json:"findingAt,omitzero"`
	// Drill is the ARN of the execution that the check started, or "".
	Drill string `json:"drillExecutionArn,omitempty"`
	Steps []Step `json:"steps"`
}

// StuckError names the step at which a check ended, and what to look at.
type StuckError struct {
	Step    Name
	Outcome Outcome
	Why     string
	Advice  string
}

// Error includes the reason and the advice.
func (e *StuckError) Error() string {
	text := fmt.Sprintf("%s %s: %s", e.Step, e.Outcome, e.Why)
	if e.Advice != "" {
		text += ". " + e.Advice
	}
	return text
}

// finding records the time of the finding, once the ledger has it, and computes
// SinceFinding of every step so far.
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
	if s.Name != PageReachable && !r.FindingAt.IsZero() { // the page was reachable before the finding
		since := s.At.Sub(r.FindingAt).Seconds()
		s.SinceFinding = &since
	}
}
