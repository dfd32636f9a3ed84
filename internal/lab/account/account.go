// Package account is an AWS account in memory: the parts of EC2, DynamoDB, SNS,
// STS and Step Functions that the product uses, and a Slack incoming webhook.
//
// The clients it hands out have methods with the signatures of the SDK's own
// clients, so whatever narrow interface is declared over the SDK is satisfied
// by both. It behaves like AWS wherever a caller can tell, and it is strict:
// an input field, a filter or an expression that it does not implement is an
// [UnsupportedError], never ignored.
//
// An Account is safe for use by several goroutines at once.
package account

import (
	"io"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/dynamodb"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/ec2"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/grow"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/load"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/reach"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/slack"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/sns"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/states"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/sts"
)

// Account is one AWS account in one region: its services, behind one endpoint.
// A service gives its client, what a test sets up in it, and what others do to it.
type Account struct {
	endpoint *call.Endpoint
	*ec2.Resources
	*dynamodb.Tables
	*sns.Topics
	*sts.Identities
	*slack.Channel
	*states.Machines
}

// New gives an empty account: no VPC, no table, no topic.
func New(o Options) *Account {
	e := call.New(o.endpoint())
	return &Account{
		endpoint:   e,
		Resources:  ec2.New(e, ec2.Options{SnapshotTime: o.SnapshotTime, PageSize: o.PageSize}),
		Tables:     dynamodb.New(e),
		Topics:     sns.New(e),
		Identities: sts.New(e),
		Channel:    slack.New(e),
		Machines:   states.New(e),
	}
}

// LoadJSON reads an account from what the AWS command line prints of its
// network, as [load.JSON] says; what is wrong with it is a [LoadError].
//
// Account id and region are the description's own unless o gives them.
func LoadJSON(r io.Reader, o Options) (*Account, error) {
	described, err := load.JSON(r)
	if err != nil {
		return nil, err
	}
	if o.AccountID == "" {
		o.AccountID = described.ID
	}
	if o.Region == "" {
		o.Region = described.Region
	}
	a := New(o)
	a.Fill(described.Resources)
	return a, nil
}

// ID is the account's 12 digits.
func (a *Account) ID() string { return a.endpoint.AccountID() }

// Region is the account's region.
func (a *Account) Region() string { return a.endpoint.Region() }

// Calls gives every call so far, in the order in which they were made.
func (a *Account) Calls() []Call { return a.endpoint.Calls() }

// Effects is how many effects and changes by others there have been so far.
func (a *Account) Effects() int { return a.endpoint.Effects() }

// Inject arms a fault, as [call.Endpoint.Inject] says.
func (a *Account) Inject(f Fault) (remove func()) { return a.endpoint.Inject(f) }

// ApplyDelayed lets the requests that faults have delayed have their effect
// now, as [call.Endpoint.ApplyDelayed] says.
func (a *Account) ApplyDelayed() error { return a.endpoint.ApplyDelayed() }

// CanReach tells whether a packet gets through, as [reach.Through] says.
func (a *Account) CanReach(p Packet) (path Path) {
	a.Read(func(d ec2.Description) { path = reach.Through(d, p) })
	return path
}

// Grow makes what a seed describes, as [grow.Around] says.
func (a *Account) Grow(s Seed) Grown { return grow.Around(a.Resources, s) }
