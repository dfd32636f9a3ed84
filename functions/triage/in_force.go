package triage

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Policies has the policy that judges. It is safe for concurrent use.
type Policies interface {
	// Current is what judges now. Errors: those by which there is none.
	Current(ctx context.Context) (InForce, error)
	// Newest is Current with what was put into the parameter a moment ago, for who asks whether that is well.
	Newest(ctx context.Context) (InForce, error)
}

// InForce is the policy that judges, and which one that is.
type InForce struct {
	Policy *Policy
	// Version is that of the parameter which has it, from 1; 0 where it is in none.
	Version int64
	// Note says why it is not the parameter's newest version, or that this is not known; "" where it is.
	// Failure is the name of that failure.
	Note, Failure string
}

// Always has one policy that does not change.
func Always(p *Policy) Policies { return always{p} }

type always struct{ policy *Policy }

func (a always) Current(context.Context) (InForce, error)    { return InForce{Policy: a.policy}, nil }
func (a always) Newest(ctx context.Context) (InForce, error) { return a.Current(ctx) }

// Revisions are the versions of a policy in a parameter.
type Revisions interface {
	// Latest is the newest one. Errors: AccessDenied; Throttled; Unavailable; Unexpected.
	Latest(ctx context.Context) (quarantine.Revision, error)
	// History are all that are kept, the newest first. Errors: those of Latest.
	History(ctx context.Context) ([]quarantine.Revision, error)
}

const (
	// readEvery is how long a policy holds before it is asked whether there is another.
	readEvery = time.Minute
	// readWithin is how long a finding waits for that, where there is a policy that can judge it.
	readWithin = time.Second
	// keptFor is for how long the last policy judges while no newer one can be had: longer than services
	// fail. Then a finding waits, and people are told: whoever has exempted something since counts for more.
	keptFor = time.Hour
)

// Parameter is the policy in a parameter, which people change while the function runs. What is put there
// holds within a minute. A version that does not parse is refused: the newest one before it that does
// parse judges, in every process alike, and never the embedded policy, which lacks the owner's exemptions.
type Parameter struct {
	Revisions Revisions
	Clock     quarantine.Clock
	Meter     quarantine.Meter
	Log       *slog.Logger

	mu      sync.Mutex
	held    InForce
	text    string              // of the version that is held
	refused quarantine.Revision // the newest one, which does not parse
	asked   time.Time
	known   time.Time // when what is held was last known to be what should judge
}

var _ Policies = (*Parameter)(nil)

// Current returns the policy that judges now. It reads the parameter once a minute at most.
//
// Errors, where nothing can judge: BadPolicy, with every fault of the newest version, if no version
// parses; those of [Revisions], if for an hour none could be read.
func (p *Parameter) Current(ctx context.Context) (InForce, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.Clock.Now().Round(0) // of the wall: the other clock stands still while Lambda has the process frozen
	if age := now.Sub(p.asked); p.held.Policy != nil && age >= 0 && age < readEvery {
		return p.held, nil
	}
	err := p.ask(ctx)
	p.asked = now
	if err == nil {
		p.known = now
		return p.held, nil
	}
	p.tell(ctx, err)
	if p.held.Policy == nil || now.Sub(p.known) > keptFor {
		p.held, p.text = InForce{}, ""
		return InForce{}, fmt.Errorf("the policy in the parameter that POLICY_PARAMETER names: %w", err)
	}
	p.held.Failure = quarantine.NameOf(err)
	p.held.Note = fmt.Sprintf("version %d of the policy judged, and whether that still holds is not known since %s: %s", p.held.Version, p.known.UTC().Format(time.RFC3339), brief(err))
	return p.held, nil
}

// Newest reads the parameter, however short ago it was read.
func (p *Parameter) Newest(ctx context.Context) (InForce, error) {
	p.mu.Lock()
	p.asked = time.Time{}
	p.mu.Unlock()
	return p.Current(ctx)
}

// ask finds out which version should judge.
func (p *Parameter) ask(ctx context.Context) error {
	if p.held.Policy != nil {
		within, cancel := context.WithTimeout(ctx, readWithin)
		defer cancel()
		ctx = within
	}
	newest, err := p.Revisions.Latest(ctx)
	switch {
	case err != nil:
		return err
	case p.held.Policy != nil && newest == p.judging():
		p.held.Note, p.held.Failure = "", ""
		return nil
	}
	policy, err := ParsePolicy([]byte(newest.Text))
	if err != nil {
		return p.refuse(ctx, newest, err)
	}
	p.hold(newest, policy, "")
	return nil
}

// refuse has the newest version before this one judge that parses.
func (p *Parameter) refuse(ctx context.Context, newest quarantine.Revision, why error) error {
	if p.held.Policy != nil && (p.refused == newest || p.held.Version == newest.Version-1) {
		p.stand(ctx, p.judging(), p.held.Policy, newest, why)
		return nil
	}
	before, err := p.Revisions.History(ctx)
	switch {
	case err == nil:
	case p.held.Policy != nil || quarantine.Passes(err):
		return fmt.Errorf("version %d does not parse, and those before it cannot be read: %w", newest.Version, err)
	default:
		return fmt.Errorf("version %d: %w\nthe versions before it cannot be read: %w", newest.Version, why, err)
	}
	if r, policy := NewestThatParses(before, newest.Version); policy != nil {
		p.stand(ctx, r, policy, newest, why)
		return nil
	}
	return fmt.Errorf("version %d: %w", newest.Version, why)
}

// NewestThatParses is the version that judges where a newer one does not parse: the newest one before
// that version which does, of those that are given the newest first. The policy is nil where there is none.
func NewestThatParses(all []quarantine.Revision, before int64) (quarantine.Revision, *Policy) {
	for _, r := range all {
		if r.Version >= before {
			continue
		}
		if policy, err := ParsePolicy([]byte(r.Text)); err == nil {
			return r, policy
		}
	}
	return quarantine.Revision{}, nil
}

// stand has one version judge in place of another.
func (p *Parameter) stand(ctx context.Context, r quarantine.Revision, policy *Policy, refused quarantine.Revision, why error) {
	p.hold(r, policy, fmt.Sprintf("version %d of the policy judged, because version %d does not parse: %s", r.Version, refused.Version, brief(why)))
	p.refused, p.held.Failure = refused, quarantine.NameOf(why)
	p.tell(ctx, why)
}

// judging is the version that is held.
func (p *Parameter) judging() quarantine.Revision {
	return quarantine.Revision{Version: p.held.Version, Text: p.text}
}

func (p *Parameter) hold(r quarantine.Revision, policy *Policy, note string) {
	p.held, p.text = InForce{Policy: policy, Version: r.Version, Note: note}, r.Text
}

// tell measures and logs that what is in the parameter does not judge.
func (p *Parameter) tell(ctx context.Context, why error) {
	p.Meter.Measure(quarantine.Once(quarantine.MetricPolicyRefused))
	p.Log.ErrorContext(ctx, "the policy in the parameter does not judge", "errorType", quarantine.NameOf(why), "error", why, "judging", p.held.Version)
}

// brief is an error in a line: of faults the first.
func brief(err error) string {
	faults, is := errors.AsType[Faults](err)
	switch {
	case !is || len(faults) == 0:
		return quarantine.NameOf(err)
	case len(faults) == 1:
		return fmt.Sprintf("line %d: %s", faults[0].Line, faults[0].Text)
	}
	return fmt.Sprintf("line %d: %s, and %d faults more", faults[0].Line, faults[0].Text, len(faults)-1)
}
