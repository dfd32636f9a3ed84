package message

import (
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func (f facts) releasedSteps() part {
	return toDo(f.notAsBefore(quarantine.Restored), f.notAsBefore(quarantine.Drifted), f.notAsBefore(quarantine.RestoredDefault),
		f.leftStep(), f.heldStep(), f.reachStep(), f.resumeStep(), f.notCleanStep(), f.nextStep(), f.archiveStep(), f.falseAlarmStep(),
		f.keptStep())
}

// notAsBefore are the steps about the subnets of an outcome that leaves them otherwise.
func (f facts) notAsBefore(o quarantine.ReleaseOutcome) []line {
	return f.byHand("", register.Cut().Released.ByHand(o, f.ofOutcome(o)))
}

// ofOutcome are the release's subnets of one outcome, at most maxItems.
func (f facts) ofOutcome(o quarantine.ReleaseOutcome) []quarantine.ReleasedSubnet {
	var out []quarantine.ReleasedSubnet
	for _, s := range f.Release.Subnets {
		if s.Outcome == o && len(out) < maxItems {
			out = append(out, s)
		}
	}
	return out
}

// leftStep puts back by hand what a release has left as it stood, of further measures: for whoever has asked
// who changed it. The record has what stood before.
func (f facts) leftStep() []line {
	if f.record.Incident == nil || f.Release.Already {
		return nil
	}
	const first = "What was left alone of further measures stands as somebody changed it, or as this product came half-way. " +
		"To put it back all the same, once you know which."
	left := slices.DeleteFunc(register.Sorted(f.record.Incident.Holds), func(h quarantine.Hold) bool {
		return h.Outcome != quarantine.Drifted || h.Measure == f.words.Cut.Name
	})
	var out []line
	for _, m := range f.measuresOf(left) {
		out = append(out, f.byHand("", m.UndoByHand(withLast(by(m.Name, left))))...)
	}
	if len(out) == 0 {
		return nil
	}
	return f.handy(first, f.led(first, out))
}

// withLast have of their parts what was put last: what a release has ended has none of its own any more.
func withLast(holds []quarantine.Hold) []quarantine.Hold {
	for i, h := range holds {
		if len(h.Parts) == 0 {
			holds[i].Parts = h.Last
		}
	}
	return holds
}

func (f facts) heldStep() []line {
	var holders []string
	for _, s := range f.ofOutcome(quarantine.StillHeld) {
		for _, h := range s.Holders {
			if !slices.Contains(holders, h) {
				holders = append(holders, h)
			}
		}
	}
	if len(holders) == 0 {
		return nil
	}
	out := []line{say("What is still held is restored when the last of these incidents is released:")}
	for _, h := range holders[:min(len(holders), maxItems)] {
		out = append(out, f.quarantine("show", h))
	}
	return append(out, omitted(len(holders))...)
}

// restoredAny tells whether anything can be reached again through this release.
func (f facts) restoredAny() bool {
	isBack := func(t quarantine.ReleasedThing) bool { return t.Outcome == quarantine.Restored }
	return len(f.ofOutcome(quarantine.Restored))+len(f.ofOutcome(quarantine.RestoredDefault)) > 0 || slices.ContainsFunc(f.ofCut(), isBack)
}

// reachStep leads to what the read-back does not show: whether those that were cut off work again. Of
// what is used in no network, it shows how it stands.
func (f facts) reachStep() []line {
	switch {
	case len(f.Release.Subnets)+len(f.ofCut()) == 0:
		return nil
	case f.words.Release.Look != "":
		return []line{say("%s", f.words.Release.Look)}
	}
	return f.lookStep()
}

// resumeStep: https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-suspend-resume-processes.html
func (f facts) resumeStep() []line {
	group := f.group()
	if group == "" || !f.restoredAny() {
		return nil
	}
	return []line{
		say("If processes of the Auto Scaling group %s were suspended for the quarantine, resume them once the instance "+
			"is no longer needed as evidence:", Clean(group, maxName)),
		f.aws("autoscaling resume-processes", "--auto-scaling-group-name", arg(group),
			"--scaling-processes", "HealthCheck", "ReplaceUnhealthy", "Terminate"),
	}
}

// notCleanStep is said wherever anything of it is free: also where the subnets had been given back
// before, and where others had opened everything.
func (f facts) notCleanStep() []line {
	if f.Release.Already || f.allStillHeld() {
		return nil
	}
	return []line{say("%s", f.words.Release.NotClean)}
}

// allStillHeld tells whether other incidents hold all that this one held.
func (f facts) allStillHeld() bool {
	for _, s := range f.Release.Subnets {
		if s.Outcome != quarantine.StillHeld {
			return false
		}
	}
	for _, t := range f.Release.Things {
		if t.Outcome != quarantine.StillHeld {
			return false
		}
	}
	return len(f.Release.Subnets)+len(f.Release.Things) > 0
}

func (f facts) keptStep() []line {
	return []line{say("%s", f.words.Evidence.Kept)}
}
