package message

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/kinds"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// observed is what would have been done, where the policy has it observed. It needs nothing to be
// told: without an observation it says that it is not known.
func (f facts) observed() draft {
	would := f.would()
	return draft{facts: f, subject: f.subject(f.wouldWord(would)), parts: []part{
		told(append(append([]line{begin("%s", f.wouldHave(would)), f.observedBy()}, f.wouldHit()...), f.because()...)...),
		{title: nowTitle, rank: now, lines: f.observedSteps(would)},
		part{title: f.wouldWhyTitle(would), lines: f.wouldWhy(would)}.isOpen(),
		f.wouldHitWhole(),
		f.finding(),
		f.why(),
		f.look(),
	}}
}

func (f facts) would() quarantine.Would {
	if f.Observation == nil {
		return quarantine.WouldNotKnown
	}
	return f.Observation.Would
}

// wouldWord begins the subject.
func (f facts) wouldWord(would quarantine.Would) string {
	switch would {
	case quarantine.WouldCut:
		return "WOULD HAVE " + f.words.Acted()
	case quarantine.WouldAsk:
		return "WOULD HAVE ASKED"
	case quarantine.WouldGroup:
		return "WOULD HAVE CONTAINED"
	case quarantine.WouldFail:
		return "WOULD NOT HAVE " + f.words.Acted() + " (" + Clean(f.Observation.Failure, maxName) + ")"
	}
	return "OBSERVED"
}

// wouldHave says what would have been done to what.
func (f facts) wouldHave(would quarantine.Would) string {
	if would == quarantine.WouldNotKnown {
		return fmt.Sprintf("OBSERVED ONLY. What would have become of %s is NOT KNOWN.", f.what())
	}
	return wouldHave(*f.Observation, f.words, f.what())
}

// WouldHave says in a sentence what would have been done about what is observed; "" where that is not on record.
func WouldHave(in quarantine.Incident) string {
	if in.Observation == nil {
		return ""
	}
	words := kinds.Of(in.Resource.Kind)
	return wouldHave(*in.Observation, words, Clean(words.What(in.Resource, in.Holds), maxName))
}

func wouldHave(o quarantine.Observation, words kinds.Words, what string) string {
	others := o.Others()
	switch o.Would {
	case quarantine.WouldCut:
		if o.Quarantined {
			others = ": all of its subnets are under quarantine already"
		}
		return fmt.Sprintf("WOULD HAVE %s %s%s.", words.Acted(), what, others)
	case quarantine.WouldAsk:
		return fmt.Sprintf("WOULD HAVE ASKED A PERSON whether to "+words.Do+"%s.", what, others)
	case quarantine.WouldGroup:
		return fmt.Sprintf("WOULD HAVE CONTAINED %s by its security group alone, and spared its neighbours.", what)
	case quarantine.WouldFail:
		return fmt.Sprintf("WOULD NOT HAVE %s %s (%s).", words.Acted(), what, Clean(o.Failure, maxName))
	}
	return fmt.Sprintf("What would have become of %s is NOT KNOWN.", what)
}

// observedBy says that nothing was changed, and by whose word: a tag's is said first of all.
func (f facts) observedBy() line {
	why := "observed only, by the policy"
	if f.verdict != nil {
		for _, r := range f.verdict.Reasons {
			if r.Name == quarantine.ReasonMode {
				why = r.Text
			}
		}
	}
	return say("Nothing was changed: it is %s.", strings.TrimSuffix(Clean(why, maxBrake), "."))
}

// wouldHit says who else would have been hit.
func (f facts) wouldHit() []line {
	if f.Observation == nil || f.Observation.Neighbours == nil || f.Observation.Would == quarantine.WouldFail {
		return nil
	}
	n := *f.Observation.Neighbours
	if n.None() {
		return []line{say("Nothing else is in %s.", theSubnets(n))}
	}
	return []line{say("In %s beside it: %s.", theSubnets(n), Clean(n.String(), maxHit))}
}

// wouldHitWhole has the names, which the record has too.
func (f facts) wouldHitWhole() part {
	p := part{title: "Beside it", rank: open}
	if f.Observation == nil || f.Observation.Neighbours == nil {
		return p
	}
	if n := f.Observation.Neighbours; n.Named() != n.String() {
		p.lines = []line{say("%s.", Clean(n.Named(), maxFailure))}
	}
	return p.elsewhere()
}

func (f facts) wouldWhyTitle(would quarantine.Would) string {
	switch would {
	case quarantine.WouldAsk:
		return "Why a person would have been asked"
	case quarantine.WouldFail:
		return "Why it would not have been " + f.words.Short
	}
	return "What else is known"
}

// wouldWhy says why it would not simply have been cut.
func (f facts) wouldWhy(would quarantine.Would) []line {
	var out []line
	if f.Observation != nil && f.Observation.Why != "" {
		out = append(out, item(Clean(kinds.Capital(f.Observation.Why), maxFailure)))
	}
	if f.Observation != nil {
		for _, w := range f.Observation.Warnings {
			out = append(out, item(Clean(kinds.Capital(w), maxFailure)))
		}
	}
	if len(out) == 0 && would == quarantine.WouldAsk {
		return f.decidedBy()
	}
	return out
}

// observedSteps lead to judging whether that would have been right, and to having it done.
func (f facts) observedSteps(would quarantine.Would) []line {
	each := [][]line{{say("Judge whether that would have been right, and %s.", f.words.Ask.Owner)}}
	if would != quarantine.WouldFail {
		each = slices.Concat(each, f.cutSteps("If it is compromised, do not wait: "+f.words.DoIt()+"."))
	}
	return steps(append(each, f.actStep(), f.retryStep())...)
}

// actStep says by which key of the policy it is acted on next time.
func (f facts) actStep() []line {
	text := "To have such findings acted on, set mode: act in the policy"
	if vpcs := f.accusedInstance().VPCs(); len(vpcs) == 1 && f.words.Placed {
		text += fmt.Sprintf("; for this VPC alone, modes: {vpcs: {%s: act}}", Clean(vpcs[0], maxName))
	}
	return []line{say("%s. What a tag or a rule has observed stays so.", text)}
}
