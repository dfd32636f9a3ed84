package message

import (
	"fmt"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// reopened is the news that something which an incident holds did not stand as it was put: who
// did that where it is known, and whether it is put right, as read back. Errors: BadRequest
// without a thing, and for one that is said to be closed and was not read back.
func (f facts) reopened() (draft, error) {
	if len(f.Drifts) == 0 {
		return draft{}, quarantine.Failf(quarantine.BadRequest, "news of what was opened need what that is")
	}
	word, says := f.drifted()
	return draft{facts: f, subject: f.subject(word), parts: []part{
		{lines: append([]line{say(says, f.what())}, f.about()...)},
		{title: "What was found", lines: f.driftLines()},
		{title: "What to do next", lines: steps(f.driftSteps()...)},
		f.subnetsPart(),
		f.furtherPart(),
		f.look(),
		f.finding(),
	}}, nil
}

// drifted is the word of the subject and the first sentence: the worst of the things'.
func (f facts) drifted() (word, says string) {
	is := func(of func(quarantine.Drift) bool) bool { return slices.ContainsFunc(f.Drifts, of) }
	kind := func(k quarantine.DriftKind) func(quarantine.Drift) bool {
		return func(d quarantine.Drift) bool { return d.Kind == k }
	}
	switch {
	case is(func(d quarantine.Drift) bool { return d.Failed != "" }):
		return "REOPENED, NOT CLOSED", "REOPENED, AND NOT CLOSED AGAIN. What held %s stands open, and putting it right has failed."
	case is(kind(quarantine.DriftUncovered)):
		return "NOT COVERED", "NOT COVERED. %s has a network interface in a subnet that is not cut off. A subnet that is not held " +
			"yet is cut by nobody but a person: others live there."
	case is(func(d quarantine.Drift) bool { return d.Open() && d.Kind == quarantine.DriftReopened }):
		return "REOPENED", "REOPENED. What held %s stands open, and is not closed again yet."
	case is(kind(quarantine.DriftReopened)):
		return "REOPENED, CLOSED AGAIN", "REOPENED, AND CLOSED AGAIN. What held %s was opened by somebody; it is closed again, as read back."
	case is(kind(quarantine.DriftNew)) || is(kind(quarantine.DriftUnverified)):
		return "COMPLETED", "COMPLETED. Something of %s was not held yet, or not known to be; it is now, as far as is said below."
	}
	return "CLOSED OTHERWISE", "CLOSED OTHERWISE. Another hand has closed as tightly what held %s. It was left so: a release will leave it, too."
}

// driftLines are the things, one line each.
func (f facts) driftLines() []line {
	var out []line
	for _, d := range f.Drifts[:min(len(f.Drifts), maxItems)] {
		m := register.Named(d.Measure)
		text := fmt.Sprintf("%s, %s %s: %s, seen at %s", d.Measure, m.Thing, d.Thing, d.What, clock(d.LastAt))
		if d.By != "" {
			text += "; done by " + d.By
		} else if d.Kind == quarantine.DriftReopened {
			text += "; who did that is not known"
		}
		out = append(out, item(text+". "+cameOf(d)))
	}
	return append(out, omitted(len(f.Drifts))...)
}

// cameOf says what came of it.
func cameOf(d quarantine.Drift) string {
	switch {
	case d.Failed != "":
		return "It was NOT put right: " + d.Failed
	case !d.ClosedAt.IsZero() && d.Times > 1:
		return fmt.Sprintf("Put right at %s, as read back: %d times since %s", clock(d.ClosedAt), d.Times, clock(d.Since))
	case !d.ClosedAt.IsZero():
		return "Put right at " + clock(d.ClosedAt) + ", as read back"
	case d.Kind == quarantine.DriftUncovered || d.Kind == quarantine.DriftOtherwise:
		return "It was left as it is"
	case !d.NextAt.IsZero():
		return "It is put right at the first look after " + clock(d.NextAt)
	}
	return "The next look puts it right"
}

// driftSteps are what a person does about it.
func (f facts) driftSteps() [][]line {
	id := arg(f.incident())
	var out [][]line
	for _, d := range f.Drifts {
		m := register.Named(d.Measure)
		switch {
		case d.Kind == quarantine.DriftUncovered:
			out = append(out, f.byHand("If everything in "+Clean(d.Thing, maxName)+" may be cut off, do it by hand.", m.ByHand(f.resource, []quarantine.Hold{d.Hold()})))
		case d.Failed != "":
			out = append(out, f.byHand("Close it by hand.", m.ByHand(f.resource, by(m.Name, f.held()))))
		}
	}
	if slices.ContainsFunc(f.Drifts, func(d quarantine.Drift) bool { return d.Kind == quarantine.DriftReopened }) {
		out = append(out,
			[]line{say("If that was deliberate work, have the watch wait for it:"), run("quarantine", "pause", id, "--for", "2h", "--reason", "TEXT")},
			[]line{say("If it is to stay as it is, say so, and nothing puts it right any more:"),
				run("quarantine", "leave", id, arg(f.Drifts[0].Thing), "--reason", "TEXT")},
			[]line{say("If nobody here has done it, somebody who can change this account is at work: look at who that is.")})
	}
	return append(out, f.showStep())
}
