package report

import (
	"slices"
	"strings"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// heldThing is what an incident holds, or held, with what stood there.
type heldThing struct {
	Incident, Measure, Does    string
	Thing, VPC, Before, Now    string
	Refused                    []string
	Shared                     string
	Look                       string
	Closed, Held, NothingKnown bool
}

// holds are those of every incident, measure by measure.
func holds(r Report) (out []heldThing) {
	for _, in := range r.Incidents {
		for _, h := range register.Sorted(slices.Concat(in.Holds, in.Unheld())) {
			info := register.Named(h.Measure)
			s := info.Standing(h, in.ID, func(t time.Time) string { return t.UTC().Format("15:04:05") + " UTC" })
			of := heldThing{
				Incident: in.ID, Measure: h.Measure, Does: info.Does, Thing: h.Thing, VPC: h.VPCID, Now: s.State, Refused: s.Refused,
				Before: s.Before, Held: h.HeldFor(in.ID), Closed: measure.Closed(h), Look: "warn",
			}
			if of.Before == "" {
				of.Before = info.Before(h)
			}
			if len(s.Others) > 0 {
				of.Shared = "also held by " + strings.Join(s.Others, ", ")
			}
			switch {
			case h.Drift != nil && h.Drift.Kind == quarantine.DriftReopened && h.Outcome == "":
				of.Look = "bad"
			case s.Sure && (of.Closed || !of.Held):
				of.Look = "good"
			}
			out = append(out, of)
		}
	}
	return out
}
