package message

import (
	"fmt"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/command"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// falseAlarm says what a person has said with the release of the findings' types.
func (f facts) falseAlarm() []line {
	a := f.Release.FalseAlarm
	switch {
	case a == nil:
		return nil
	case a.Ended:
		return append([]line{say("What was called a false alarm on %s is one no more: it is %s again, as the policy says.", f.what(), f.words.Short)}, items(a.Types)...)
	}
	first := fmt.Sprintf("Until %s a person is asked, and nothing is %s unasked, when GuardDuty reports on %s:", clock(a.Until), f.words.Short, f.what())
	last := f.words.Release.Others + " To end this one:"
	if f.record.At.OnLaptop() { // nobody watches who could ask
		first, last = fmt.Sprintf("Until %s these are on record as false alarms on %s:", clock(a.Until), f.what()), "To end that:"
	}
	out := append([]line{say("%s", first)}, items(a.Types)...)
	return append(out, say("%s", last),
		f.quarantine("release", a.Incident, "--false-alarm", "--for", "0"))
}

// nextStep says what GuardDuty's next findings do.
func (f facts) nextStep() []line {
	if f.Release.Already {
		return nil
	}
	return []line{say("%s", f.byItself(fmt.Sprintf(f.words.Release.Next, clock(f.Release.ReleasedAt))))}
}

// archiveStep archives the incident's findings, at most maxItems of them, a detector a command:
// https://docs.aws.amazon.com/cli/latest/reference/guardduty/archive-findings.html
func (f facts) archiveStep() []line {
	if f.Release.Already || f.record.Incident == nil || len(f.record.Incident.Findings) == 0 {
		return nil
	}
	all := slices.DeleteFunc(slices.Clone(f.record.Incident.Findings), func(one quarantine.IncidentFinding) bool { return one.ByWord() })
	if len(all) == 0 {
		return nil
	}
	findings := len(all)
	all = all[:min(findings, maxItems)]
	var detectors []string
	of := map[string][]string{}
	for _, one := range all {
		if !slices.Contains(detectors, one.DetectorID) {
			detectors = append(detectors, one.DetectorID)
		}
		of[one.DetectorID] = append(of[one.DetectorID], arg(one.ID))
	}
	out := []line{say("Archive what is dealt with: its repetitions are told at most, unless the policy judges what is archived:")}
	for _, d := range detectors {
		out = append(out, f.awsIn(f.findingRegion(), "guardduty archive-findings", append([]string{"--detector-id", f.detector(d), "--finding-ids"}, of[d]...)...))
	}
	out = append(out, omitted(findings)...)
	return givesWay(out, say("Archive what is dealt with, in GuardDuty's console."))
}

// detector is a detector's id; where it is not on record, what prints the Region's only one.
func (f facts) detector(id string) string {
	if id != "" {
		return arg(id)
	}
	return command.Inside(f.awsIn(f.findingRegion(), "guardduty list-detectors", "--query", arg("DetectorIds[0]"), "--output", "text").command)
}

// falseAlarmStep is for who has not said so yet. Where nothing is deployed, nothing is cut unasked.
func (f facts) falseAlarmStep() []line {
	if f.byWordAlone() || f.record.At.OnLaptop() || f.Release.FalseAlarm != nil || f.Release.Already || f.incident() == "" {
		return nil
	}
	return []line{
		say("If it was a false alarm, have a person asked about its type on this %s for a time, instead of %s again:", f.words.Noun, f.words.Doing),
		f.quarantine("release", f.incident(), "--false-alarm", "--for", "7d"),
	}
}

// toldFor tells whether the verdict has a reason of one of these names.
func (f facts) toldFor(names ...string) bool {
	return f.verdict != nil && slices.ContainsFunc(f.verdict.Reasons, func(r quarantine.Reason) bool { return slices.Contains(names, r.Name) })
}
