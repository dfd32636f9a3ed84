package quarantine

import (
	"context"
	"slices"
	"time"
)

// Hold is the record of one measure on one thing: what stood before, what was put there
// and which incidents need it so. The thing goes back when its last holder lets go.
type Hold struct {
	Measure   string `json:"measure"` // its name in the register
	AccountID string `json:"accountId"`
	Region    string `json:"region"`
	VPCID     string `json:"vpcId,omitempty"` // "" where the thing is in none
	// Thing is the id of what is changed: of a subnet, an interface, an instance.
	Thing string `json:"thing"`
	// Parts are what is changed on it, each by itself: AWS may refuse one and take another.
	Parts map[string]Part `json:"parts,omitempty"`
	// Holders are the ids of the incidents that need it so, sorted.
	Holders []string `json:"holders"`
	// Releasing is the incident that began to put the thing back, or "".
	Releasing  string    `json:"releasing,omitempty"`
	VerifiedAt time.Time `json:"verifiedAt,omitzero"` // when it was read back
	// Writer is who may change the thing until LeaseUntil, where AWS compares nothing.
	Writer     string    `json:"-"`
	LeaseUntil time.Time `json:"-"`
	// Retaking is the subnet's. See Quarantine.
	Retaking string `json:"-"`
	// Last is what was put on each part last, and what stood before, by the holds before
	// this one, for a day: what is read like that can be older than their release.
	Last   map[string]Part `json:"-"`
	LastAt time.Time       `json:"-"`
	// Doubt is what a look showed that only a second one, some time later, settles.
	Doubt   string    `json:"-"`
	DoubtAt time.Time `json:"-"`
	// Drift is how the last look found the thing where that is other than it was put, and no
	// read-back is newer. nil otherwise. What is on record of it stands in Watch.
	Drift *Drift `json:"-"`
	// Outcome is what became of the hold for the incident that it was read for: "" while
	// that holds it. Note says what a person should know of it.
	Outcome ReleaseOutcome `json:"outcome,omitempty"`
	Note    string         `json:"note,omitempty"`
}

// Part is one attribute of a thing.
type Part struct {
	Before *Value `json:"before,omitempty"` // nil while it was not read
	// Puts are the values that were put there, or may have been: each is on record before
	// the call that puts it.
	Puts    []string `json:"puts,omitempty"`
	After   string   `json:"after,omitempty"`   // as read back at VerifiedAt
	Refused string   `json:"refused,omitempty"` // why AWS did not take the change
}

// Value is an attribute's value before a measure.
type Value struct {
	Text   string `json:"text,omitempty"`
	Absent bool   `json:"absent,omitempty"` // there was no such attribute
	// Unknown says that what stood there cannot be told from what the product puts there.
	Unknown bool `json:"unknown,omitempty"`
}

// Known is the value's text, or "" where that was not read, is absent or not known.
func (v *Value) Known() string {
	if v == nil || v.Absent || v.Unknown {
		return ""
	}
	return v.Text
}

// Instance is the thing where that is an instance.
func (h Hold) Instance() Resource {
	return Resource{Kind: KindInstance, AccountID: h.AccountID, Region: h.Region, ID: h.Thing}
}

// HeldFor tells whether the incident holds the thing or is putting it back.
func (h Hold) HeldFor(incident string) bool {
	return h.Releasing == incident || slices.Contains(h.Holders, incident)
}

// Untouched tells whether nothing was put on the thing, as far as is on record.
func (h Hold) Untouched() bool {
	for _, p := range h.Parts {
		if len(p.Puts) > 0 {
			return false
		}
	}
	return true
}

// Holds is the part of the ledger that measures write which AWS gives nothing to compare
// by: there is one writer at a time a thing, by a lease. A writer is a random text of one
// invocation. What a hold is read or written by is its measure, account, region and thing.
//
// Every method can fail with AccessDenied, Throttled, Unavailable or Contended, and is safe
// to repeat. LockLost says that the claim's lock is not what the change needs, or that the
// hold is not the writer's any more: look again.
type Holds interface {
	// Join makes the claim's incident a holder, in one transaction with the pointer to
	// the hold. Errors: LockLost unless the lock is the claim's and the incident is being
	// isolated, contained or failed.
	Join(ctx context.Context, h Hold, c Claim) error
	// Take makes the writer the one until the lease ends, where the incident holds the
	// thing, or releases it and nobody holds it, and no other writer's lease runs. It
	// returns the hold as it is then; it was taken if Writer is the writer.
	Take(ctx context.Context, h Hold, incident, writer string, until time.Time) (Hold, error)
	// Ahead puts on record what is about to be put and, where none is yet, what stands
	// before; it is not verified any more.
	Ahead(ctx context.Context, h Hold, incident, writer string, parts map[string]Part) error
	// Record puts a read-back, or a refusal, on record, at h's VerifiedAt unless that is
	// zero; and gives the lease back if every call was answered.
	Record(ctx context.Context, h Hold, incident, writer string, parts map[string]Part, answered bool) error
	// LetGo takes the claim's incident off the holders; the last one is releasing it from
	// then on. It returns the hold as it is then. Errors: LockLost while the lock is the
	// incident's and the claim is not releasing it.
	LetGo(ctx context.Context, h Hold, c Claim) (Hold, error)
	// Renew is the last look before what stood before is put back: a new lease, if nobody
	// has become a holder; the thing is not verified any more. It returns the hold as it is
	// then; it was renewed if Writer is the writer and there are no Holders.
	Renew(ctx context.Context, h Hold, incident, writer string, until time.Time) (Hold, error)
	// Doubt puts on record what a look showed that a second one is to settle, or that
	// nothing is in doubt, and gives the writer's lease back, whoever holds the thing by then.
	Doubt(ctx context.Context, h Hold, writer, what string, at time.Time) error
	// End ends the hold, in one transaction with the outcome for the incident, if the
	// writer has it and nobody has become a holder; h is as it was taken. Errors: LockLost
	// otherwise.
	End(ctx context.Context, h Hold, incident, writer string) error
	// Leave puts on record what became of a hold for an incident that others hold, or
	// that does not hold it any more.
	Leave(ctx context.Context, h Hold, incident string) error
	// LeaveOpen puts on record that a thing of the claim's resource stays as it is, with h's
	// note of why; where the incident has a pointer to it already, that stays.
	LeaveOpen(ctx context.Context, h Hold, c Claim) error
	// HoldOf reads what is on record of a thing.
	HoldOf(ctx context.Context, h Hold) (Hold, error)
	// Append writes an event into an incident's time series.
	Append(ctx context.Context, incident string, e Event) error
	// Unmade takes the id of something that is gone off the record, if it is still there:
	// another one may be made.
	Unmade(ctx context.Context, measure string, r Resource, vpc, id string) error
	Makings
	Incidents
}

// Makings has on record what measures made: no name or tag tells. A measure that makes one
// thing a VPC names it by the VPC; one that can make more than one, each by its own id. Every
// method can fail with AccessDenied, Throttled or Unavailable, and is safe to repeat.
type Makings interface {
	// Made is the id of what a measure made, and whether it is on record that one was about
	// to be made.
	Made(ctx context.Context, measure string, r Resource, of string) (id string, begun bool, err error)
	// Making puts on record that something is about to be made, and then its id: the
	// first one on record counts, and is returned.
	Making(ctx context.Context, measure string, r Resource, of, id string) (string, error)
	// Table is the ledger's name, for people who look for it.
	Table() string
}

// MeasureCut is the name of the measure that isolate takes, and release takes back, as the
// ledger's keys have it.
const MeasureCut = "network-acl"

// Parts of a hold of [MeasureCut]. The association's id is what EC2 compares.
const (
	PartState   = "acl"
	PartVersion = "association"
)

// Hold is the subnet's quarantine as a hold.
func (q Quarantine) Hold() Hold {
	part := func(before, after string) Part {
		p := Part{After: after}
		if before != "" {
			p.Before = &Value{Text: before}
		}
		return p
	}
	association := part(q.BeforeVersion, q.AfterVersion)
	association.Puts = q.Puts
	return Hold{
		Measure: MeasureCut, AccountID: q.AccountID, Region: q.Region, VPCID: q.VPCID, Thing: q.SubnetID,
		Parts: map[string]Part{
			PartState: part(q.Before, q.After), PartVersion: association,
		},
		Holders: q.Holders, Releasing: q.Releasing, VerifiedAt: q.VerifiedAt, Retaking: q.Retaking,
	}
}

// Quarantine is a hold of [MeasureCut] as the quarantine of its subnet.
func (h Hold) Quarantine() Quarantine {
	before := func(part string) string {
		if v := h.Parts[part].Before; v != nil {
			return v.Text
		}
		return ""
	}
	return Quarantine{
		AccountID: h.AccountID, Region: h.Region, VPCID: h.VPCID, SubnetID: h.Thing,
		Before: before(PartState), BeforeVersion: before(PartVersion),
		After: h.Parts[PartState].After, AfterVersion: h.Parts[PartVersion].After, Puts: h.Parts[PartVersion].Puts,
		Holders: h.Holders, Releasing: h.Releasing, VerifiedAt: h.VerifiedAt, Retaking: h.Retaking,
	}
}

// HoldsOf are the incident's holds of one measure.
func (i Incident) HoldsOf(measure string) []Hold {
	var out []Hold
	for _, h := range i.Holds {
		if h.Measure == measure {
			out = append(out, h)
		}
	}
	return out
}
