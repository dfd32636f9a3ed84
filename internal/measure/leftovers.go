package measure

import (
	"cmp"
	"context"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Leftovers are what a measure made in an account, as an uninstallation sees them. What the
// ledger has as made is the product's; names and tags do not tell, and delete nothing.
//
// Every method can fail with AccessDenied, Throttled or Unavailable.
type Leftovers interface {
	// Find looks for what was made for the incidents. It changes nothing.
	Find(ctx context.Context, all []quarantine.Incident) (Remains, error)
	// Remove removes one. Errors: Contended while something uses it; nil if it is gone
	// already.
	Remove(ctx context.Context, l Leftover) error
}

// Made says what the ledger has as made: of what a measure makes once a VPC, the VPC's, and
// otherwise each by its id; see [quarantine.Holds].
type Made interface {
	Made(ctx context.Context, measure string, r quarantine.Resource, of string) (id string, begun bool, err error)
}

// Remains are what was found.
type Remains struct {
	// Removable are what nothing uses, as far as was looked, and no other deployment has.
	Removable []Leftover
	Kept      []Leftover    // what stays, each with the reason
	Closed    []ClosedThing // what something uses
}

// Leftover is one of what a measure made.
type Leftover struct {
	Measure string `json:"measure"`
	What    string `json:"what"`         // as people call it: "security group"
	ID      string `json:"id,omitempty"` // "" where it is not on record whether there is one
	VPCID   string `json:"vpcId"`
	Why     string `json:"why,omitempty"` // reason why it is kept
	// Last says that a finding would need it until the deployment is gone. Then it is
	// removed without another look, if nothing uses it.
	Last bool                `json:"-"`
	Of   quarantine.Resource `json:"-"` // a resource of its account and Region
}

// String names it as people do.
func (l Leftover) String() string {
	return l.What + " " + cmp.Or(l.ID, "(not known)") + " of " + l.VPCID
}

// ClosedThing is a thing that has what a measure made, whether an incident holds it or not.
type ClosedThing struct {
	Hold quarantine.Hold // what is on record of it; no holders where no incident holds it
	Now  string          // how it stands, after "is": "CUT OFF by acl-1"
}
