package quarantine

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"slices"
	"time"
)

// Status is the state of an incident.
type Status string

// An incident is isolating while its lock's lease runs, then contained or
// failed; a failed one is taken up again by the next finding. Released ends it.
const (
	StatusIsolating Status = "isolating"
	StatusContained Status = "contained"
	StatusFailed    Status = "failed"
	StatusReleased  Status = "released"
	// StatusObserved is that of a finding about which nothing was done, as the policy has it observed:
	// it is no case, and ends by itself.
	StatusObserved Status = "observed"
)

// Incident is one containment case for one resource, from the first finding until
// release: everything that is on record of it. Lists are the oldest first.
type Incident struct {
	ID       string   `json:"id"`
	Resource Resource `json:"resource"`
	// Status is "" while nothing was tried, because a person is asked first.
	Status Status `json:"status"`
	// Findings are the one that opened the incident, and those that joined it.
	Findings []IncidentFinding `json:"findings"`
	// Verdict is the one of the first finding; without an action where that is not on record.
	Verdict Verdict `json:"verdict"`
	// OpenedAt is the time of the first finding; before the instance was contained,
	// the time at which its lock was taken or its question asked.
	OpenedAt    time.Time `json:"openedAt,omitzero"`
	ContainedAt time.Time `json:"containedAt,omitzero"` // the last time
	// ContainedBy is the measure that contains the resource in place of the cut; "" where that is
	// the cut.
	ContainedBy string `json:"containedBy,omitempty"`
	// Described is what AWS said of the resource when it was contained; nil where it said nothing.
	Described *Described `json:"described,omitempty"`
	// Observation is what would have been done, where the status is StatusObserved.
	Observation *Observation `json:"observation,omitempty"`
	// Neighbours are what the last cut hit beside the instance; nil if nobody counted.
	Neighbours *Neighbours `json:"neighbours,omitempty"`
	// Owner is the execution, by its ARN, that contained it last or holds its lock.
	Owner string `json:"owner,omitempty"`
	// Holds are the records of all things that it holds, is releasing or held once, of
	// every measure.
	Holds     []Hold            `json:"holds"`
	Evidence  Evidence          `json:"evidence"`
	Questions []ApprovalRequest `json:"questions"`
	Timeline  []Event           `json:"timeline"`
	Watch     Watch             `json:"watch"` // what the looks at it have shown
	// Narrowed is what became of its subnets when they were given back while the instance stays
	// contained; nil unless that stands. NarrowedIn is the execution that did it.
	Narrowed   *Release `json:"narrowed,omitempty"`
	NarrowedIn string   `json:"narrowedIn,omitempty"`
	// Release is the outcome of its release, if it is released; otherwise nil.
	Release *Release `json:"release,omitempty"`
	// ReleasedIn is the execution that released it, or "".
	ReleasedIn string `json:"releasedIn,omitempty"`
	// Newer is the version of its items where a newer release has written them: what is not known
	// of them is not shown. Otherwise 0.
	Newer int `json:"newer,omitempty"`
}

// Described is what people know a resource by. It is a hint, and decides nothing: whoever has the
// resource may have written it.
type Described struct {
	Name string `json:"name,omitempty"` // an instance's tag Name
	Type string `json:"type,omitempty"` // for example t3.micro
}

// IncidentFinding is what is kept of a finding: what it says, what it scored and
// when it came.
type IncidentFinding struct {
	FindingSummary
	Score int       `json:"score"`
	At    time.Time `json:"at,omitzero"`
}

// Incidents reads incidents.
type Incidents interface {
	// Incident reads an incident whole. Errors: BadRequest if the ledger knows nothing
	// of it; AccessDenied; Throttled; Unavailable.
	Incident(ctx context.Context, id string) (Incident, error)
}

// Open tells whether there is something to release, to try again or to decide.
// What a person was asked about first and nobody cut is over with the question.
func (i Incident) Open() bool {
	return i.Status != StatusReleased && i.Status != StatusObserved && (i.Status != "" || len(i.Pending()) > 0)
}

// NeverCut tells whether nothing was ever cut for it, so that nothing of it is to be released: it was
// observed, or only asked about.
func (i Incident) NeverCut() bool {
	return i.Status == "" || i.Status == StatusObserved
}

// Name is what people call its resource, as a tag had it when it was contained, or else as a finding
// has it, or "". It is a hint, as [Described] says.
func (i Incident) Name() string {
	if i.Described != nil && i.Described.Name != "" {
		return i.Described.Name
	}
	for _, f := range i.Findings {
		if f.Name != "" {
			return f.Name
		}
	}
	return ""
}

// Types are the types of its findings, each once.
func (i Incident) Types() []string {
	return distinct(i.Findings, func(f IncidentFinding) string { return f.Type })
}

// FindingTypes are Types without a person's word: what GuardDuty can say again.
func (i Incident) FindingTypes() []string {
	return slices.DeleteFunc(i.Types(), func(t string) bool { return t == TypeWord })
}

// ByWordAlone tells whether people's words are on record of it and no finding.
func (i Incident) ByWordAlone() bool { return len(i.Findings) > 0 && len(i.FindingTypes()) == 0 }

// Held are the records of the things that the incident holds or is releasing now.
func (i Incident) Held() []Hold {
	var out []Hold
	for _, h := range i.Holds {
		if h.HeldFor(i.ID) {
			out = append(out, h)
		}
	}
	return out
}

// HeldAndLeft are those with the things that a measure had to leave as they are, and those that
// the last look found and nothing holds: what is said to be closed depends on all of them.
func (i Incident) HeldAndLeft() []Hold {
	held := slices.DeleteFunc(slices.Clone(i.Holds), func(h Hold) bool { return !h.HeldFor(i.ID) && h.Outcome != LeftOpen })
	return append(held, i.Unheld()...)
}

// HeldFurther are the records of what the incident holds by the measures beyond the cut.
func (i Incident) HeldFurther() []Hold {
	return slices.DeleteFunc(i.Held(), func(h Hold) bool { return h.Measure == MeasureCut })
}

// Quarantines are the subnets that the incident holds, is releasing or held once.
func (i Incident) Quarantines() []Quarantine { return quarantines(i.Holds) }

// HeldQuarantines are the subnets that the incident holds or is releasing now.
func (i Incident) HeldQuarantines() []Quarantine { return quarantines(i.Held()) }

func quarantines(holds []Hold) []Quarantine {
	var out []Quarantine
	for _, h := range holds {
		if h.Measure == MeasureCut {
			out = append(out, h.Quarantine())
		}
	}
	return out
}

// Subnets are the ids of the subnets that the incident holds or held once.
func (i Incident) Subnets() []string {
	var out []string
	for _, q := range i.Quarantines() {
		out = append(out, q.SubnetID)
	}
	return out
}

// Pending are the questions that wait for a person.
func (i Incident) Pending() []ApprovalRequest {
	var out []ApprovalRequest
	for _, r := range i.Questions {
		if r.Status == RequestPending {
			out = append(out, r)
		}
	}
	return out
}

// IncidentID derives the id that an incident gets if the execution opens one:
// the same however often the execution asks.
func IncidentID(e Execution, t Resource) string {
	sum := sha256.Sum256([]byte(e.ID + "\n" + t.String()))
	return "inc-" + e.StartedAt.UTC().Format("20060102") + "-" + hex.EncodeToString(sum[:5])
}

// LockKey is the partition key of the resource's lock in the ledger.
func LockKey(t Resource) string {
	return "RESOURCE#" + string(t.Kind) + "#" + t.AccountID + "#" + t.Region + "#" + t.ID
}

// Claim is an execution's hold on an incident: what the lock gave it.
type Claim struct {
	Incident string   `json:"incident"`
	Resource Resource `json:"resource"`
	// Owner is the execution's ARN. Only the lock's owner may mark it.
	Owner string `json:"owner"`
}

// Quarantine is the state of one subnet.
type Quarantine struct {
	AccountID string `json:"accountId"`
	Region    string `json:"region"`
	VPCID     string `json:"vpcId"`
	SubnetID  string `json:"subnetId"`
	// Before is what stood there before the cut, and BeforeVersion its version: the id that AWS
	// compares it by. Every change brings another, and none comes back.
	Before        string `json:"originalAcl"`
	BeforeVersion string `json:"originalAssociation"`
	// After and AfterVersion are those of the cut; empty until
	// the cut was read back.
	After        string `json:"quarantineAcl,omitempty"`
	AfterVersion string `json:"association,omitempty"`
	// Puts are associations that replacements have returned, and no read-back showed yet.
	Puts []string `json:"puts,omitempty"`
	// Holders are the ids of the incidents that need the subnet cut off, sorted.
	Holders    []string  `json:"holders"`
	VerifiedAt time.Time `json:"verifiedAt,omitzero"`
	// Releasing is the incident that began to release the subnet, or "". An
	// incident that becomes a holder then (RecordOriginal or HoldSubnet) must replace the
	// version, even by putting the same there: that invalidates the version by which
	// the release could still put back what stood before. Releasing stays on
	// record beside the new holder until Verified, so that a retry of its isolation
	// sees it again.
	Releasing string `json:"releasing,omitempty"`
	// Retaking is the association that is about to be replaced, or may be yet, because
	// somebody had opened the subnet. Whoever releases it makes that id invalid first.
	Retaking string `json:"retaking,omitempty"`
	// Joined says that the subnet was under quarantine for another incident
	// already when this one came.
	Joined bool `json:"joined"`
}

// Containment is the outcome of an isolation: only what was read back.
type Containment struct {
	Incident string       `json:"incident"`
	Instance Instance     `json:"instance"`
	Subnets  []Quarantine `json:"subnets"`
	// Things are what is cut of a resource that is in no subnet, or what By holds in place of the cut.
	Things []Hold `json:"things,omitempty"`
	// By is the measure that contains an instance in place of the cut: then there are no Subnets. ""
	// is the cut.
	By          string    `json:"by,omitempty"`
	ContainedAt time.Time `json:"containedAt"`
	// Warnings are things that went wrong without making the cut doubtful, and
	// things that can undo it.
	Warnings []string `json:"warnings,omitempty"`
	// Neighbours are what else was in those subnets, as counted right before the cut; nil
	// where the policy has nobody count.
	Neighbours *Neighbours `json:"neighbours,omitempty"`
	// RemainsOpen says what the cut does not close.
	RemainsOpen []string `json:"remainsOpen"`
}

// Event is one entry of an incident's time series: what happened, and who or
// what did it.
type Event struct {
	At   time.Time `json:"at"`
	Kind EventKind `json:"kind"`
	By   string    `json:"by"` // an execution's ARN or a caller's identity
	Text string    `json:"text"`
	// ID tells events of one kind and moment apart; writing the same moment,
	// kind and id again changes nothing.
	ID string `json:"id,omitempty"`
}

// Quarantines is the part of the ledger that isolation writes.
// Every method can fail with AccessDenied, Throttled or Unavailable, and is
// safe to repeat.
type Quarantines interface {
	// RecordOriginal is the write-ahead: it records q's original association,
	// once, and adds the incident as a holder. If the record names another
	// original association than q's, nothing changes, and the error is a
	// *OriginalDiffers; the caller looks at EC2 again and, if what is recorded
	// is gone there, repeats the call with that association as supersedes.
	// A q without Before leaves the recorded one alone.
	RecordOriginal(ctx context.Context, q Quarantine, c Claim, supersedes string) error
	// HoldSubnet adds the claim's incident as a holder of a subnet that is under quarantine.
	// What q says of the original is recorded only where nothing is yet. It returns
	// the record as it is then; if that is Releasing, see there what to do.
	HoldSubnet(ctx context.Context, q Quarantine, c Claim) (Quarantine, error)
	// Verified records q's After and AfterVersion as read back, and that no
	// release is under way any more.
	// It returns the whole record.
	Verified(ctx context.Context, q Quarantine) (Quarantine, error)
	// Retake puts on record that q's association, which somebody has put on a subnet that the
	// claim's incident holds, is about to be replaced. It adds no holder, and returns the
	// record as it is then. Errors: LockLost unless the lock is the claim's and contained, the
	// incident holds the subnet, nobody releases it, and the association that was read back
	// last is seen.
	Retake(ctx context.Context, q Quarantine, c Claim, seen string) (Quarantine, error)
	// Retaken records q's After and AfterVersion as read back after that, and returns the whole
	// record. Errors: LockLost if a release of the subnet has begun.
	Retaken(ctx context.Context, q Quarantine, c Claim) (Quarantine, error)
	PutAssociations
	Makings
	// Quarantine reads what is on record of a subnet of the resource's account and
	// region; beyond its name it is empty if nothing is.
	Quarantine(ctx context.Context, t Resource, subnet string) (Quarantine, error)
	// CountIsolation counts an isolation in its hour, in one write, unless a limit
	// of an hour is reached: then nothing is counted, and the error is a
	// *LimitReached. One that is counted already is not counted again, and is
	// within the limits. It returns the subnets of the isolation's VPCs that are
	// counted for other instances; whoever counts later sees this one's.
	CountIsolation(ctx context.Context, i Isolation) (others []string, err error)
	// LookIsolation answers as CountIsolation would, and counts nothing.
	LookIsolation(ctx context.Context, i Isolation) (others []string, err error)
	// DiscountIsolation takes an isolation that has cut nothing off its hour's count.
	DiscountIsolation(ctx context.Context, i Isolation) error
	// Contained marks the claim's lock and its incident as contained. It tells
	// whether that was news: at most one call of an incident's is told so, and none
	// if the answer to the one that did it was lost.
	// Errors: LockLost if the lock is not the claim's any more; IncidentReleased if
	// the incident is over: then nothing is held for it, and the lock is free.
	Contained(ctx context.Context, c Claim, f Finding, v Verdict, done Containment) (first bool, err error)
	// Append writes an event into an incident's time series.
	Append(ctx context.Context, incident string, e Event) error
	Uncut
}

// PutAssociations has on record which associations were made and not read back yet: a
// later attempt tells by them what EC2 shows from what stood there before.
type PutAssociations interface {
	// PutAssociation adds the id that a replacement has returned to the record of q's
	// subnet, until the next read-back is recorded. Nothing is recorded of a subnet that no
	// incident holds or releases. Errors: AccessDenied; Throttled; Unavailable.
	PutAssociation(ctx context.Context, q Quarantine, association string) error
}

// Uncut ends incidents of which nothing was cut.
type Uncut interface {
	// EndUncut frees the lock of an incident that is ended (see [Incident.EndedUncut])
	// and puts its release and an event on record, all or nothing, if the incident never
	// held a subnet: otherwise nothing is changed, and the answer is false. The lock has to
	// be failed, or being isolated by the incident's Owner. Safe to repeat.
	// Errors: LockLost; Contended; AccessDenied; Throttled; Unavailable.
	EndUncut(ctx context.Context, ended Incident) (bool, error)
}

// OriginalDiffers says that the ledger has recorded another original
// association of the subnet than the one read now.
type OriginalDiffers struct {
	SubnetID string
	Version  string // the recorded association's id
	Before   string // what is on record as the original, "" if there is none
	Put      string // what was put there, as read back, "" if there was no read-back
}

func (e *OriginalDiffers) Error() string {
	return "the ledger has association " + e.Version + " on record as the original of " + e.SubnetID
}

var incidentID = regexp.MustCompile(`^inc-[0-9]{8}-[0-9a-f]{10}$`)

// IsIncidentID tells whether a text has the form of [IncidentID]: inc-, a date
// and ten hexadecimal digits.
func IsIncidentID(text string) bool { return incidentID.MatchString(text) }
