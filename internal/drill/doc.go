// Package drill tries a deployed quarantine on an instance that it makes for that: a stack of
// infra/demo.yaml, a finding that is given to the state machine in GuardDuty's stead, the cut, the
// evidence and the release as people see them, and then everything removed. It works with a
// person's credentials, on no instance but the one that its own stack made, and goes on where an
// earlier run was interrupted.
package drill

import (
	"context"
	"encoding/hex"
	"regexp"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/aws/cloudformation"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Stacks creates, reads and deletes stacks; see *cloudformation.Client.
type Stacks interface {
	Create(ctx context.Context, name, template string, parameters map[string]string) (id string, err error)
	Stack(ctx context.Context, stack string) (cloudformation.Stack, error)
	Resources(ctx context.Context, stack string) ([]cloudformation.Resource, error)
	Delete(ctx context.Context, stack string) error
	DeletionEvents(ctx context.Context, stackID, after string) ([]cloudformation.Event, error)
}

// Ledger is the part of the deployment's ledger that is used.
type Ledger interface {
	measure.Made
	quarantine.Drills
	BeginDrill(ctx context.Context, d quarantine.Drill) error
	// AllIncidents reads every one, consistently.
	AllIncidents(ctx context.Context) ([]quarantine.Incident, error)
	quarantine.Incidents
}

// Evidence deletes what a drill has left as evidence. It uses a person's credentials: no role of
// the product may unlock or delete a snapshot.
type Evidence interface {
	// Unlock ends the lock of a snapshot; nil if it has none or does not exist.
	Unlock(ctx context.Context, snapshot string) error
	// DeleteSnapshot deletes a snapshot; nil if it does not exist.
	DeleteSnapshot(ctx context.Context, snapshot string) error
}

// Releaser releases an incident, and returns when the release is over. It answers pending
// approval requests in favour of the release.
type Releaser interface {
	Release(ctx context.Context, in quarantine.Incident, machine, reason string) error
}

var (
	_ Stacks = (*cloudformation.Client)(nil)
	_ Ledger = (*ledger.Ledger)(nil)
)

// Drill is one drill of a deployment.
type Drill struct {
	// System is the deployment's stack, and Machine its state machine that releases.
	System, Machine string
	// By is who drills, as an ARN.
	By              string
	Account, Region string
	// Template is the text of infra/demo.yaml.
	Template string

	// LeaveSnapshots leaves the evidence: it may be that nobody here may unlock it.
	LeaveSnapshots bool

	Stacks    Stacks
	Ledger    Ledger
	Evidence  Evidence
	Releaser  Releaser
	Leftovers []measure.Leftovers // of what measures make
	// Say tells a person what happens, in a sentence.
	Say   func(string)
	Clock quarantine.Clock
}

// Bounds of the waits.
const (
	lookEvery    = 5 * time.Second
	remindEvery  = time.Minute
	stackLimit   = 20 * time.Minute // CloudFormation takes three minutes for either way
	releaseLimit = 20 * time.Minute
)

// lasts is how long the ledger's record of a drill says that it is one.
const lasts = 6 * time.Hour

// prefix begins the name of a drill's stack.
const prefix = "quarantine-drill-"

// longest is how long a stack's name may be.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html
const longest = 128

// Stack is the name of the drill's stack: one a deployment, so that there is one drill of it at
// a time, and its remains are found without a record.
func (d *Drill) Stack() string {
	name := prefix + cloudformation.NameOf(d.System)
	return name[:min(len(name), longest)]
}

// Name is that of a drill's execution and the id of its finding, made of when it begins and of random
// bytes. GuardDuty's ids have another form.
func Name(now time.Time, random [6]byte) string {
	return "drill-" + now.UTC().Format("20060102T150405") + "-" + hex.EncodeToString(random[:])
}

var isName = regexp.MustCompile(`^drill-\d{8}T\d{6}-[0-9a-f]{12}$`).MatchString

// Record is what the ledger gets of a drill that a person begins now on what a stack has made.
func Record(now time.Time, by string, r quarantine.Resource, stackID string) quarantine.Drill {
	now = now.UTC().Truncate(time.Millisecond) // as the ledger keeps it: nothing opens before it
	return quarantine.Drill{Resource: r, By: by, Stack: stackID, From: now, Until: now.Add(lasts)}
}
