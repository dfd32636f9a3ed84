package backtest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/guardduty"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Finding is one finding of the past, and where it was read.
type Finding struct {
	quarantine.Finding
	// FirstSeen is when the activity began; zero where the finding does not say so.
	FirstSeen time.Time
	// Place is the file and what of it, or the detector.
	Place string
}

// Unread is what could not be read as a finding, and why.
type Unread struct {
	Place string `json:"place"`
	Error string `json:"error"`
}

// Input is everything that was read.
type Input struct {
	Findings []Finding
	Unread   []Unread
}

// Add adds what else was read.
func (in *Input) Add(more Input) {
	in.Findings = append(in.Findings, more.Findings...)
	in.Unread = append(in.Unread, more.Unread...)
}

// At is when the finding's first event came, as nearly as the finding says.
func (f Finding) At() time.Time {
	for _, at := range []time.Time{f.CreatedAt, f.FirstSeen, f.UpdatedAt} {
		if !at.IsZero() {
			return at.UTC()
		}
	}
	return time.Time{}
}

// newFinding reads an event's finding.
func newFinding(place string, e guardduty.Event) (Finding, error) {
	parsed, err := e.Finding()
	if err != nil {
		return Finding{}, err
	}
	out := Finding{Finding: parsed, Place: place, FirstSeen: firstSeen(e.Body)}
	if out.At().IsZero() {
		return Finding{}, fmt.Errorf("%s has no time: neither createdAt nor service.eventFirstSeen nor updatedAt, so that it has no place in the order", parsed.ID)
	}
	return out, nil
}

// firstSeen is a time of the event that nothing that is deployed needs.
func firstSeen(event []byte) time.Time {
	var e struct {
		Detail struct {
			Service struct {
				EventFirstSeen string `json:"eventFirstSeen"`
			} `json:"service"`
		} `json:"detail"`
	}
	if json.Unmarshal(event, &e) != nil {
		return time.Time{}
	}
	at, err := time.Parse(time.RFC3339, e.Detail.Service.EventFirstSeen)
	if err != nil || at.Year() < 1 || at.Year() > 9999 {
		return time.Time{} // it decides nothing where createdAt is there
	}
	return at.UTC()
}

// identity is what a finding has alone.
func (f Finding) identity() [3]string { return [3]string{f.AccountID, f.Region, f.ID} }

// inOrder are the findings in the order in which they came, each once, as it was updated last; and
// how many were there again.
func inOrder(all []Finding) (once []Finding, repeats int) {
	at := map[[3]string]int{}
	for _, f := range all {
		i, again := at[f.identity()]
		switch {
		case !again:
			at[f.identity()] = len(once)
			once = append(once, f)
		case !f.UpdatedAt.Before(once[i].UpdatedAt):
			once[i] = f
		}
	}
	slices.SortFunc(once, func(a, b Finding) int {
		return cmp.Or(a.At().Compare(b.At()), cmp.Compare(a.AccountID, b.AccountID), cmp.Compare(a.Region, b.Region), cmp.Compare(a.ID, b.ID))
	})
	return once, len(all) - len(once)
}

// Latest is when the last of the findings came; zero if there are none.
func (in Input) Latest() time.Time {
	var latest time.Time
	for _, f := range in.Findings {
		if f.At().After(latest) {
			latest = f.At()
		}
	}
	return latest
}

// Since are the findings that came at that time or later, and how many came before it.
func (in Input) Since(begin time.Time) (Input, int) {
	kept := slices.DeleteFunc(slices.Clone(in.Findings), func(f Finding) bool { return f.At().Before(begin) })
	return Input{Findings: kept, Unread: in.Unread}, len(in.Findings) - len(kept)
}
