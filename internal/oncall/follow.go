package oncall

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// Often and Patience bound what a followed list costs, and how long it is tried to read it.
const (
	Often    = 5 * time.Second // is as often as a list can be read
	Patience = 5               // failures in a row end it
)

// Follow reads a list again and again, and shows it.
type Follow struct {
	Every time.Duration
	Read  func(context.Context) ([]Listed, error)
	// Show shows all that are listed, those of them that have changed, and the ids of those that are
	// not listed any more. It is called once at the beginning, and then only if there is news or
	// Always says so.
	Show   func(all, changed []Listed, gone []string) error
	Always bool
	// Failed is told of a failure after which it goes on.
	Failed func(error)
	Sleep  func(context.Context, time.Duration) error

	last map[string]string // what was shown, by incident
}

// Run goes on until the context ends; then its error is that of the context. Other errors are that
// the first reading failed, or Patience in a row.
func (f *Follow) Run(ctx context.Context) error {
	for failures := 0; ; {
		all, err := f.Read(ctx)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil && (f.last == nil || failures+1 == Patience):
			return err
		case err != nil:
			failures++
			f.Failed(err)
		default:
			failures = 0
			if err := f.news(all); err != nil {
				return err
			}
		}
		if f.Sleep(ctx, max(f.Every, Often)) != nil {
			return ctx.Err()
		}
	}
}

// news shows what is new.
func (f *Follow) news(all []Listed) error {
	now := map[string]string{}
	var changed []Listed
	for _, i := range all {
		now[i.ID] = stands(i)
		if f.last[i.ID] != now[i.ID] {
			changed = append(changed, i)
		}
	}
	var gone []string
	for id := range f.last {
		if now[id] == "" {
			gone = append(gone, id)
		}
	}
	first := f.last == nil
	f.last = now
	if first || f.Always || len(changed)+len(gone) > 0 {
		return f.Show(all, changed, gone)
	}
	return nil
}

// stands is how an incident stands, without what changes by the clock alone.
func stands(i Listed) string {
	text := fmt.Sprint(i.Status, i.ContainedAt, i.ContainedBy, i.Narrowed != nil, len(i.Findings), i.Evidence.Status,
		strings.Join(i.WaitingFor, " "), i.Watch.PausedUntil, i.Watch.Unseen)
	for _, q := range i.Questions {
		text += fmt.Sprint(q.ID, q.Status)
	}
	for _, d := range i.Watch.Drifts {
		text += fmt.Sprint(d.Measure, d.Thing, d.Kind, d.Times, d.ClosedAt, d.Failed, d.LeftAt)
	}
	return text
}
