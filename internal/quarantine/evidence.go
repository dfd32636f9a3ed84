package quarantine

import (
	"context"
	"time"
)

// EvidenceStatus is the state of an incident's evidence.
type EvidenceStatus string

// Evidence is pending while a snapshot is; complete when all are; failed when
// one is in error, when a volume has none, or when there was nothing to take one of.
const (
	EvidencePending      EvidenceStatus = "pending"
	EvidenceComplete     EvidenceStatus = "complete"
	EvidenceStatusFailed EvidenceStatus = "failed"
)

// Evidence is what was kept of a resource. It only ever grows.
type Evidence struct {
	Incident  string         `json:"incident"`
	Resource  Resource       `json:"resource"`
	Case      string         `json:"case"` // resource and day, for people
	Status    EvidenceStatus `json:"status"`
	Snapshots []Snapshot     `json:"snapshots"`
	Artifacts []Artifact     `json:"artifacts"`
	// Problems say in words what could not be kept, and why.
	Problems []string `json:"problems,omitempty"`
}

// Snapshot is an EBS snapshot.
type Snapshot struct {
	ID        string            `json:"id"`
	VolumeID  string            `json:"volumeId"`
	Device    string            `json:"device,omitempty"`
	State     string            `json:"state"`              // pending, completed, error, recoverable, recovering
	Progress  string            `json:"progress,omitempty"` // for example 40%
	SizeGiB   int               `json:"sizeGiB"`
	StartedAt time.Time         `json:"startedAt,omitzero"`
	Message   string            `json:"message,omitempty"` // why it is in error
	Tags      map[string]string `json:"tags,omitempty"`
	// Description is what was said when it was taken. Unlike tags, nobody can change it:
	// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySnapshotAttribute.html
	Description string `json:"description,omitempty"`
	// Lock is the one that stands, as it was read; nil if none was read.
	Lock *SnapshotLock `json:"lock,omitempty"`
}

// SnapshotLock keeps a snapshot from being deleted.
type SnapshotLock struct {
	// State is governance, which a person with the permission ends early;
	// compliance-cooloff, in whose first hours one does; or compliance, which nobody does.
	State string    `json:"state"`
	Until time.Time `json:"until"`
}

// Locked tells whether locks were read of all the evidence's snapshots that stand at a time.
func (e Evidence) Locked(at time.Time) bool {
	for _, s := range e.Snapshots {
		if s.Lock == nil || !s.Lock.Until.After(at) {
			return false
		}
	}
	return len(e.Snapshots) > 0
}

// Artifact is a piece of the manifest.
type Artifact struct {
	// Name is instance, interfaces, security-groups, profile, volumes, snapshots, console-output or
	// console-screenshot; of an access key access-key, access-key-last-used, other-access-keys, user,
	// user-tags, user-policies, user-attached-policies or user-groups.
	Name    string    `json:"name"`
	SHA256  string    `json:"sha256"`
	Bytes   int       `json:"bytes"`
	TakenAt time.Time `json:"takenAt"`
	TakenBy string    `json:"takenBy"` // the ARN that took it
}

// Volume is an EBS volume as EC2 describes it now.
type Volume struct {
	ID        string `json:"id"`
	State     string `json:"state"` // in-use, error, ...
	SizeGiB   int    `json:"sizeGiB"`
	Type      string `json:"type,omitempty"`
	Encrypted bool   `json:"encrypted"`
	KMSKeyID  string `json:"kmsKeyId,omitempty"`
	Device    string `json:"device,omitempty"`
}

// SecurityGroup is a security group with its rules, as EC2 describes it now.
type SecurityGroup struct {
	ID    string   `json:"id"`
	Name  string   `json:"name"`
	VPCID string   `json:"vpcId"`
	Rules []string `json:"rules"` // one line each: direction protocol ports peer
}

// Disks reads volumes and takes snapshots. Every method can fail with
// AccessDenied, Throttled or Unavailable.
type Disks interface {
	// Volumes gives the volumes attached to an instance.
	Volumes(ctx context.Context, r Resource) ([]Volume, error)
	// Snapshots gives the snapshots of this account that carry the tag, whatever their state.
	Snapshots(ctx context.Context, r Resource, tagKey, tagValue string) ([]Snapshot, error)
	// CreateSnapshots takes one crash-consistent set of all attached volumes.
	// EC2 takes no client token: look with Snapshots before repeating it.
	// Errors: EvidenceFailed where EC2 refuses for the volumes' sake.
	// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSnapshots.html
	CreateSnapshots(ctx context.Context, r Resource, description string, tags map[string]string) ([]Snapshot, error)
	// TagSnapshot adds tags to a snapshot.
	TagSnapshot(ctx context.Context, r Resource, snapshotID string, tags map[string]string) error
}

// SnapshotLocker locks snapshots. Errors: AccessDenied; NotSupported; Contended; Throttled;
// Unavailable.
type SnapshotLocker interface {
	// SnapshotLocks gives the locks that stand, by snapshot.
	SnapshotLocks(ctx context.Context, r Resource, snapshotIDs []string) (map[string]SnapshotLock, error)
	// LockSnapshot locks a snapshot in governance mode for some days from now. A lock in
	// that mode which stands ends then, earlier or later.
	LockSnapshot(ctx context.Context, r Resource, snapshotID string, days int) error
}

// SecurityGroupReader reads security groups with their rules. Errors:
// AccessDenied; Throttled; Unavailable.
type SecurityGroupReader interface {
	SecurityGroups(ctx context.Context, r Resource, ids []string) ([]SecurityGroup, error)
}

// ConsoleReader reads what instances write to their consoles. Errors:
// AccessDenied; Throttled; Unavailable.
type ConsoleReader interface {
	// ConsoleOutput is the serial console's text; "" if there is none yet.
	ConsoleOutput(ctx context.Context, r Resource) (string, error)
	// ConsoleScreenshot is a picture of the screen, a JPEG. EC2 makes one of instances
	// that run, and of some types none: NotSupported.
	ConsoleScreenshot(ctx context.Context, r Resource) ([]byte, error)
}

// Identity tells who we are: an ARN.
type Identity interface {
	Identity(ctx context.Context) (string, error)
}

// EvidenceLedger is the part of the ledger that forensics writes. It appends and
// never overwrites. Every method can fail with AccessDenied, Throttled or
// Unavailable, and is safe to repeat.
type EvidenceLedger interface {
	// Keep writes an artifact with its body, unless one of that name is there
	// already, and returns the one that is there then.
	Keep(ctx context.Context, incident string, a Artifact, body []byte) (Artifact, error)
	// Artifacts gives what is kept of an incident, without bodies, by name.
	Artifacts(ctx context.Context, incident string) ([]Artifact, error)
	// Append writes an event into an incident's time series.
	Append(ctx context.Context, incident string, e Event) error
}
