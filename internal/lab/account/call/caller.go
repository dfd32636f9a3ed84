package call

import "context"

// Caller says on whose behalf a call is made.
type Caller struct {
	Execution string // name of the state machine's execution
	Function  string // name of the function, or of the state
	Identity  string // the ARN that STS answers; "" is the account's own role
}

type callerKey struct{}

// WithCaller marks every call made with the context as c's.
func WithCaller(ctx context.Context, c Caller) context.Context {
	return context.WithValue(ctx, callerKey{}, c)
}

// CallerOf gives the caller whose call it is.
func CallerOf(ctx context.Context) Caller {
	c, _ := ctx.Value(callerKey{}).(Caller)
	return c
}

// Identity is the ARN by which AWS knows the caller.
func (e *Endpoint) Identity(c Caller) string {
	if c.Identity != "" {
		return c.Identity
	}
	return "arn:aws:sts::" + e.opts.AccountID + ":assumed-role/quarantine/account"
}
