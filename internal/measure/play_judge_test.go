package measure_test

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// judgeError wants errors that pass by themselves, or that a person has to decide.
func (w *world) judgeError(err error) {
	for _, one := range quarantine.Each(err) {
		if !errors.Is(one, errStopped) && !quarantine.Passes(one) && !quarantine.Is(one, quarantine.NotReleased) {
			w.problem("a failure that nothing here explains: %v", one)
		}
	}
}

// judgeDone wants everything closed when the measure is said to be done, unless a hand has
// changed it since it was read, or AWS carried something out late, or its release has begun.
func (w *world) judgeDone(incident int, done measure.Result) {
	if w.late() || w.lockOf(incident).Status != quarantine.StatusContained {
		return
	}
	for _, h := range done.Things {
		if open := differs(w.look(h), w.closed(h)); open != "" && !w.hands[h.Thing].After(h.VerifiedAt.Add(-staleness)) {
			w.problem("inc-%d is done, and %s is open: %s", incident, h.Thing, open)
		}
	}
	if len(done.Things) != len(w.things) {
		w.problem("inc-%d is done with %d things and %v left", incident, len(done.Things), done.Left)
	}
}

func (w *world) lockOf(incident int) ledger.Lock {
	defer func(was bool) { w.looking = was }(w.looking)
	w.looking = true
	lock, err := w.book.Lock(context.Background(), w.resource(incident))
	if err != nil {
		panic(err)
	}
	return lock
}

// judgeRecords wants that nothing that the product puts is on record as what stood before.
func (w *world) judgeRecords() {
	if w.late() && !w.Groups {
		return // what AWS carries out after minutes looks like a hand's
	}
	for _, h := range w.things {
		closed := w.closed(h)
		for part, p := range w.onRecord(h).Parts {
			if v := p.Before; v != nil && !v.Unknown && v.Text == closed[part] && w.before[h.Thing][part] != v.Text && w.hands[h.Thing].IsZero() {
				w.problem("%s of %s stood at %q before, says the record", part, h.Thing, v.Text)
			}
		}
	}
}

func (w *world) onRecord(h quarantine.Hold) quarantine.Hold {
	defer func(was bool) { w.looking = was }(w.looking)
	w.looking = true
	record, err := w.book.HoldOf(context.Background(), h)
	if err != nil {
		panic(err)
	}
	return record
}

// judgeEnd wants the account as it was, or that the ledger says why it is not.
func (w *world) judgeEnd() {
	outcomes := map[string][]quarantine.ReleaseOutcome{}
	for n := range w.Incidents {
		in, err := w.book.Incident(w.quickly(), w.claim(n, "").Incident)
		if err != nil && !quarantine.Is(err, quarantine.BadRequest) {
			panic(err)
		}
		for _, h := range in.Holds {
			outcomes[h.Thing] = append(outcomes[h.Thing], h.Outcome)
		}
	}
	for _, h := range w.things {
		w.judgeThing(h, outcomes[h.Thing])
	}
}

func (w *world) quickly() context.Context {
	w.looking = true
	return context.Background()
}

func (w *world) judgeThing(h quarantine.Hold, outcomes []quarantine.ReleaseOutcome) {
	now, touched := w.look(h), !w.hands[h.Thing].IsZero()
	changed := differs(now, w.before[h.Thing])
	isOpen := slices.Contains(outcomes, "")
	isClosed := changed != "" && differs(now, w.closed(h)) == ""
	record := w.onRecord(h)
	switch {
	case isOpen && !touched && !w.late():
		w.problem("%s is never let go: %v", h.Thing, outcomes)
	case isOpen: // a person decides
	case len(record.Holders) > 0 || record.Releasing != "" || len(record.Parts) > 0:
		w.problem("every incident has let go of %s, and on record are %+v", h.Thing, record)
	case w.late(), changed == "":
	case !touched:
		w.problem("%s is not as it was: %s; outcomes %v", h.Thing, changed, outcomes)
	case isClosed && !w.handClosed():
		w.problem("%s stays closed: %s; outcomes %v", h.Thing, changed, outcomes)
	}
	if !touched && !w.late() && slices.Contains(outcomes, quarantine.Drifted) {
		w.problem("%s has drifted, and nobody changed it", h.Thing)
	}
	if record.LeaseUntil.After(w.clock.Now().Add(time.Minute)) {
		w.problem("a lease on %s runs until %s", h.Thing, record.LeaseUntil)
	}
}

func (w *world) handClosed() bool {
	return slices.ContainsFunc(w.Hands, func(h hand) bool { return h.Close })
}
