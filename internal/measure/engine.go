package measure

import (
	"context"
	"crypto/rand"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

const (
	// lease is how long one invocation is the writer of a thing, and margin how long before
	// its end the last call has been answered or given up.
	lease  = 60 * time.Second
	margin = 15 * time.Second
	// Settled is how long after a release a read that shows what was put can be older.
	Settled = 2 * time.Minute
	// apart is the time between two looks that settle what one read cannot.
	apart = 15 * time.Second
	// moment is the time between two looks at what AWS is carrying out.
	moment = time.Second
)

// Engine takes a measure on the things of an incident, and takes it back.
type Engine struct {
	Measure Measure
	Ledger  quarantine.Holds
	Clock   quarantine.Clock
	// Only, if there are any, are the things that it is taken on; whatever else is found stays as
	// it is.
	Only []string
	// Writer names the invocation. It is random: a count would start anew with a hold.
	Writer string
}

// NewWriter is a name for an invocation.
func NewWriter() string { return rand.Text() }

// leased runs one thing's work under a lease that the ledger has given until the time: no
// call is under way when that is over.
func (e *Engine) leased(ctx context.Context, until time.Time) (context.Context, context.CancelFunc) {
	rest := until.Add(-margin).Sub(e.Clock.Now())
	if virtual, is := e.Clock.(deadlines); is {
		return virtual.WithTimeout(ctx, rest)
	}
	return context.WithTimeout(ctx, rest)
}

// deadlines is a clock that ends contexts, too: one whose time is not the system's.
type deadlines interface {
	WithTimeout(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc)
}

// afterwards looks at a thing that was changed, and again while AWS is carrying that out, for as
// long as is between two attempts. The next attempt would have to change it anew: its look can be
// older than an opening meanwhile, and of what is under way for a moment after each change it
// would never see the end.
func (e *Engine) afterwards(ctx context.Context, h quarantine.Hold) (read time.Time, now Look, err error) {
	for end := e.Clock.Now().Add(apart); ; {
		read = e.Clock.Now()
		now, err = e.Measure.Look(ctx, h)
		if err != nil || !now.UnderWay || !read.Before(end) || e.Clock.Sleep(ctx, moment) != nil {
			return read, now, err
		}
	}
}

func (e *Engine) until() time.Time { return e.Clock.Now().Add(lease) }

// name is the measure's.
func (e *Engine) name() string { return e.Measure.Info().Name }

// seconds until a time, at least one: a lease is over in the second after its last.
func (e *Engine) seconds(until time.Time) int {
	return max(1, int(until.Sub(e.Clock.Now()).Seconds())+1)
}

// isGoneNow is the doubt about a thing that a look did not find.
const isGoneNow = "gone"

// isGone tells whether a thing does not exist any more, as one read shows it.
func isGone(err error) bool {
	return quarantine.Is(err, quarantine.ThingGone) || quarantine.Is(err, quarantine.InstanceGone)
}

// answered tells whether a call that changes something was carried out or refused: without
// an answer it can be carried out yet.
func answered(err error) bool {
	return err == nil || !quarantine.Is(err, quarantine.Unavailable) && !quarantine.Is(err, quarantine.Unexpected)
}
