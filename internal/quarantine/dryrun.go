package quarantine

import "context"

type dryRunKey struct{}

// DryRun is a context under which nothing may be changed: adapters ask services to say whether they
// would carry a call out (EC2's DryRun), and the clients refuse to send a change that does not ask so.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/CommonParameters.html
func DryRun(ctx context.Context) context.Context { return context.WithValue(ctx, dryRunKey{}, true) }

// IsDryRun tells whether nothing may be changed under the context.
func IsDryRun(ctx context.Context) bool {
	marked, _ := ctx.Value(dryRunKey{}).(bool)
	return marked
}
