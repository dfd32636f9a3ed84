package ledger

import (
	"context"
	"encoding/json"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// observedItem is a finding that was observed, as the state machine stores it: what is nested
// deeper than it, as JSON.
type observedItem struct {
	At          time.Time                 `json:"at"`
	By          string                    `json:"by"`
	Resource    quarantine.Resource       `json:"resource"`
	Finding     quarantine.FindingSummary `json:"finding"`
	Score       int                       `json:"score"`
	Verdict     string                    `json:"verdict"`
	Observation string                    `json:"observation"`
}

// observed reads what would have been done. Where the incident came to be one after all, by the same
// execution run again, what is on record of that counts.
func (r *reading) observed(_ context.Context, items []item) error {
	all, err := decoded[observedItem](items, sortObserved)
	if err != nil || len(all) == 0 {
		return err
	}
	in, of := &r.incident, all[0]
	var seen quarantine.Observation
	if err := json.Unmarshal([]byte(of.Observation), &seen); err != nil {
		return unreadable(err)
	}
	r.about(of.Resource)
	in.Observation = &seen
	if in.Status != "" {
		return nil
	}
	if err := json.Unmarshal([]byte(of.Verdict), &in.Verdict); err != nil {
		return unreadable(err)
	}
	in.OpenedAt, in.Owner, in.Described, in.Neighbours = of.At, of.By, seen.Described, seen.Neighbours
	in.Findings = found(in.Findings, of.Finding, of.Score, of.At)
	return nil
}
