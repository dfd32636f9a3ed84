// Package democheck follows the demo's workload (infra/demo.yaml) through a
// quarantine, step by step as a person with a browser and the console would: the
// page answers, the finding is on record, the subnet is cut off, the
// page does not answer any more, the evidence is complete. After a release it
// follows the restoration. It reports only what it has observed itself, and changes
// nothing, unless it has a drill to start.
package democheck

import (
	"context"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Page requests the demo's page.
type Page interface {
	Get(ctx context.Context) Answer
}

// Answer is the result of one request for the page.
type Answer struct {
	// Status is the HTTP status; 0 if there was no HTTP response.
	Status int
	// Silent means that nothing came back in time. That is how a quarantine looks from
	// outside: the cut drops packets and does not reject them, so a connection
	// that is refused or reset has reached a host.
	Silent bool
	// Why is the reason why there was no response.
	Why string
}

// Records reads what the ledger has of the demo's instance. Every method can fail
// with AccessDenied, Throttled or Unavailable.
type Records interface {
	// Case returns the state of the instance's latest incident; the zero Case if it
	// never had one. It is called often, and must be cheap.
	Case(ctx context.Context) (Case, error)
	// Question returns the id of a pending approval request about the instance, or "".
	Question(ctx context.Context) (string, error)
	// Latest returns the instance's latest incident, released or not, or "".
	Latest(ctx context.Context) (string, error)
	// Release returns the outcome of the incident's release; nil before it is released.
	Release(ctx context.Context, incident string) (*quarantine.Release, error)
}

// Case is the part of an incident that the check needs.
type Case struct {
	Incident string
	Status   quarantine.Status
	Owner    string // the execution that isolates, or has isolated, the instance
	// FindingAt is when EventBridge received the finding, and VerifiedAt when the
	// isolation read the cut back; zero until they are on record.
	FindingAt, VerifiedAt time.Time
	// Before says what stood on the subnet before, in words.
	Before string
	// Evidence is "" until the evidence is started.
	Evidence quarantine.EvidenceStatus
}

// open tells whether the incident isolates the instance, or is about to.
func (c Case) open() bool {
	switch c.Status {
	case quarantine.StatusIsolating, quarantine.StatusContained, quarantine.StatusReleasing:
		return true
	}
	return false
}

// Drill starts an execution in place of a GuardDuty finding.
type Drill interface {
	// Start starts the state machine with a synthetic finding about the demo's
	// instance, and returns the execution's ARN.
	Start(ctx context.Context) (string, error)
	// Ended describes how the execution has ended; "" while it runs.
	Ended(ctx context.Context, execution string) (string, error)
}
