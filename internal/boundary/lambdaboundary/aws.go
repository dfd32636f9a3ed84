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
)

// How patient the clients are. The services are in the function's own region,
// where an answer takes milliseconds: what takes long is broken, and to begin
// anew is quicker than to wait. The state machine retries what fails here, with
// a backoff that its history shows.
const (
	// attempts a call: the second is for the connection that was lost or the
	// host that just went away.
	attempts = 2
	// pause is the longest wait between the two.
	pause = time.Second
	// connectTime lets a lost SYN be repeated once, which Linux does after 1 s.
	connectTime = 2 * time.Second
	// AttemptTime is for one attempt of a call, connecting included. A call
	// thus takes 11 s at most, and the four round trips to the cut 44 s: within
	// the 60 s of the state Isolate, so that a retry does not run beside it.
	AttemptTime = 5 * time.Second
)

// AWS is the configuration of the AWS clients, with so much time for each
// attempt of a call. The account and region are those of the function's
// environment. It calls nobody.
func AWS(ctx context.Context, attemptTime time.Duration) (aws.Config, error) {
	client := awshttp.NewBuildableClient().
		WithTimeout(attemptTime).
		WithDialerOptions(func(d *net.Dialer) { d.Timeout = connectTime }).
		WithTransportOptions(func(t *http.Transport) { t.TLSHandshakeTimeout = connectTime })
	c, err := config.LoadDefaultConfig(ctx, config.WithHTTPClient(client), config.WithRetryer(patience))
	if err != nil {
		return aws.Config{}, fmt.Errorf("the configuration of the AWS clients: %w", err)
	}
	return c, nil
}

// patience is the standard mode. The adaptive one would make a call wait
// because an earlier one was throttled.
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
func patience() aws.Retryer {
	return retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts = attempts
		o.MaxBackoff = pause
	})
}
