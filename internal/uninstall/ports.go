// Package uninstall removes a deployment: it releases what the deployment holds,
// deletes its stack and its packaging bucket, and lists what remains.
//
// Every step checks the state first and can be repeated: after an interrupted run,
// the next one continues, also if the stack is deleted already.
package uninstall

import (
	"context"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/aws/cloudformation"
	"github.com/ec2-quarantine/quarantine/internal/aws/s3"
	"github.com/ec2-quarantine/quarantine/internal/command"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Stacks reads and deletes stacks; see *cloudformation.Client.
type Stacks interface {
	Stack(ctx context.Context, stack string) (cloudformation.Stack, error)
	Deleted(ctx context.Context, name string) (cloudformation.Stack, error)
	Resources(ctx context.Context, stack string) ([]cloudformation.Resource, error)
	Delete(ctx context.Context, stack string) error
	DeletionEvents(ctx context.Context, stackID, after string) ([]cloudformation.Event, error)
}

// Buckets finds and removes buckets; see *s3.Client.
type Buckets interface {
	Buckets(ctx context.Context, prefix string) ([]string, error)
	Tags(ctx context.Context, bucket string) (map[string]string, error)
	Remove(ctx context.Context, bucket string) (objects int, err error)
}

// IncidentLedger is the part of the ledger that is used: its incidents, and what measures made.
type IncidentLedger interface {
	measure.Made
	quarantine.Incidents
	quarantine.Uncut
	// AllIncidents reads every one, consistently.
	AllIncidents(ctx context.Context) ([]quarantine.Incident, error)
}

// Tables manages the ledger's DynamoDB table.
type Tables interface {
	// Table describes a table; nil if it does not exist.
	Table(ctx context.Context, name string) (*Table, error)
	// DeleteTable turns deletion protection off, deletes the table, and returns when it
	// is deleted; nil if it does not exist.
	DeleteTable(ctx context.Context, name string) error
}

// Table is a DynamoDB table.
type Table struct {
	Name string `json:"name"`
	// Keys are the attributes of its primary key, and Stack is its tag
	// quarantine:stack, or "": they distinguish the ledger from other tables.
	Keys      []string `json:"-"`
	Stack     string   `json:"-"`
	Items     int64    `json:"items"` // DynamoDB's count, some hours old
	Bytes     int64    `json:"bytes"` // likewise
	Protected bool     `json:"deletionProtection"`
}

// Evidence finds and deletes snapshots. It uses a person's credentials: no role of the
// product may delete a snapshot.
type Evidence interface {
	// Tagged returns the account's snapshots that have the incident's tag.
	Tagged(ctx context.Context, in quarantine.Incident) ([]quarantine.Snapshot, error)
	// DeleteSnapshot deletes a snapshot; nil if it does not exist.
	DeleteSnapshot(ctx context.Context, id string) error
}

// Executions manages executions of state machines.
type Executions interface {
	// Running returns the ARNs of a state machine's running executions; none if the
	// state machine does not exist.
	Running(ctx context.Context, machine string) ([]string, error)
	// Input returns an execution's input; "" if it is unknown.
	Input(ctx context.Context, execution string) (string, error)
	// Stop stops an execution; nil if it has ended.
	Stop(ctx context.Context, execution, cause string) error
}

// Releaser releases an incident, and returns when the release is over. If machine is
// "", no release state machine is deployed. It answers pending approval requests in
// favour of the release.
type Releaser interface {
	Release(ctx context.Context, in quarantine.Incident, machine, reason string) error
}

var (
	_ Stacks         = (*cloudformation.Client)(nil)
	_ Buckets        = (*s3.Client)(nil)
	_ IncidentLedger = (*ledger.Ledger)(nil)
)

// Options say what to remove, and what to remove with it.
type Options struct {
	Stack string // the name or the id
	// Table is the ledger's name; "" if CloudFormation knows it.
	Table string
	// ReleaseAll releases open incidents, for this Reason; otherwise Run refuses them.
	ReleaseAll bool
	Reason     string
	// By is who uninstalls, as an ARN: it goes on record with an incident that is closed
	// because its instance is gone.
	By string
	// DeleteLedger and DeleteEvidence delete what is kept by default.
	DeleteLedger, DeleteEvidence bool
	// Wait is how long running executions may take to end before they are stopped.
	Wait time.Duration
	// At says where commands are typed while the stack stands.
	At command.Place
}

// Uninstaller removes one deployment.
type Uninstaller struct {
	Options
	Stacks     Stacks
	Buckets    Buckets
	Account    register.Account
	Instances  quarantine.Instances
	Tables     Tables
	Ledger     func(table string) IncidentLedger
	Evidence   Evidence
	Executions Executions
	Releaser   Releaser
	// Say reports progress to a person, one line at a time.
	Say   func(text string)
	Clock quarantine.Clock
}
