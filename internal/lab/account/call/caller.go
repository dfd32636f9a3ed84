package call

import "context"

// Caller says who makes a call.
type Caller struct {
	Execution string // name of the state machine execution
	Function  string // name of the function or state
	Identity  string // the ARN that STS returns; "" is the account's own role
}

type callerKey struct{}

// WithCaller returns a context whose calls are c's.
func WithCaller(ctx context.Context, c Caller) context.Context {
	return context.WithValue(ctx, callerKey{}, c)
}

// CallerOf returns the context's caller.
func CallerOf(ctx context.Context) Caller {
	c, _ := ctx.Value(callerKey{}).(Caller)
	return c
}

// Identity is the caller's ARN.
func (e *Endpoint) Identity(c Caller) string {
	if c.Identity != "" {
		return c.Identity
	}
	return "arn:" + e.opts.Partition + ":sts::" + e.opts.AccountID + ":assumed-role/quarantine/account"
}
