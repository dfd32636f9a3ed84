// Package ec2 is the EC2 of an in-memory account: the parts that the product uses, and the network
// around them.
package ec2

import (
	"time"

	"github.com/aws/smithy-go"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
)

// Options are the account's settings for EC2. The zero value is usable.
type Options struct {
	SnapshotTime time.Duration // how long a snapshot is pending; 0 is two minutes
	PageSize     int           // results per page if the request does not say; 0 is 1000
}

const (
	defaultSnapshotTime = 2 * time.Minute
	defaultPageSize     = 1000
)

// Resources is the content of the account's EC2.
type Resources struct {
	service *call.Service
	opts    Options
	*state
}

// state is everything that calls or others can change.
type state struct {
	network network
	storage storage
	changes []Change
}

const name = "ec2"

// New adds an empty EC2 to the endpoint.
func New(e *call.Endpoint, o Options) *Resources {
	if o.SnapshotTime == 0 {
		o.SnapshotTime = defaultSnapshotTime
	}
	if o.PageSize == 0 {
		o.PageSize = defaultPageSize
	}
	r := &Resources{opts: o, state: &state{network: newNetwork(), storage: newStorage()}}
	r.service = newService(e)
	r.service.State = call.StateAt(&r.state, (*state).copy)
	return r
}

// newService has the error codes of
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
func newService(e *call.Endpoint) *call.Service {
	return &call.Service{
		Endpoint: e, Name: name, ID: "EC2",
		Throttled: func(call.Call) error {
			return &smithy.GenericAPIError{Code: "RequestLimitExceeded", Message: "Request limit exceeded.", Fault: smithy.FaultServer}
		},
		Broken: func() error { return call.ServerFault("InternalError", "An internal error has occurred") },
		Denied: func(c call.Call) error {
			return call.Fail("UnauthorizedOperation", "You are not authorized to perform this operation. %s", e.NotAllowed(c, name, e.ARN(name, "*")))
		},
	}
}

// Client has the methods of the SDK's *ec2.Client that the account implements. It ignores options
// given to a call, which concern the transport.
type Client struct{ resources *Resources }

// EC2 returns a client.
func (r *Resources) EC2() *Client { return &Client{resources: r} }
