package lambdaboundary

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/smithy-go/middleware"

	"github.com/ec2-quarantine/quarantine/internal/aws/dryrun"
)

// Retry settings and timeouts of the AWS clients. The services are in the
// function's own Region and answer within milliseconds, so a slow call has most
// likely failed and a new attempt is quicker than waiting. The state machine
// retries what fails here, with a backoff that its execution history shows.
const (
	// attempts is the number of attempts per call: the second one is for a lost
	// connection or a host that just went out of service.
	attempts = 2
	// pause is the longest wait between the two attempts.
	pause = time.Second
	// connectTime allows for one retransmission of a lost SYN, which Linux sends after 1 s.
	connectTime = 2 * time.Second
	// AttemptTime limits one attempt of a call, connecting included. A call thus
	// takes 11 s at most, and the four round trips up to the cut 44 s: less than
	// the 60 s timeout of the state Isolate, so that a retry does not run beside it.
	AttemptTime = 5 * time.Second
)

// AWS returns the configuration of the AWS clients, with attemptTime as the limit
// for each attempt of a call. Account and Region come from the function's
// environment. AWS itself makes no call. Under [quarantine.DryRun] the clients change nothing.
func AWS(ctx context.Context, attemptTime time.Duration) (aws.Config, error) {
	client := awshttp.NewBuildableClient().
		WithTimeout(attemptTime).
		WithDialerOptions(func(d *net.Dialer) { d.Timeout = connectTime }).
		WithTransportOptions(func(t *http.Transport) { t.TLSHandshakeTimeout = connectTime })
	c, err := config.LoadDefaultConfig(ctx, config.WithHTTPClient(client), config.WithRetryer(patience),
		config.WithAPIOptions([]func(*middleware.Stack) error{dryrun.Guard}))
	if err != nil {
		return aws.Config{}, fmt.Errorf("the configuration of the AWS clients: %w", err)
	}
	return c, nil
}

// patience is the SDK's standard retry mode. The adaptive mode would delay a call
// because an earlier one was throttled.
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behaviour.html
func patience() aws.Retryer {
	return retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts = attempts
		o.MaxBackoff = pause
	})
}
