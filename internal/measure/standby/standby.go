// Package standby is the measure standby: an instance of an Auto Scaling group stands by there. The
// group replaces it, and neither its health checks nor its scaling end it.
package standby

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// stateIn, with the group's name, is the only part: an instance that has come into another group
// since has nothing before there. Its values are the states of Auto Scaling's lifecycle.
const stateIn = "state in "

const (
	inService       = "InService"
	enteringStandby = "EnteringStandby"
	standby         = "Standby"
)

// onTheWay are the states in which an instance is on its way to another.
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-lifecycle.html
var onTheWay = map[string][]string{
	standby:   {enteringStandby},
	inService: {"Pending", "Pending:Wait", "Pending:Proceed"},
}

// Groups reads and changes an instance's place in its group. Every method can fail with
// AccessDenied, Throttled or Unavailable; a change also with Contended, while another change of the
// group is under way, and with NotSupported, where the instance's state, or the group's minimum or
// maximum, does not allow it.
type Groups interface {
	// Membership is the instance's group and its state there, or twice "" if it is in none.
	Membership(ctx context.Context, r quarantine.Resource) (group, state string, err error)
	// Group is the group of that name with the states of its members. It fails with Unavailable,
	// too, where none is shown.
	Group(ctx context.Context, r quarantine.Resource, name string) (quarantine.ScalingGroup, error)
	// EnterStandby has the group launch a replacement. AWS answers it, and ExitStandby, before the
	// instance is there.
	EnterStandby(ctx context.Context, r quarantine.Resource, group string) error
	ExitStandby(ctx context.Context, r quarantine.Resource, group string) error
}

// Measure is the measure over its ports.
type Measure struct {
	Groups Groups
	Ledger Ledger
}

var _ measure.Measure = Measure{}

// Find is the instance, if it is in a group. One that its group is ending, or that is in its warm
// pool, cannot stand by.
func (m Measure) Find(ctx context.Context, r quarantine.Resource) (measure.Found, error) {
	group, state, err := m.Groups.Membership(ctx, r)
	if err != nil || group == "" {
		return measure.Found{}, err
	}
	h := quarantine.Hold{Measure: Info().Name, AccountID: r.AccountID, Region: r.Region, Thing: r.ID}
	if h.Note = cannot(group, state); h.Note != "" {
		return measure.Found{Left: []quarantine.Hold{h}}, nil
	}
	return measure.Found{Things: []quarantine.Hold{h}}, nil
}

// cannot says why an instance in that state cannot stand by, or "".
func cannot(group, state string) string {
	kind, _, _ := strings.Cut(state, ":")
	switch kind {
	case "Terminating", "Terminated":
		return "its Auto Scaling group " + group + " is ending it (" + state + "). A lifecycle hook of the group is what would hold it"
	case "Detaching", "Detached":
		return "it is leaving its Auto Scaling group " + group + ", which ends it no more"
	case "Warmed":
		return "it is in the warm pool of its Auto Scaling group " + group + " (" + state + "), out of which it cannot stand by"
	}
	return ""
}

// Look reads the state. Of an instance in no group there is none.
func (m Measure) Look(ctx context.Context, h quarantine.Hold) (measure.Look, error) {
	group, state, err := m.Groups.Membership(ctx, h.Instance())
	if err != nil || group == "" {
		return measure.Look{}, err
	}
	under := slices.Contains(onTheWay[standby], state) || slices.Contains(onTheWay[inService], state)
	return measure.Look{Parts: map[string]string{stateIn + group: state}, UnderWay: under}, nil
}

// Want is that it stands by in the group that it is in.
func (Measure) Want(_ context.Context, _ quarantine.Hold, now measure.Look) (map[string]string, error) {
	want := map[string]string{}
	for part := range now.Parts {
		want[part] = standby
	}
	return want, nil
}

// Put moves it. Auto Scaling refuses to move an instance to where it is: whether it is there, or on
// the way, is read then, and not before, as a read can be older than what somebody has done since.
func (m Measure) Put(ctx context.Context, h quarantine.Hold, part, value string) error {
	group := strings.TrimPrefix(part, stateIn)
	move := m.enter
	if value == inService {
		move = m.Groups.ExitStandby
	}
	err := move(ctx, h.Instance(), group)
	if !quarantine.Is(err, quarantine.NotSupported) {
		return err
	}
	in, state, failed := m.Groups.Membership(ctx, h.Instance())
	switch {
	case failed != nil:
		return failed
	case in == group && (state == value || slices.Contains(onTheWay[value], state)):
		return nil
	case in != group:
		return errors.Join(err, quarantine.Failf(quarantine.NotSupported, "%s is not in %s any more", h.Thing, group))
	}
	return errors.Join(err, quarantine.Failf(quarantine.NotSupported, "%s is %s in %s", h.Thing, state, group))
}
