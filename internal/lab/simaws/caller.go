package simaws

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

func callerOf(ctx context.Context) Caller {
	c, _ := ctx.Value(callerKey{}).(Caller)
	return c
}

// identity is the ARN by which AWS knows the caller.
func (a *Account) identity(c Caller) string {
	if c.Identity != "" {
		return c.Identity
	}
	return "arn:aws:sts::" + a.opts.AccountID + ":assumed-role/quarantine/simaws"
}
