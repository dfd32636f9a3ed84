package watch

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// quiet is how long a thing has to stay as it was put before its next opening is another episode.
const quiet = 2 * time.Hour

// wait is how long a thing is left open that was put right so many times in an episode: the
// first time not at all. It grows, so that the product does not fight another tool without end.
func wait(times int) time.Duration {
	if times < 2 {
		return 0
	}
	return min(5*time.Minute<<(times-2), time.Hour)
}

// record puts on record what the look has seen, and gives what is to be done.
func (s *sight) record(ctx context.Context) ([]Task, error) {
	byMeasure := map[string]*Task{}
	var tasks []*Task
	for _, d := range s.found {
		d, isNew := s.episode(d)
		if err := s.write(ctx, d, isNew); err != nil {
			return nil, err
		}
		act := s.acts(d)
		if !act && !s.tells(d) {
			continue
		}
		t := byMeasure[d.Measure]
		if t == nil {
			t = &Task{Incident: s.incident.ID, Measure: d.Measure, Things: []string{},
				Claim: quarantine.Claim{Incident: s.incident.ID, Resource: s.incident.Resource, Owner: s.incident.Owner}}
			byMeasure[d.Measure] = t
			tasks = append(tasks, t)
		}
		t.add(d, act, s.held(d.Measure))
	}
	if err := s.closed(ctx); err != nil {
		return nil, err
	}
	out := make([]Task, len(tasks))
	for i, t := range tasks {
		out[i] = *t
	}
	return out, nil
}

// add puts a drift to the task. Of a subnet that is to be cut again the record goes along.
func (t *Task) add(d quarantine.Drift, act bool, held []quarantine.Hold) {
	t.Drifts = append(t.Drifts, d)
	if !act {
		return
	}
	t.Things = append(t.Things, d.Thing)
	if d.Measure != quarantine.MeasureCut {
		return
	}
	for _, h := range held {
		if h.Thing == d.Thing {
			t.Subnets = append(t.Subnets, h.Quarantine())
		}
	}
}

// episode is the drift as it goes on record: with what is on record of its episode, if that
// goes on. It tells whether that is another one, or shows something else.
func (s *sight) episode(d quarantine.Drift) (quarantine.Drift, bool) {
	was, known := s.incident.Watch.DriftOf(d.Hold())
	if !known || !was.ClosedAt.IsZero() && s.at.Sub(was.ClosedAt) > quiet {
		d.LeftAt, d.LeftBy, d.LeftReason = was.LeftAt, was.LeftBy, was.LeftReason
		return d, true
	}
	isNew := !was.ClosedAt.IsZero() || was.What != d.What || was.Kind != d.Kind
	was.Kind, was.What, was.LastAt, was.ClosedAt = d.Kind, d.What, d.LastAt, time.Time{}
	if d.By != "" {
		was.By = d.By
	} else if isNew {
		was.By = "" // somebody else, perhaps
	}
	return was, isNew
}

// acts tells whether the thing is to be put right now.
func (s *sight) acts(d quarantine.Drift) bool {
	switch d.Kind {
	case quarantine.DriftUncovered, quarantine.DriftOtherwise:
		return false
	}
	return !d.Left() && !s.incident.Watch.Paused(s.at) && !s.at.Before(d.NextAt)
}

// tells tells whether there is news of what is not put right now.
func (s *sight) tells(d quarantine.Drift) bool {
	return d.News() != "" && !s.incident.Watch.Paused(s.at)
}

// write puts a drift on record and, where it is another one, into the time series.
func (s *sight) write(ctx context.Context, d quarantine.Drift, isNew bool) error {
	if err := s.Ledger.Drifted(ctx, s.incident.ID, d); err != nil || !isNew {
		return err
	}
	if d.Kind == quarantine.DriftReopened && d.Times == 0 {
		s.Meter.Measure(quarantine.Once(quarantine.MetricReopened))
	}
	text := fmt.Sprintf("%s %s: %s", d.Measure, d.Thing, d.What)
	if d.By != "" {
		text += ", by " + d.By
	}
	return s.Ledger.Append(ctx, s.incident.ID, quarantine.Event{
		At: s.at, Kind: quarantine.EventDrift, By: s.execution.ID, ID: d.Thing + "-" + s.execution.Name, Text: text,
	})
}

// closed ends what is on record as open and was seen as it was put, or is gone.
func (s *sight) closed(ctx context.Context) error {
	for _, d := range s.incident.Watch.Drifts {
		how := s.ended(d)
		if how == "" || !d.ClosedAt.IsZero() {
			continue
		}
		d.ClosedAt, d.LastAt, d.Failed = s.at, s.at, ""
		if err := s.Ledger.Drifted(ctx, s.incident.ID, d); err != nil {
			return err
		}
		err := s.Ledger.Append(ctx, s.incident.ID, quarantine.Event{
			At: s.at, Kind: quarantine.EventPutRight, By: s.execution.ID, ID: d.Thing + "-" + s.execution.Name,
			Text: d.Measure + " " + d.Thing + ": " + how,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// ended says why a thing is not drifted any more, or "" if it is, or was not seen.
func (s *sight) ended(d quarantine.Drift) string {
	is := func(all []quarantine.Hold) bool {
		return slices.ContainsFunc(all, func(h quarantine.Hold) bool { return h.Measure == d.Measure && h.Thing == d.Thing })
	}
	again := slices.ContainsFunc(s.found, func(f quarantine.Drift) bool { return f.Measure == d.Measure && f.Thing == d.Thing })
	switch {
	case again:
		return ""
	case is(s.gone):
		return "it does not exist any more"
	case is(s.seen):
		return "it stands as it was put, as read; not by the watch"
	case d.Kind == quarantine.DriftUncovered && len(s.unseen) == 0:
		return "no interface of the instance is in it any more, or the incident holds it"
	}
	return ""
}
