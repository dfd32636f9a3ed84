package account

import (
	"context"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
)

// Options describe a new account. The zero value is usable.
type Options struct {
	AccountID string // 12 digits; "" is 123456789012
	Region    string // "" is eu-west-1
	Partition string // in ARNs; "" is aws
	Clock     Clock  // nil is the system's clock

	// Latency is the duration of a call: half of it passes before the effect and half after. service
	// is in lower case ("ec2"), operation as in the API ("CreateTags"). nil means no latency.
	Latency func(service, operation string) time.Duration

	// SnapshotTime is how long a snapshot is pending; 0 is two minutes.
	SnapshotTime time.Duration

	// PageSize is the number of results per page if an EC2 request does not say; 0 is 1000. A small
	// one shows whether a caller follows NextToken.
	PageSize int

	// Limits are the request limits, for example [EC2Limits]; nil means none.
	Limits Limits

	// Record keeps what each call did: see [Effect] and [Change].
	Record bool
}

const (
	defaultAccountID = "123456789012"
	defaultRegion    = "eu-west-1"
	defaultPartition = "aws"
)

// endpoint returns the options of the endpoint, with defaults.
func (o Options) endpoint() call.Options {
	c := call.Options{AccountID: o.AccountID, Region: o.Region, Partition: o.Partition, Clock: o.Clock, Latency: o.Latency, Limits: o.Limits, Record: o.Record}
	if c.AccountID == "" {
		c.AccountID = defaultAccountID
	}
	if c.Region == "" {
		c.Region = defaultRegion
	}
	if c.Partition == "" {
		c.Partition = defaultPartition
	}
	if c.Clock == nil {
		c.Clock = systemClock{}
	}
	if c.Latency == nil {
		c.Latency = func(string, string) time.Duration { return 0 }
	}
	return c
}

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
