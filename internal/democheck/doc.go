// Package democheck follows the demo's workload (infra/demo.yaml) through a
// quarantine, step by step as somebody at a browser and a console would: the
// page answers, the finding is on record, the quarantine ACL stands on the
// subnet, the page does not answer any more, the evidence is complete. After a
// release it follows the way back. It claims nothing that it has not seen
// itself, and changes nothing, unless it is told to start a drill.
package democheck

import (
	"context"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Page asks for the demo's page.
type Page interface {
	Get(ctx context.Context) Answer
}

// Answer is what came of asking for the page once.
type Answer struct {
	// Status is HTTP's; 0 if there was no answer of that kind.
	Status int
	// Silent says that nothing came back in time. That is what a quarantine looks
	// like from outside: a network ACL drops packets and refuses none, so that a
	// connection that is refused or reset has reached somebody.
	Silent bool
	// Why says why there was no answer.
	Why string
}

// EC2 reads what stands on the demo's subnet, and how its instance is. Errors
// are those of quarantine.Instances and quarantine.NetworkACLs.
type EC2 interface {
	Instance(ctx context.Context, id string) (quarantine.Instance, error)
	NetworkACLs(ctx context.Context, vpcID string) ([]quarantine.NetworkACL, error)
}

// Records are what the ledger has of the demo's instance. Every method can fail
// with AccessDenied, Throttled or Unavailable.
type Records interface {
	// Case is where the instance's latest incident stands; the zero Case if it
	// never had one. It is read often, and must be cheap.
	Case(ctx context.Context) (Case, error)
	// Question is the id of a question about the instance that waits for a
	// person's decision, or "".
	Question(ctx context.Context) (string, error)
	// Latest is the instance's latest incident, released or not, or "".
	Latest(ctx context.Context) (string, error)
	// Release is the outcome of the incident's release; nil while it is not released.
	Release(ctx context.Context, incident string) (*quarantine.Release, error)
}

// Case is an incident as the demo looks at it.
type Case struct {
	Incident string
	Status   quarantine.Status
	Owner    string // the execution that isolates it, or did
	// FindingAt is when EventBridge was given the finding, and VerifiedAt when the
	// isolation read the cut back; zero until they are on record.
	FindingAt, VerifiedAt time.Time
	// OriginalACL is what stood on the subnet before.
	OriginalACL string
	// Evidence is "" until it is begun.
	Evidence quarantine.EvidenceStatus
}

// open tells whether the incident holds the instance, or is about to.
func (c Case) open() bool {
	switch c.Status {
	case quarantine.StatusIsolating, quarantine.StatusContained, quarantine.StatusReleasing:
		return true
	}
	return false
}

// Drill stands in for GuardDuty.
type Drill interface {
	// Start starts the state machine with a synthetic finding about the demo's
	// instance, and gives the execution's ARN.
	Start(ctx context.Context) (string, error)
	// Ended says in words how the execution has ended; "" while it runs.
	Ended(ctx context.Context, execution string) (string, error)
}
