package message

import (
	"slices"
	"strings"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// driftSteps are what a person does about it, the most urgent first.
func (f facts) driftSteps() [][]line {
	return append([][]line{f.closeStep(), f.ifFalseAlarm(), f.failedHint(), f.whoStep()}, f.leaveSteps()...)
}

// failedHint is what to do first about why something could not be put right.
func (f facts) failedHint() []line {
	for _, d := range f.Drifts {
		if d.Failed != "" {
			f.fault, f.Measure = faultOfDrift(d), d.Measure
			return f.hint()
		}
	}
	return nil
}

// faultOfDrift is why a thing could not be put right: its name and its text.
func faultOfDrift(d quarantine.Drift) fault {
	name, text, _ := strings.Cut(d.Failed, ": ")
	return fault{name: Clean(name, maxName), text: Clean(text, maxFailure)}
}

// closeStep closes by hand what stands open: what could not be, and what is a person's decision.
func (f facts) closeStep() []line {
	var things []quarantine.Hold
	first := "Close it by hand now."
	for _, d := range f.Drifts {
		if d.Failed == "" && d.Kind != quarantine.DriftUncovered {
			continue
		}
		if d.Kind == quarantine.DriftUncovered {
			first = "If everything in the subnet may be cut off, do it by hand: nothing else does."
		}
		things = append(things, f.holdOf(d))
	}
	if len(things) == 0 {
		return nil
	}
	return f.handy(first, f.byHand(first, register.Named(things[0].Measure).ByHand(f.resource, things[:min(len(things), maxItems)])))
}

// holdOf is what is on record of the drift's thing, with the drift.
func (f facts) holdOf(d quarantine.Drift) quarantine.Hold {
	out := d.Hold()
	for _, h := range by(d.Measure, f.held()) {
		if h.Same(d.Hold()) {
			out = h
		}
	}
	out.Drift = &d
	return out
}

// beforeSeen is how long before the first look that showed it a thing can have been opened, and more.
const beforeSeen = 15 * time.Minute

// whoStep finds who opened a thing. Looks come every few minutes, and CloudTrail shows a call
// after some: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events-cli.html
func (f facts) whoStep() []line {
	i := slices.IndexFunc(f.Drifts, opened)
	if i < 0 {
		return nil
	}
	d := f.Drifts[i]
	if d.By != "" {
		return []line{say("Ask the one who did it. If that is nobody of yours, somebody else can change this account: treat %s as taken over.", Clean(d.By, maxName))}
	}
	return []line{
		say("Find who did it. If that is nobody of yours, somebody else can change this account. CloudTrail has it some minutes later:"),
		f.aws("cloudtrail lookup-events", "--lookup-attributes", "AttributeKey=ReadOnly,AttributeValue=false",
			"--start-time", d.Since.Add(-beforeSeen).UTC().Format("2006-01-02T15:04:05Z"), "--end-time", d.LastAt.UTC().Format("2006-01-02T15:04:05Z"),
			"--query", arg("Events[].[EventTime,EventName,Username]"), "--output", "text"),
	}
}

// leaveSteps are a person's word that it was meant so.
func (f facts) leaveSteps() [][]line {
	id := f.incident()
	var out [][]line
	if slices.ContainsFunc(f.Drifts, opened) {
		out = append(out, []line{say("If that is deliberate work, have the watch wait for it:"),
			f.quarantine("pause", id, "--for", "2h")})
	}
	var leave []line
	for _, d := range f.Drifts[:min(len(f.Drifts), maxItems)] {
		if opened(d) || d.Kind == quarantine.DriftUncovered {
			leave = append(leave, f.quarantine("leave", id, register.Thing(d.Hold())))
		}
	}
	if len(leave) > 0 {
		out = append(out, append([]line{say("If it is to stay open, with nothing putting it right and nobody told again:")}, leave...))
	}
	return out
}
