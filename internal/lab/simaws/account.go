// Package simaws is an AWS account in memory: the parts of EC2, DynamoDB, SNS
// and STS that the product uses, and a Slack incoming webhook.
//
// The clients it hands out have methods with the signatures of the SDK's own
// clients, so whatever narrow interface is declared over the SDK is satisfied
// by both. It behaves like AWS wherever a caller can tell, and it is strict:
// an input field, a filter or an expression that it does not implement is an
// [UnsupportedError], never ignored.
//
// An Account is safe for use by several goroutines at once.
package simaws

import (
	"context"
	"sync"
	"time"
)

// Clock is the time that the account lives in.
type Clock interface {
	Now() time.Time
	// Sleep waits for d, or returns the context's error if that ends first.
	Sleep(ctx context.Context, d time.Duration) error
}

// Options describe a new account. The zero value is usable.
type Options struct {
	AccountID string // 12 digits; "" is 123456789012
	Region    string // "" is eu-west-1
	Clock     Clock  // nil is the system's clock

	// Latency is how long a call takes, half of it before its effect and half
	// after. Service is in lower case ("ec2"), operation as in the API
	// ("CreateTags"). nil is no time at all.
	Latency func(service, operation string) time.Duration

	// SnapshotTime is how long a snapshot is pending; 0 is two minutes.
	SnapshotTime time.Duration

	// PageSize is how many results EC2 gives where the request does not say;
	// 0 is 1000. A small one shows whether a caller follows NextToken.
	PageSize int

	// Limits are the request limits, for example [EC2Limits]; nil is none.
	Limits Limits

	// Record keeps what each call did: see [Effect] and [Change].
	Record bool
}

const (
	defaultAccountID    = "123456789012"
	defaultRegion       = "eu-west-1"
	defaultSnapshotTime = 2 * time.Minute
	defaultPageSize     = 1000
)

func (o Options) withDefaults() Options {
	if o.AccountID == "" {
		o.AccountID = defaultAccountID
	}
	if o.Region == "" {
		o.Region = defaultRegion
	}
	if o.Clock == nil {
		o.Clock = systemClock{}
	}
	if o.Latency == nil {
		o.Latency = func(string, string) time.Duration { return 0 }
	}
	if o.SnapshotTime == 0 {
		o.SnapshotTime = defaultSnapshotTime
	}
	if o.PageSize == 0 {
		o.PageSize = defaultPageSize
	}
	return o
}

// Account is one AWS account in one region.
type Account struct {
	opts Options

	// mu guards everything below it. It is held for the instant of an effect
	// and never while time passes.
	mu       sync.Mutex
	ids      int
	network  network
	storage  storage
	tables   map[string]*table
	topics   map[string]bool
	messages []Message
	posts    []Post
	effects  int
	changes  []Change

	// trace guards the record of calls, the faults and the request limits, so
	// that a fault's Match may look at the account.
	trace   sync.Mutex
	calls   []Call
	faults  []*armedFault
	buckets map[string]*bucket
}

// New gives an empty account: no VPC, no table, no topic.
func New(o Options) *Account {
	return &Account{
		opts:    o.withDefaults(),
		network: newNetwork(),
		storage: newStorage(),
		tables:  map[string]*table{},
		topics:  map[string]bool{},
		buckets: map[string]*bucket{},
	}
}

// ID is the account's 12 digits.
func (a *Account) ID() string { return a.opts.AccountID }

// Region is the account's region.
func (a *Account) Region() string { return a.opts.Region }

func (a *Account) now() time.Time { return a.opts.Clock.Now().UTC() }

type systemClock struct{}

func (systemClock) Now() time.Time { return time.Now() }

func (systemClock) Sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
