package quarantine

import (
	"context"
	"time"
)

// Drill is the record of a drill on one resource: people try the quarantine on an
// instance that was made for it. It stands in the ledger, where those who try write it
// before they start, and nowhere else: nothing that an event or a tag says makes a drill. It
// changes what messages are called, and no verdict, no cut and nobody who is told.
type Drill struct {
	Resource Resource `json:"resource"`
	By       string   `json:"by"`    // the ARN of who began it
	Stack    string   `json:"stack"` // the ARN of the stack that made the resource
	// From is when it began, and Until when the record is none any more.
	From  time.Time `json:"from"`
	Until time.Time `json:"until"`
}

// Covers tells whether an incident that was opened at a time is the drill's. One of which that is
// not on record yet is.
func (d Drill) Covers(opened time.Time) bool { return opened.IsZero() || !opened.Before(d.From) }

// Drills reads the records of drills.
type Drills interface {
	// Drill reads that of a resource; nil where there is none that holds now. Errors:
	// AccessDenied; Throttled; Unavailable.
	Drill(ctx context.Context, r Resource) (*Drill, error)
}
