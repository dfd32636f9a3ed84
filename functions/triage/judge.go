package triage

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/guardduty"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Judge computes the verdict at a time. It is a pure function of policy, finding and time.
//
// For a finding of several instances it judges each instance on its own, as the
// execution for that instance will do again, and returns the strongest verdict.
func (p *Policy) Judge(f quarantine.Finding, now time.Time) quarantine.Verdict {
	if len(f.Instances) <= 1 {
		return p.judge(f, now)
	}
	var strongest quarantine.Verdict
	for _, i := range f.Instances {
		f.Instances = []quarantine.AccusedInstance{i}
		if v := p.judge(f, now); strongest.Action == "" || strength(v.Action) > strength(strongest.Action) {
			strongest = v
		}
	}
	return strongest
}

// judge applies the steps in the order of precedence: the score, the finding's state
// (sample, archived), the policy's overrides, and last the limits that nothing overrules.
func (p *Policy) judge(f quarantine.Finding, now time.Time) quarantine.Verdict {
	if f.Word != nil {
		return p.byWord(f)
	}
	side, why := p.sideOf(f)
	reasons := p.contributions(f, side, why)
	v := &quarantine.Verdict{Score: total(reasons), Reasons: reasons}
	v.Reasons = append(v.Reasons, ofReading(f)...)
	p.byThreshold(v, side)
	byCredentials(v, f)
	p.byKey(v, f)
	p.byState(v, f)
	p.byOverride(v, f, side)
	p.limit(v, f, now)
	return *v
}

// byWord cuts by a person's word, which nothing is added up for; what the policy exempts is exempt from
// a word, too.
func (p *Policy) byWord(f quarantine.Finding) quarantine.Verdict {
	v := quarantine.Verdict{Unscored: true}
	decide(&v, quarantine.ActionIsolate, quarantine.ReasonWord, "isolated by a person's word, which is no finding and is not scored")
	if why := p.exemption(f); why != "" {
		decide(&v, quarantine.ActionNotify, "exempt", "told only: %s", why)
	}
	return v
}

// sideOf is the side that the accused is on. A key that can be cut is the one that acts: GuardDuty
// names the principal that called.
func (p *Policy) sideOf(f quarantine.Finding) (guardduty.Side, string) {
	if _, is := p.key(f); is {
		return guardduty.Actor, "as GuardDuty names the key that signed the calls"
	}
	return guardduty.SideOf(f)
}

// decide sets the action and adds the reason.
func decide(v *quarantine.Verdict, action quarantine.Action, name, format string, args ...any) {
	v.Action = action
	v.Reasons = append(v.Reasons, quarantine.Reason{Name: name, Text: fmt.Sprintf(format, args...)})
}

// byThreshold derives the action from the score. A score alone never isolates an
// instance that is attacked: isolation would complete the attacker's work.
func (p *Policy) byThreshold(v *quarantine.Verdict, side guardduty.Side) {
	t := p.thresholds
	switch {
	case v.Score >= t.isolate:
		decide(v, quarantine.ActionIsolate, "threshold", "score %d reaches isolate, which begins at %d", v.Score, t.isolate)
	case t.approve > 0 && v.Score >= t.approve:
		decide(v, quarantine.ActionApprove, "threshold", "score %d reaches approve, which begins at %d", v.Score, t.approve)
	case v.Score >= t.notify:
		decide(v, quarantine.ActionNotify, "threshold", "score %d reaches notify, which begins at %d", v.Score, t.notify)
	default:
		decide(v, quarantine.ActionIgnore, "threshold", "score %d stays below notify, which begins at %d", v.Score, t.notify)
	}
	if side == guardduty.Target && cuts(v.Action) {
		decide(v, quarantine.ActionNotify, "side", "told only: a score alone does not cut an instance that is attacked")
	}
}

// byCredentials tells only, where the finding is about the credentials of an instance:
// a cut does not take them back, and the instance may be none of those who use them.
// A rule can cut.
func byCredentials(v *quarantine.Verdict, f quarantine.Finding) {
	if len(f.Instances) > 0 && f.Instances[0].ByCredentials && cuts(v.Action) {
		decide(v, quarantine.ActionNotify, "credentials",
			"told only: it is about the credentials of %s, which a cut of the instance does not take back; a rule can cut", f.Instances[0].ID)
	}
}

// byState treats sample and archived findings as the policy specifies.
func (p *Policy) byState(v *quarantine.Verdict, f quarantine.Finding) {
	switch {
	case f.Sample:
		decide(v, p.sample, "sample", "a sample finding, made by GuardDuty on request: %s", p.sample)
	case f.Archived && p.archived != judgeArchived:
		decide(v, weaker(v.Action, p.archived), "archived", "somebody has archived this finding: %s at most", p.archived)
	}
}

// byOverride applies the first override whose condition is true. An override that
// cannot be evaluated is skipped with a reason, instead of failing the verdict.
func (p *Policy) byOverride(v *quarantine.Verdict, f quarantine.Finding, side guardduty.Side) {
	if len(p.overrides) == 0 {
		return
	}
	env := environmentOf(f, side, v.Score)
	for _, o := range p.overrides {
		name := "override/" + o.name
		switch applies, err := o.applies(env); {
		case err != nil:
			decide(v, v.Action, name, "passed over, because its condition could not be evaluated: %v", err)
		case applies:
			decide(v, o.action, name, "%s: %s", o.reason, o.action)
			return
		}
	}
}

// limit weakens the action where isolation is never permitted, whatever the policy says.
func (p *Policy) limit(v *quarantine.Verdict, f quarantine.Finding, now time.Time) {
	if !cuts(v.Action) {
		return
	}
	switch {
	case f.Sample:
		decide(v, p.sample, "sample", "a sample finding never cuts: %s", p.sample)
	case len(p.Resources(f)) == 0:
		decide(v, quarantine.ActionNotify, "no-instance", "told only: the finding accuses no EC2 instance")
	default:
		if why := p.exemption(f); why != "" {
			decide(v, quarantine.ActionNotify, "exempt", "told only: %s", why)
			return
		}
		p.byAge(v, f, now)
	}
}

// byAge tells only, where the activity ended long ago: the event was replayed or delayed, and
// a cut now would answer what is over. Where a person confirms the cut, it is said to them.
func (p *Policy) byAge(v *quarantine.Verdict, f quarantine.Finding, now time.Time) {
	ended := f.ActivityEnded()
	age := now.Sub(ended)
	switch {
	case ended.IsZero() || p.staleAfter == 0 || age <= p.staleAfter:
	case p.confirmed:
		decide(v, v.Action, quarantine.ReasonAge, "the activity ended %s ago, at %s", days(age), ended.UTC().Format(time.RFC3339))
	default:
		decide(v, quarantine.ActionNotify, quarantine.ReasonAge, "told only: the activity ended %s ago, at %s, which is longer than staleAfter, %s",
			days(age), ended.UTC().Format(time.RFC3339), days(p.staleAfter))
	}
}

// days is a duration in whole days, or in hours where there are few.
func days(d time.Duration) string {
	if hours := int(d.Hours()); hours < 72 {
		return fmt.Sprintf("%d hours", hours)
	}
	return fmt.Sprintf("%d days", int(d.Hours())/24)
}

// exemption returns why the finding's only resource is exempt, as far as the finding says, or "".
func (p *Policy) exemption(f quarantine.Finding) string {
	if key, is := p.key(f); is {
		return cmp.Or(p.exempt.Match(key.AccountID, nil, nil, nil), p.exempt.MatchUser(f.Key.User, ""))
	}
	i := f.Instances[0]
	return p.exempt.Match(f.Resources()[0].AccountID, i.VPCs(), i.Subnets(), i.Tags)
}

// actions are ordered from the weakest to the strongest.
var actions = []quarantine.Action{quarantine.ActionIgnore, quarantine.ActionNotify, quarantine.ActionApprove, quarantine.ActionIsolate}

func strength(a quarantine.Action) int { return slices.Index(actions, a) }

func weaker(a, b quarantine.Action) quarantine.Action { return actions[min(strength(a), strength(b))] }

// cuts tells whether the action leads to isolation, possibly after an approval.
func cuts(a quarantine.Action) bool { return strength(a) >= strength(quarantine.ActionApprove) }
