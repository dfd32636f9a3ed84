package backtest

import (
	"context"
	"time"

	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Counter counts isolations for the brake: the ledger does, and refuses with a
// *quarantine.LimitReached.
type Counter interface {
	CountIsolation(ctx context.Context, i quarantine.Isolation) (others []string, err error)
	DiscountIsolation(ctx context.Context, i quarantine.Isolation) error
}

// questionOpen is how long a question waits for a person: the template's ExpirySeconds, unless set.
const questionOpen = 24 * time.Hour

// Options say what the past is taken to have been.
type Options struct {
	// OpenFor is how long an incident is taken to stay open: what comes meanwhile joins it.
	OpenFor time.Duration
	// Groups are those of measures that are deployed; nil is all.
	Groups []measure.Group
	// Live is what the account says now; nil is nothing.
	Live *Live
}

// run is one backtest under way.
type run struct {
	Options
	policy *triage.Policy
	brake  Counter
	open   map[quarantine.Resource]time.Time // until when an incident is
	asked  map[quarantine.Resource]time.Time // until when a person's word is waited for
	cuts   map[place]time.Time               // until when a subnet is under quarantine
}

// place is a subnet of a VPC.
type place struct{ account, region, vpc, subnet string }

// Judge judges findings by a policy in the order in which they came, those that are archived apart.
// The counter is empty and this run's own.
func Judge(ctx context.Context, policy *triage.Policy, brake Counter, in Input, o Options) (Result, error) {
	all, repeats := inOrder(in.Findings)
	r := &run{
		Options: o, policy: policy.Deployed(o.Groups), brake: brake,
		open: map[quarantine.Resource]time.Time{}, asked: map[quarantine.Resource]time.Time{}, cuts: map[place]time.Time{},
	}
	var judged []Judged
	for _, f := range all {
		parts, err := r.finding(ctx, f)
		if err != nil {
			return Result{}, err
		}
		judged = append(judged, newJudged(f, parts))
	}
	return newResult(judged, in.Unread, repeats, o), nil
}

// finding judges one finding. One of several resources is one for each of them, as the state machine
// starts an execution for each.
func (r *run) finding(ctx context.Context, f Finding) ([]Part, error) {
	resources := r.policy.Resources(f.Finding)
	if len(resources) == 0 {
		return []Part{r.alone(f, nil)}, nil
	}
	var parts []Part
	for _, resource := range resources {
		one := f
		if narrowed, is := f.Narrow(resource.ID); is {
			one.Finding = narrowed
		}
		part := r.alone(one, &resource)
		if !f.Archived {
			if err := r.follow(ctx, one, &part); err != nil {
				return nil, err
			}
		}
		parts = append(parts, part)
	}
	return parts, nil
}

// alone is what the verdict alone makes of a finding of one resource or none. One that is archived
// now is judged as it was before: GuardDuty sent its event, unless a suppression rule archived it.
func (r *run) alone(f Finding, resource *quarantine.Resource) Part {
	f.Archived = false
	p := Part{Resource: resource, Verdict: r.policy.Judge(f.Finding, f.At())}
	if len(f.Instances) == 1 {
		p.Name = f.Instances[0].Tags["Name"]
	}
	p.Outcome = map[quarantine.Action]Outcome{
		quarantine.ActionIsolate: Cut, quarantine.ActionApprove: Asked, quarantine.ActionNotify: Told, quarantine.ActionIgnore: Ignored,
	}[p.Verdict.Action]
	return p
}

// follow takes the part through lock, brake and question.
func (r *run) follow(ctx context.Context, f Finding, p *Part) error {
	at, resource := f.At(), *p.Resource
	if p.Outcome == Cut {
		if until := r.open[resource]; at.Before(until) {
			p.Outcome, p.Why = Joined, "it joins the incident that was opened at "+minute(until.Add(-r.OpenFor))
			return nil
		}
		held, err := r.held(ctx, f, resource)
		if err != nil {
			return err
		}
		if held == "" {
			r.open[resource] = at.Add(r.OpenFor)
			return nil
		}
		p.Outcome, p.Why, p.HeldBy = Asked, "the brake: "+held, held
	}
	if p.Outcome == Asked {
		if until := r.asked[resource]; at.Before(until) {
			p.Outcome, p.Why = Joined, "it waits beside the question of "+minute(until.Add(-questionOpen))
			return nil
		}
		r.asked[resource] = at.Add(questionOpen)
	}
	return nil
}

func minute(at time.Time) string { return at.UTC().Format("2006-01-02 15:04 UTC") }
