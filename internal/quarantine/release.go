package quarantine

import (
	"context"
	"time"
)

// StatusReleasing is an incident whose release is under way, while the lock's
// lease runs; findings that come meanwhile wait and then open a new incident.
const StatusReleasing Status = "releasing"

// ReleaseOutcome is what became of one thing that a released incident held.
type ReleaseOutcome string

// The outcomes of releasing a thing.
const (
	// Restored: what is on record as before stands there again, as read back.
	Restored ReleaseOutcome = "restored"
	// RestoredDefault: what is on record is gone; the VPC's default stands there.
	RestoredDefault ReleaseOutcome = "restored-default"
	// StillHeld: other incidents hold the subnet; nothing was changed in EC2.
	StillHeld ReleaseOutcome = "still-held"
	// Drifted: others changed the thing; it was left alone.
	Drifted ReleaseOutcome = "drifted"
	// AlreadyReleased: this incident does not hold the subnet (any more).
	AlreadyReleased ReleaseOutcome = "already-released"
	// Unchanged: nothing had been put on the thing.
	Unchanged ReleaseOutcome = "unchanged"
	// LeftOpen: the measure never held the thing, and the note says why it cannot.
	LeftOpen ReleaseOutcome = "left-open"
	// Gone: the thing does not exist any more.
	Gone ReleaseOutcome = "gone"
)

// ReleasedSubnet says what became of one subnet.
type ReleasedSubnet struct {
	SubnetID string         `json:"subnetId"`
	VPCID    string         `json:"vpcId"`
	Outcome  ReleaseOutcome `json:"outcome"`
	// Now is what stands there, and Version the id that AWS compares it by: every change
	// brings another.
	Now     string `json:"acl,omitempty"`
	Version string `json:"association,omitempty"`
	// Closed says that what was put back lets nothing pass: the subnet was cut off by hand before the
	// quarantine, for example, and is so again.
	Closed bool `json:"closed,omitempty"`
	// Before is what is on record of before the cut.
	Before  string   `json:"recorded,omitempty"`
	Holders []string `json:"holders,omitempty"` // the other incidents, of a subnet that is still held
}

// ReleasedThing says what became of a thing of a measure beyond the subnets.
type ReleasedThing struct {
	Measure string         `json:"measure"`
	Thing   string         `json:"thing"`
	Outcome ReleaseOutcome `json:"outcome"`
	Note    string         `json:"note,omitempty"` // what a person should know of it
}

// Release is the outcome of a release: only what was read back.
type Release struct {
	Incident string           `json:"incident"`
	Resource Resource         `json:"resource"`
	Subnets  []ReleasedSubnet `json:"subnets"`
	// Things are those of the further measures, as far as they are settled.
	Things     []ReleasedThing `json:"things,omitempty"`
	ReleasedAt time.Time       `json:"releasedAt"`
	By         string          `json:"by"` // who decided
	Reason     string          `json:"reason"`
	// Removed are the ids of what had been made for cuts, and nothing used any more.
	Removed  []string `json:"removedAcls,omitempty"`
	Warnings []string `json:"warnings,omitempty"`
	// Already says that the incident was released before; nothing was done.
	Already bool `json:"already"`
	// FalseAlarm is what was said of the incident's types of finding with this release.
	FalseAlarm *FalseAlarm `json:"falseAlarm,omitempty"`
}

// GoneUncut is why an incident ends whose instance does not exist any more, and of
// which no subnet was ever held.
const GoneUncut = "the instance is gone: nothing was cut"

// EndedUncut is the incident as it is after that.
func (i Incident) EndedUncut(by string, at time.Time) Incident {
	i.Status = StatusReleased
	i.Release = &Release{Incident: i.ID, Resource: i.Resource, Subnets: []ReleasedSubnet{}, ReleasedAt: at.UTC(), By: by, Reason: GoneUncut}
	return i
}

// Releases is the part of the ledger that release writes. Every method can fail
// with AccessDenied, Throttled or Unavailable, and is safe to repeat.
type Releases interface {
	Incidents
	PutAssociations
	Makings
	// BeginRelease marks the incident's lock as releasing until the lease ends, for
	// owner; repeated, it prolongs the lease. The lock may have been freed for this
	// incident before. Errors: LockLost if the lock is another incident's, or is being
	// isolated or released by another owner whose lease runs.
	BeginRelease(ctx context.Context, c Claim, lease time.Duration) error
	// LetGoSubnet takes the incident off the subnet's holders. If it was the last one,
	// the record says from then on that the incident is releasing it, so that
	// whoever comes now cannot hold the subnet without taking it back first.
	// It returns the record as it is then; Holders without the incident. The incident
	// may restore the subnet if Releasing names it and there are no Holders.
	LetGoSubnet(ctx context.Context, q Quarantine, incident string) (Quarantine, error)
	// Forget clears what is recorded of a subnet that the incident has released; it
	// comes last, so that a release that was stopped finds what there is to do.
	// Nothing is done if nothing is recorded. Errors: Contended if somebody has
	// taken it back meanwhile.
	Forget(ctx context.Context, q Quarantine, incident string) error
	// Released marks incident and lock as released, and frees the lock, so that the
	// next finding opens a new incident. Errors: LockLost.
	Released(ctx context.Context, c Claim, r Release) error
	// BeginNarrowing is BeginRelease for giving back the subnets alone: the lock has to be
	// contained, or left by such an attempt whose lease is over. Errors: LockLost.
	BeginNarrowing(ctx context.Context, c Claim, lease time.Duration) error
	// Narrowed puts on record what became of the incident's subnets, and gives the lock back to
	// owner, contained: activity since BeginNarrowing has the instance cut off anew. Errors: LockLost.
	Narrowed(ctx context.Context, c Claim, owner string, r Release) error
	// NotNarrowed gives the lock back like that, and nothing was changed. Errors: LockLost.
	NotNarrowed(ctx context.Context, c Claim, owner string) error
	// CallFalseAlarm puts a false alarm on record, in place of one of the same type, or
	// ends that one. Errors: BadRequest if nothing of the resource was ever cut.
	CallFalseAlarm(ctx context.Context, a FalseAlarm) error
	// Append writes an event into an incident's time series.
	Append(ctx context.Context, incident string, e Event) error
}
