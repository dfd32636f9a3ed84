package drill

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// flowQuestion is what no document says of the timeouts that an interface can be given:
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ConnectionTrackingSpecificationRequest.html
const flowQuestion = "Does a shorter idle timeout end flows that are tracked already?"

// ShortestTimeout is the shortest that EC2 takes for an established TCP connection, in seconds.
const ShortestTimeout = 60

// Times of the measurement: idleFor is longer than the timeout, and touching shorter by far.
const (
	idleFor  = (ShortestTimeout + 30) * time.Second
	touching = 10 * time.Second
)

// Flows are connections to the drill's instance, and its own interface and security group, which
// lets them in.
type Flows interface {
	Dial(ctx context.Context) (Flow, error)
	// Shorten sets the idle timeout of the interface to ShortestTimeout.
	Shorten(ctx context.Context) error
	// Shut takes the rule away that lets connections in, and Reopen puts it back.
	Shut(ctx context.Context) error
	Reopen(ctx context.Context) error
}

// Flow is one connection.
type Flow interface {
	Touch() error   // sends something
	Answered() bool // asks, and tells whether an answer came in time
	Close() error
}

// NotShortened is TrackedFlows where it is not asked for.
func NotShortened() Measured {
	return Measured{Question: flowQuestion, NotKnown: "not measured: --flows does, in four minutes more"}
}

// TrackedFlows finds out whether a connection ends that was open before the idle timeout was
// shortened and has been idle for longer: it is asked when no rule lets it in any more, so that only
// its tracking does. Three others show that this can be told: one that is idle before, one that is in
// use, and one that is new. The error is of what could not be put back.
func TrackedFlows(ctx context.Context, f Flows, clock quarantine.Clock) (Measured, error) {
	m := Measured{Question: flowQuestion}
	answer, err := trackedFlows(ctx, f, clock)
	if why, unknown := errors.AsType[notMeasured](err); unknown {
		m.NotKnown = why.Error()
		return m, nil
	}
	m.Answer = answer
	return m, err
}

// notMeasured says why it cannot be told.
type notMeasured struct{ error }

func unmeasured(format string, args ...any) error { return notMeasured{fmt.Errorf(format, args...)} }

func trackedFlows(ctx context.Context, f Flows, clock quarantine.Clock) (_ string, err error) {
	if err := passesIdle(ctx, f, clock); err != nil {
		return "", err
	}
	var idle, used Flow
	for _, to := range []*Flow{&idle, &used} {
		if *to, err = f.Dial(ctx); err != nil {
			return "", unmeasured("no connection can be opened: %w", err)
		}
		defer func() { _ = (*to).Close() }()
	}
	if err := f.Shorten(ctx); err != nil {
		return "", unmeasured("the timeout could not be set: %w", err)
	}
	if err := pass(ctx, clock, idleFor, used); err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, f.Reopen(context.WithoutCancel(ctx))) }()
	if err := f.Shut(ctx); err != nil {
		return "", unmeasured("the rule could not be taken away: %w", err)
	}
	if err := pass(ctx, clock, touching, used); err != nil {
		return "", err
	}
	if fresh, err := f.Dial(ctx); err == nil {
		_ = fresh.Close()
		return "", unmeasured("a new connection passes although no rule lets it in: nothing filters here")
	}
	if !used.Answered() {
		return "", unmeasured("a connection in use has ended with its rule: it was not tracked")
	}
	if idle.Answered() {
		return fmt.Sprintf("no: one that was open before goes on after %s without a packet, with a timeout of %d s", idleFor+touching, ShortestTimeout), nil
	}
	return fmt.Sprintf("yes: one that was open before has ended after %s without a packet, with a timeout of %d s", idleFor+touching, ShortestTimeout), nil
}

// passesIdle holds that nothing on the way ends a connection that is idle so long.
func passesIdle(ctx context.Context, f Flows, clock quarantine.Clock) error {
	flow, err := f.Dial(ctx)
	if err != nil {
		return unmeasured("no connection can be opened: %w", err)
	}
	defer func() { _ = flow.Close() }()
	if err := clock.Sleep(ctx, idleFor+touching); err != nil {
		return err
	}
	if !flow.Answered() {
		return unmeasured("something between here and the instance ends connections that are idle for %s", idleFor+touching)
	}
	return nil
}

// pass lets time pass, and uses one connection meanwhile.
func pass(ctx context.Context, clock quarantine.Clock, d time.Duration, used Flow) error {
	for ; d > 0; d -= touching {
		if err := used.Touch(); err != nil {
			return unmeasured("a connection in use has ended: %w", err)
		}
		if err := clock.Sleep(ctx, min(d, touching)); err != nil {
			return err
		}
	}
	return nil
}
