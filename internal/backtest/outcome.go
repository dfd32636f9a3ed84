package backtest

import (
	"slices"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Outcome is what would have become of a finding.
type Outcome string

// The outcomes, from the strongest to the weakest.
const (
	Cut     Outcome = "cut"     // the resource would have been cut off
	Asked   Outcome = "asked"   // a person would have been asked before anything is cut
	Joined  Outcome = "joined"  // it would have joined an open incident, or a question about the same resource
	Told    Outcome = "told"    // people would have been told, and nothing cut
	Ignored Outcome = "ignored" // it would have been recorded with its reasons
)

// Outcomes are all of them, from the strongest to the weakest.
func Outcomes() []Outcome { return []Outcome{Cut, Asked, Joined, Told, Ignored} }

// Part is what would have become of one resource of a finding; most findings have one.
type Part struct {
	// Resource is nil where the finding accuses none that can be cut.
	Resource *quarantine.Resource `json:"resource,omitempty"`
	Name     string               `json:"name,omitempty"` // its tag Name in the finding
	Outcome  Outcome              `json:"outcome"`
	Verdict  quarantine.Verdict   `json:"verdict"`
	// Why says what made the outcome another one than the verdict alone: the brake, or what it joins.
	Why string `json:"why,omitempty"`
	// HeldBy says why the brake would have held the cut: it asked, or waited beside a question.
	HeldBy string `json:"heldBy,omitempty"`
}

// Decisive is what decided, in a sentence.
func (p Part) Decisive() string {
	if p.Why != "" {
		return p.Why
	}
	for i := len(p.Verdict.Reasons) - 1; i >= 0; i-- {
		if r := p.Verdict.Reasons[i]; r.Points == 0 && r.Name != quarantine.ReasonMode { // what decides the action has no points, and the last of them decides
			return r.Text
		}
	}
	return ""
}

// Judged is a finding and what would have become of it.
type Judged struct {
	Place     string    `json:"place"`
	At        time.Time `json:"at"`
	ID        string    `json:"id"`
	Type      string    `json:"type"`
	Severity  float64   `json:"severity"`
	AccountID string    `json:"accountId"`
	Region    string    `json:"region"`
	Archived  bool      `json:"archived,omitempty"`
	// Outcome is the strongest of its parts'.
	Outcome Outcome `json:"outcome"`
	Parts   []Part  `json:"parts"`
}

// Day is the day on which it came, in UTC.
func (j Judged) Day() string { return j.At.UTC().Format(time.DateOnly) }

// observed tells whether the policy has any of its parts observed: what is said of those is what would
// have become of them otherwise.
func (j Judged) observed() bool {
	return slices.ContainsFunc(j.Parts, func(p Part) bool { return p.Verdict.Observed() })
}

// strongest is the part whose outcome is the strongest: the first of them.
func (j Judged) strongest() Part {
	for _, o := range Outcomes() {
		for _, p := range j.Parts {
			if p.Outcome == o {
				return p
			}
		}
	}
	return Part{}
}

func newJudged(f Finding, parts []Part) Judged {
	j := Judged{Place: f.Place, At: f.At(), ID: f.ID, Type: f.Type, Severity: f.Severity, AccountID: f.AccountID, Region: f.Region, Archived: f.Archived, Parts: parts}
	j.Outcome = j.strongest().Outcome
	return j
}
