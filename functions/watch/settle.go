package watch

import (
	"context"
	"fmt"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// settle puts on record what came of putting the task's things right, and says what people
// are to be told.
func (h *Handler) settle(ctx context.Context, in Request) (Task, error) {
	t := in.Task
	for i, d := range t.Drifts {
		tried := slices.Contains(t.Things, d.Thing)
		if tried {
			h.outcome(&d, in)
			t.Drifts[i] = d
			if err := h.put(ctx, in, d); err != nil {
				return t, err
			}
		}
		t.Tell = t.Tell || d.News() != "" && (!tried || cameOf(d))
	}
	return t, nil
}

// cameOf tells whether something came of putting a thing right: otherwise it is another
// execution's, or stood as it was put after all, and the next look tells.
func cameOf(d quarantine.Drift) bool { return !d.ClosedAt.IsZero() || d.Failed != "" }

// outcome is what became of one thing. Of what is another execution's by now, nothing is said.
func (h *Handler) outcome(d *quarantine.Drift, in Request) {
	now := h.Clock.Now().UTC()
	switch {
	case superseded(in):
	case in.Failure != nil:
		name, text := in.Failure.Read()
		d.Failed = name + ": " + text
	case in.Result == nil || in.Result.Status == measure.Pending: // AWS, or another execution, is at it
		d.Failed = "" // the next look sees what came of it
	case d.Measure != quarantine.MeasureCut || slices.ContainsFunc(in.Result.Subnets, func(q quarantine.Quarantine) bool { return q.SubnetID == d.Thing }):
		d.Failed, d.ClosedAt, d.LastAt = "", now, now
		d.Times++
		d.NextAt = now.Add(wait(d.Times))
	}
}

// superseded tells whether the incident has gone on meanwhile: it is being released, or
// another execution contains it anew.
func superseded(in Request) bool {
	return in.Failure != nil && in.Failure.Error == quarantine.LockLost || in.Result != nil && in.Result.Status == measure.Superseded
}

func (h *Handler) put(ctx context.Context, in Request, d quarantine.Drift) error {
	says := fmt.Sprintf(" put right, as read back (%d in this episode)", d.Times)
	switch {
	case superseded(in) || !cameOf(d):
		return nil
	case d.Failed != "":
		h.Meter.Measure(quarantine.Once(quarantine.MetricNotPutRight))
		says = " was NOT put right: " + d.Failed
	}
	return h.enter(ctx, in.Task.Incident, d, event(quarantine.EventPutRight, h.Clock.Now().UTC(), in.Execution, d, says))
}

// told puts on record that people were told.
func (h *Handler) told(ctx context.Context, in Request) (Task, error) {
	for i, d := range in.Task.Drifts {
		news := d.News()
		if news == "" {
			continue
		}
		d.Told = append(d.Told, news)
		if news != quarantine.NewsFirst && !slices.Contains(d.Told, quarantine.NewsFirst) {
			d.Told = append(d.Told, quarantine.NewsFirst)
		}
		in.Task.Drifts[i] = d
		if err := h.Ledger.Drifted(ctx, in.Task.Incident, d); err != nil {
			return in.Task, err
		}
	}
	return in.Task, nil
}
