package watch

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// looking is one invocation's look at several incidents.
type looking struct {
	*Handler
	hint      hint
	execution quarantine.Execution
	cut       register.CutLook
}

// sight is what one look sees of one incident.
type sight struct {
	*looking
	incident quarantine.Incident
	at       time.Time
	// unseen is what could not be seen, and busy what is not to be told yet: another execution
	// is at it, or AWS.
	unseen, busy []string
	passing      bool // some of what was not seen may be in a moment
	found        []quarantine.Drift
	// seen are the things that were seen as they were put, gone those that do not exist any more, and
	// later those that came later.
	seen, gone, later []quarantine.Hold
}

// at looks at one incident. What it cannot see is on record, and is no error.
func (l *looking) at(ctx context.Context, id string, at time.Time) ([]Task, string, error) {
	in, err := l.Ledger.Incident(ctx, id)
	if err != nil {
		return nil, "", err
	}
	if in.Status != quarantine.StatusContained {
		return nil, "", l.Ledger.Looked(ctx, id, "nothing was looked at: the incident is "+string(in.Status))
	}
	s := &sight{looking: l, incident: in, at: at}
	for try := range tries {
		s.see(ctx)
		if !s.passing || try == tries-1 || l.Clock.Sleep(ctx, time.Second<<try) != nil {
			break
		}
	}
	tasks, err := s.record(ctx)
	if err != nil {
		return nil, "", err
	}
	unseen := strings.Join(s.unseen, "; ")
	return tasks, unseen, l.Ledger.Looked(ctx, id, strings.Join(slices.Concat(s.unseen, s.busy), "; "))
}

// tries is how often what could not be seen is looked at before that is said.
const tries = 3

// see looks at everything, afresh.
func (s *sight) see(ctx context.Context) {
	s.unseen, s.busy, s.passing, s.found, s.seen, s.gone, s.later = nil, nil, false, nil, nil, nil, nil
	s.subnets(ctx)
	for _, m := range s.Measures {
		s.things(ctx, m)
	}
	for _, m := range s.Measures {
		s.unheld(ctx, m)
	}
	s.interfaces(ctx)
}

// held are the incident's holds of a measure that it holds, and nobody releases.
func (s *sight) held(measureName string) []quarantine.Hold {
	return slices.DeleteFunc(s.incident.HoldsOf(measureName), func(h quarantine.Hold) bool {
		return !slices.Contains(h.Holders, s.incident.ID) || h.Releasing != "" || h.Outcome != ""
	})
}

// subnets looks at the subnets that the incident holds.
func (s *sight) subnets(ctx context.Context) {
	for _, h := range s.held(quarantine.MeasureCut) {
		deviation, err := s.cut.Deviates(ctx, s.incident.Resource, h, s.at)
		if err != nil {
			s.blind(err)
			continue
		}
		s.note(h, deviation)
	}
}

// things looks at what a measure holds for the incident.
func (s *sight) things(ctx context.Context, m measure.Measure) {
	for _, h := range s.held(m.Info().Name) {
		deviation, err := measure.Deviates(ctx, m, h, s.at)
		if err != nil {
			s.blind(err)
			continue
		}
		s.note(h, deviation)
	}
}

// unheld looks for what came later than a measure was taken.
func (s *sight) unheld(ctx context.Context, m measure.Measure) {
	if len(s.held(m.Info().Name)) == 0 || s.over() {
		return // the policy did not want it, or it never began; or there is nothing left to come later
	}
	later, err := measure.Unheld(ctx, m, s.incident)
	switch {
	case quarantine.Is(err, quarantine.InstanceGone):
	case err != nil:
		s.blind(err)
	default:
		s.later = append(s.later, later...)
		for _, h := range later {
			s.note(h, measure.Deviation{Kind: quarantine.DriftNew, What: "came later, and is not held", Marks: []string{measure.Mark(m, h)}})
		}
	}
}

// over tells whether the resource itself is gone, where the cut of its kind is of it, and not of what
// it shares with others: of a deleted access key, nobody says any more whose it was.
func (s *sight) over() bool {
	cut, _ := register.CutOf(s.incident.Resource.Kind)
	held := s.held(cut.Name)
	return cut.Group != "" && len(held) > 0 && !slices.ContainsFunc(held, func(h quarantine.Hold) bool { return !slices.ContainsFunc(s.gone, h.Same) })
}

// interfaces looks for network interfaces of the instance in subnets that are not held.
func (s *sight) interfaces(ctx context.Context) {
	if s.incident.Resource.Kind != quarantine.KindInstance {
		return
	}
	now, err := s.Instances.Instance(ctx, s.incident.Resource)
	if quarantine.Is(err, quarantine.InstanceGone) {
		return
	}
	if err != nil {
		s.blind(err)
		return
	}
	for _, n := range now.Interfaces {
		subnet := quarantine.Hold{Measure: quarantine.MeasureCut, AccountID: s.incident.Resource.AccountID,
			Region: s.incident.Resource.Region, VPCID: n.VPCID, Thing: n.SubnetID}
		if n.SubnetID == "" || s.incident.GaveBack(n.SubnetID) || s.containsByItself(n) || slices.ContainsFunc(s.held(subnet.Measure), func(h quarantine.Hold) bool { return h.Thing == n.SubnetID }) {
			continue
		}
		s.note(subnet, measure.Deviation{Kind: quarantine.DriftUncovered, Marks: []string{n.ID, s.incident.Resource.ID},
			What: fmt.Sprintf("interface %s of the instance is in it, and the incident does not hold it", n.ID)})
	}
}

// containsByItself tells whether a measure that contains in place of the cut holds the interface, or
// is about to: its subnet need not be held then.
func (s *sight) containsByItself(n quarantine.Interface) bool {
	return slices.ContainsFunc(slices.Concat(s.incident.HoldsOf(s.incident.ContainedBy), s.later), func(h quarantine.Hold) bool {
		return h.Measure == s.incident.ContainedBy && h.Thing == n.ID && h.Outcome != quarantine.LeftOpen
	})
}

// responding is how long the response that takes the measures may be at it: until then what it
// has not taken or read back yet is no drift.
var responding = map[quarantine.DriftKind]time.Duration{quarantine.DriftUnverified: 15 * time.Minute, quarantine.DriftNew: 3 * time.Minute}

// blind puts down what could not be seen.
func (s *sight) blind(err error) {
	s.unseen, s.passing = append(s.unseen, err.Error()), s.passing || quarantine.Passes(err)
}

// note puts down how a thing stands.
func (s *sight) note(h quarantine.Hold, how measure.Deviation) {
	switch {
	case how.Busy != "":
		s.busy = append(s.busy, "not known yet: "+how.Busy)
	case how.Gone:
		s.gone = append(s.gone, h)
	case how.Kind == "":
		s.seen = append(s.seen, h)
	case s.at.Sub(s.incident.ContainedAt) < responding[how.Kind]:
		s.busy = append(s.busy, "not known yet: "+h.Thing+": "+how.What)
	default:
		s.found = append(s.found, quarantine.Drift{
			Measure: h.Measure, AccountID: h.AccountID, Region: h.Region, VPCID: h.VPCID, Thing: h.Thing,
			Kind: how.Kind, What: how.What, By: s.hint.by(how.Marks), Since: s.at, LastAt: s.at,
		})
	}
}
