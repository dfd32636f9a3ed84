package drill

import (
	"time"

	"github.com/ec2-quarantine/quarantine/internal/democheck"
	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/statemachine/state"
)

// Receipt is what a drill has shown.
type Receipt struct {
	System    string    `json:"stack"` // the deployment's
	By        string    `json:"by"`
	StartedAt time.Time `json:"startedAt"`
	EndedAt   time.Time `json:"endedAt"`
	// Demo is what was made for it; nil where it did not come so far.
	Demo      *democheck.Demo  `json:"madeForIt,omitempty"`
	Incident  string           `json:"incident,omitempty"`
	Execution string           `json:"executionArn,omitempty"`
	Times     Times            `json:"times"`
	Outside   []democheck.Step `json:"steps"` // as they were seen from here, the release's after the cut's
	Inside    Inside           `json:"inside"`
	Measured  []Measured       `json:"measured"`
	Removed   *Removed         `json:"removed,omitempty"`
	// Problem says why it did not come to its end.
	Problem string `json:"problem,omitempty"`
}

// Times are in seconds, each between two moments that AWS has noted; nil where one is not known.
type Times struct {
	EventToCut    *float64 `json:"eventToCutSeconds"`    // from the execution's start, which has the event, to the cut that was read back
	CutToNews     *float64 `json:"cutToNewsSeconds"`     // until people had been told
	CutToEvidence *float64 `json:"cutToEvidenceSeconds"` // until the evidence was complete
	Release       *float64 `json:"releaseSeconds"`       // from its begin to its end
}

// Moments are what the times are between; zero where one is not known.
type Moments struct {
	Started, Cut, Told, Evidence, ReleaseBegun, Released time.Time
}

// Times are those between the moments.
func (m Moments) Times() Times {
	return Times{
		EventToCut: between(m.Started, m.Cut), CutToNews: between(m.Cut, m.Told), CutToEvidence: between(m.Cut, m.Evidence),
		Release: between(m.ReleaseBegun, m.Released),
	}
}

func between(from, to time.Time) *float64 {
	if from.IsZero() || to.IsZero() || to.Before(from) {
		return nil
	}
	s := to.Sub(from).Seconds()
	return &s
}

// MomentsOf are those that an incident's record has, and its execution's history.
func MomentsOf(in quarantine.Incident, events []history.Event) (m Moments) {
	m.Cut = in.ContainedAt
	for _, e := range in.Timeline {
		switch e.Kind {
		case quarantine.EventEvidenceComplete:
			m.Evidence = e.At
		case quarantine.EventReleaseBegun:
			m.ReleaseBegun = e.At
		case quarantine.EventReleased:
			m.Released = e.At
		}
	}
	for i, e := range events {
		if i == 0 {
			m.Started = e.Timestamp
		}
		if e.StateExited != nil && e.StateExited.Name == state.TellContained {
			m.Told = e.Timestamp
		}
	}
	return m
}

// Measured is the answer to something that no document settles.
type Measured struct {
	Question string `json:"question"`
	// Answer is what was seen; "" where it is not known, for the reason that NotKnown gives.
	Answer   string `json:"answer,omitempty"`
	NotKnown string `json:"notKnown,omitempty"`
}
