package watch

import (
	"context"
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
	if !isNew {
		return s.Ledger.Drifted(ctx, s.incident.ID, d)
	}
	text := ": " + d.What
	if d.By != "" {
		text += ", by " + d.By
	}
	if err := s.enter(ctx, s.incident.ID, d, event(quarantine.EventDrift, s.at, s.execution, d, text)); err != nil {
		return err
	}
	if d.Kind == quarantine.DriftReopened && d.Times == 0 {
		s.Meter.Measure(quarantine.Once(quarantine.MetricReopened))
	}
	return nil
}

// enter puts a drift on record, and what is to be said of it into the incident's time series.
func (h *Handler) enter(ctx context.Context, incident string, d quarantine.Drift, e quarantine.Event) error {
	if err := h.Ledger.Drifted(ctx, incident, d); err != nil {
		return err
	}
	return h.Ledger.Append(ctx, incident, e)
}

// event says something of a drifted thing, once an execution.
func event(kind quarantine.EventKind, at time.Time, by quarantine.Execution, d quarantine.Drift, says string) quarantine.Event {
	return quarantine.Event{At: at, Kind: kind, By: by.ID, ID: d.Thing + "-" + by.Name, Text: d.Measure + " " + d.Thing + says}
}

// closed ends what is on record as open and was seen as it was put, or is gone.
func (s *sight) closed(ctx context.Context) error {
	for _, d := range s.incident.Watch.Drifts {
		how := s.ended(d)
		if how == "" || !d.ClosedAt.IsZero() {
			continue
		}
		d.ClosedAt, d.LastAt, d.Failed = s.at, s.at, ""
		if err := s.enter(ctx, s.incident.ID, d, event(quarantine.EventPutRight, s.at, s.execution, d, ": "+how)); err != nil {
			return err
		}
	}
	return nil
}

// ended says why a thing is not drifted any more, or "" if it is, or was not seen.
func (s *sight) ended(d quarantine.Drift) string {
	among := func(all []quarantine.Hold) bool { return slices.ContainsFunc(all, d.Hold().Same) }
	switch {
	case slices.ContainsFunc(s.found, func(f quarantine.Drift) bool { return f.Hold().Same(d.Hold()) }):
		return ""
	case among(s.gone):
		return "it does not exist any more"
	case among(s.seen):
		return "it stands as it was put, as read; not by the watch"
	case d.Kind == quarantine.DriftUncovered && len(s.unseen) == 0:
		return "no interface of the instance is in it any more, or the incident holds it"
	}
	return ""
}
