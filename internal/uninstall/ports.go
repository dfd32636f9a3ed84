// Package uninstall takes a deployment away: it lifts what the deployment holds,
// deletes its stack and its packaging bucket, and says what stays.
//
// Every step looks first and can be repeated: whatever stops a run, the next
// one goes on from there, also after the stack is gone.
package uninstall

import (
	"context"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/aws/cloudformation"
	"github.com/ec2-quarantine/quarantine/internal/aws/s3"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Stacks reads and deletes stacks; *cloudformation.Client says how.
type Stacks interface {
	Stack(ctx context.Context, stack string) (cloudformation.Stack, error)
	Deleted(ctx context.Context, name string) (cloudformation.Stack, error)
	Resources(ctx context.Context, stack string) ([]cloudformation.Resource, error)
	Delete(ctx context.Context, stack string) error
	DeletionEvents(ctx context.Context, stackID, after string) ([]cloudformation.Event, error)
}

// Buckets finds and removes buckets; *s3.Client says how.
type Buckets interface {
	Buckets(ctx context.Context, prefix string) ([]string, error)
	Tags(ctx context.Context, bucket string) (map[string]string, error)
	Remove(ctx context.Context, bucket string) (objects int, err error)
}

// NetworkACLs reads and deletes network ACLs, as the domain's ports of that name
// say. DeleteNetworkACL does not delete one that a subnet is under.
type NetworkACLs interface {
	NetworkACLs(ctx context.Context, vpcID string) ([]quarantine.NetworkACL, error)
	DeleteNetworkACL(ctx context.Context, aclID string) error
}

// IncidentLedger is the part of the ledger that is read: its incidents.
type IncidentLedger interface {
	Overview(ctx context.Context) ([]ledger.Summary, error)
	IncidentRecord(ctx context.Context, id string) (quarantine.IncidentRecord, error)
}

// Tables knows the ledger as a table.
type Tables interface {
	// Table describes a table; nil where there is none.
	Table(ctx context.Context, name string) (*Table, error)
	// DeleteTable turns deletion protection off and deletes the table, and
	// returns when it is gone; nil where there is none.
	DeleteTable(ctx context.Context, name string) error
}

// Table is a table of DynamoDB.
type Table struct {
	Name string `json:"name"`
	// Keys are the attributes of its primary key, and Stack is its tag
	// quarantine:stack, or "": they tell the ledger from any other table.
	Keys      []string `json:"-"`
	Stack     string   `json:"-"`
	Items     int64    `json:"items"` // as of some hours ago
	Bytes     int64    `json:"bytes"` // likewise
	Protected bool     `json:"deletionProtection"`
}

// Evidence finds and deletes snapshots. It is for a person: no role of the
// product may delete one.
type Evidence interface {
	// OnRecord gives the ids of the snapshots that the ledger lists for an incident.
	OnRecord(ctx context.Context, incident string) ([]string, error)
	// Tagged gives the account's snapshots that carry the incident's tag.
	Tagged(ctx context.Context, incident string) ([]quarantine.Snapshot, error)
	// DeleteSnapshot deletes a snapshot; nil where it is gone.
	DeleteSnapshot(ctx context.Context, id string) error
}

// Executions are those of state machines.
type Executions interface {
	// Running gives the ARNs of a machine's executions that run; none where the
	// machine is gone.
	Running(ctx context.Context, machine string) ([]string, error)
	// Input gives what an execution was started with; "" where it is not known.
	Input(ctx context.Context, execution string) (string, error)
	// Stop ends an execution; nil where it has ended.
	Stop(ctx context.Context, execution, cause string) error
}

// Releaser releases an incident, and returns when that is over. Where machine is
// "", there is no deployed state machine to do it. It decides the questions that
// wait for a person, in the sense of the release.
type Releaser interface {
	Release(ctx context.Context, in ledger.Summary, machine, reason string) error
}

var (
	_ Stacks         = (*cloudformation.Client)(nil)
	_ Buckets        = (*s3.Client)(nil)
	_ IncidentLedger = (*ledger.Ledger)(nil)
)

// Options say what is taken away, and what goes with it.
type Options struct {
	Stack string // the name, or the id
	// Table is the ledger's; "" where CloudFormation knows it.
	Table string
	// ReleaseAll releases open incidents, for this Reason; otherwise they stop it.
	ReleaseAll bool
	Reason     string
	// DeleteLedger and DeleteEvidence delete what is kept otherwise.
	DeleteLedger, DeleteEvidence bool
	// Wait is how long executions that run may take to end before they are stopped.
	Wait time.Duration
}

// Uninstaller takes one deployment away.
type Uninstaller struct {
	Options
	Stacks     Stacks
	Buckets    Buckets
	ACLs       NetworkACLs
	Tables     Tables
	Ledger     func(table string) IncidentLedger
	Evidence   func(table string) Evidence
	Executions Executions
	Releaser   Releaser
	// Say tells a person what happens, one line at a time.
	Say   func(text string)
	Clock quarantine.Clock
}
