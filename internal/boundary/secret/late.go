// Package secret keeps what is made of a secret that people may replace while a function runs.
package secret

import (
	"context"
	"crypto/subtle"
	"log/slog"
	"sync"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

const (
	// every is how often a secret is read again at most: what others send, such as forged requests,
	// decides no more of what the parameter store is asked.
	every = time.Minute
	// within is how long whoever needs a secret waits for that.
	within = time.Second
)

// Late is what is made of a secret: a channel of a webhook's address, a signer of a key. The secret is
// read when it is needed first; where that fails, the next that needs it tries again, so that trouble
// with a secret neither stops anything else nor lasts. It is safe for concurrent use.
type Late[T any] struct {
	// Name is what the secret is, for the log.
	Name string
	// Read reads the secret.
	Read func(context.Context) (string, error)
	// Make makes of it what is needed. Its errors do not show the secret.
	Make func(secret string) (T, error)
	// Verifies says that others are believed by the secret: it is read again once it is a minute old, as
	// nothing would refuse what is still signed with the one before it.
	Verifies bool
	Clock    quarantine.Clock
	Log      *slog.Logger

	mu      sync.Mutex
	made    T
	is      func(secret string) bool // nil until it is made; a closure, so that printing a Late does not show the secret
	read    time.Time                // when it was read last, or was tried to be
	renewed time.Time                // when that was not the first time
}

// Get returns what is made of the secret. Where it cannot be read again, it is what was made before.
// Errors: those of Read and Make.
func (l *Late[T]) Get(ctx context.Context) (T, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	if l.is == nil {
		_, err := l.make(ctx, now)
		return l.made, err
	}
	if l.Verifies && past(now, l.read) {
		l.again(ctx, now)
	}
	return l.made, nil
}

// Renew reads the secret again, after what was made of it was refused, or has refused something itself.
// It does so once a minute at most, and returns false where the secret is not another one.
func (l *Late[T]) Renew(ctx context.Context) (T, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	if l.is == nil || !past(now, l.renewed) {
		return l.made, false
	}
	return l.made, l.again(ctx, now)
}

// Check reads the secret now, whatever was made of it before, and fails where it cannot be had, or nothing
// can be made of it: what was made stays then. It is for a preflight, which no stranger asks for: there is
// no limit to how often it reads. Errors: those of Read and Make.
func (l *Late[T]) Check(ctx context.Context) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	_, err := l.make(ctx, l.now())
	return err
}

// Use calls f with what is made of the secret, and once more where f's error tells that the secret was
// refused and it is another one by now. Errors: those of Get and of f.
func (l *Late[T]) Use(ctx context.Context, refused func(error) bool, f func(T) error) error {
	made, err := l.Get(ctx)
	if err != nil {
		return err
	}
	if err = f(made); err == nil || !refused(err) {
		return err
	}
	if another, is := l.Renew(ctx); is {
		return f(another)
	}
	return err
}

// now is the wall's time: the other clock stands still while Lambda has the process frozen.
func (l *Late[T]) now() time.Time { return l.Clock.Now().Round(0) }

func past(now, last time.Time) bool {
	age := now.Sub(last)
	return age < 0 || age >= every
}

// again reads the secret another time, and tells whether it has changed. What was made stays where it
// cannot be read, or nothing can be made of the new one.
func (l *Late[T]) again(ctx context.Context, now time.Time) bool {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	l.renewed = now
	changed, err := l.make(ctx, now)
	switch {
	case err != nil:
		l.Log.ErrorContext(ctx, "a secret could not be read again, and the one before it is used", "secret", l.Name, "errorType", quarantine.NameOf(err), "error", err)
	case changed:
		l.Log.InfoContext(ctx, "a secret was replaced", "secret", l.Name)
	}
	return changed
}

func (l *Late[T]) make(ctx context.Context, now time.Time) (changed bool, err error) {
	l.read = now
	text, err := l.Read(ctx)
	if err != nil || l.is != nil && l.is(text) {
		return false, err
	}
	made, err := l.Make(text)
	if err != nil {
		return false, err
	}
	l.made, l.is = made, func(other string) bool { return subtle.ConstantTimeCompare([]byte(text), []byte(other)) == 1 }
	return true, nil
}
