package message

import (
	"fmt"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/kinds"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func (f facts) toldOnly() draft {
	return draft{facts: f, subject: f.subject(f.toldWord()), parts: []part{
		told(append([]line{begin("%s", f.toldSummary())}, f.because()...)...),
		{title: nowTitle, rank: now, lines: f.toldSteps()},
		part{title: "Why it was not " + f.words.Short, lines: f.whyNot()}.isOpen(),
		part{title: kinds.Capital(f.words.Many), lines: f.resources()}.isOpen(),
		f.finding(),
		f.why(),
		f.look(),
	}}
}

func (f facts) action() quarantine.Action {
	if f.Triage == nil {
		return ""
	}
	return f.Triage.Verdict.Action
}

// toldWord begins the subject. A sample decides nothing and asks for nothing.
func (f facts) toldWord() string {
	switch {
	case f.sample():
		return "FOR INFORMATION"
	case f.action() == quarantine.ActionApprove:
		return "DECISION NEEDED"
	case f.Failure != nil:
		return f.words.Undone + " (" + f.fault.label() + ")"
	default:
		return "FOR INFORMATION"
	}
}

func (f facts) toldSummary() string {
	nothing := f.words.Ask.Nobody + ". It is about " + f.what() + "."
	switch {
	case f.sample():
		return "FOR INFORMATION. " + nothing + " A sample: the way from GuardDuty to you works."
	case f.action() == quarantine.ActionApprove:
		return fmt.Sprintf("DECISION NEEDED. A person must decide whether %s is %s. %s.", f.what(), f.words.Past, f.words.Ask.Nothing)
	case f.Failure != nil:
		return fmt.Sprintf("%s. %s was left as it is.", f.words.Undone, f.what())
	default:
		return "FOR INFORMATION. " + nothing
	}
}

func (f facts) sample() bool { return f.Triage != nil && f.Triage.Finding.Sample }

func (f facts) whyNot() []line {
	if f.Failure == nil {
		return f.decidedBy()
	}
	return append(f.fault.lines(), f.hint()...)
}

// decidedBy are the reasons that decided beside the score, whole: that it was released, that it is
// over, that a tag or the policy says so.
func (f facts) decidedBy() []line {
	if f.verdict == nil {
		return nil
	}
	var out []line
	for _, r := range f.verdict.Reasons {
		if r.Points == 0 && !slices.Contains([]string{"finding-type", "threshold", quarantine.ReasonPolicy}, r.Name) {
			out = append(out, item(Clean(r.Text, maxBrake)))
		}
	}
	return few(out, maxReasons)
}

// resources are listed where the subject could not name one.
func (f facts) resources() []line {
	if f.Triage == nil || len(f.Triage.Resources) < 2 {
		return nil
	}
	var out []string
	for _, t := range f.Triage.Resources {
		out = append(out, t.String())
	}
	return items(out)
}

func (f facts) toldSteps() []line {
	switch {
	case f.sample():
		return []line{say("Nothing. To see what a real finding does, on this computer alone:"), f.quarantine("simulate")}
	case f.action() == quarantine.ActionApprove:
		judge := []line{say("Judge the finding by its reasons, and %s.", f.words.Ask.Owner)}
		return steps(slices.Concat([][]line{judge}, f.cutSteps(f.now()), [][]line{f.groupStep()})...)
	case f.Triage != nil && f.Triage.Finding.Key != nil:
		return f.keySteps(*f.Triage.Finding.Key)
	case f.Triage == nil || len(f.Triage.Resources) == 0:
		return []line{say("Look at the finding in the console. It names no EC2 instance that could be cut off.")}
	case f.byCredentials():
		return steps(
			[]line{say("Take the credentials back: revoke the sessions of the instance's role in the IAM console. A cut of the instance does not.")},
			[]line{say("Look at what the instance is doing, and how its credentials could leave it:"), f.describeStep()},
			f.manualIsolation("If the instance is compromised itself, cut it off."),
		)
	case f.toldFor(quarantine.ReasonReleased, quarantine.ReasonAge):
		return steps(
			[]line{say("Look at what the instance is doing now: this activity is over, as far as GuardDuty has seen."), f.describeStep()},
			f.manualIsolation("If it goes on, do not wait for the next finding: cut the instance off."),
		)
	default:
		return steps(
			[]line{say("Look at the finding, and at what the instance is doing:"), f.describeStep()},
			f.retryStep(),
		)
	}
}

// byCredentials tells whether the finding names the instance for its credentials only.
func (f facts) byCredentials() bool {
	all := f.Triage.Finding.Instances
	return len(all) > 0 && all[0].ByCredentials
}

func (f facts) describeStep() line {
	var ids []string
	for _, t := range f.Triage.Resources[:min(len(f.Triage.Resources), maxItems)] {
		ids = append(ids, arg(t.ID))
	}
	return f.aws("ec2 describe-instances", append([]string{"--instance-ids"}, ids...)...)
}
