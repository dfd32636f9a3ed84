package message

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func (f facts) evidenceComplete() (draft, error) {
	if err := f.completed(); err != nil {
		return draft{}, err
	}
	e := f.Evidence
	kept, says := plural(len(e.Artifacts), "artifact"), fmt.Sprintf("The manifest of %s holds %s.", f.what(), plural(len(e.Artifacts), "artifact"))
	if f.words.Evidence.Snapshots {
		kept = plural(len(e.Snapshots), "snapshot")
		says = fmt.Sprintf("%s of %s completed, and the manifest holds %s.", kept, f.what(), plural(len(e.Artifacts), "artifact"))
	}
	return draft{facts: f, subject: f.subject("EVIDENCE COMPLETE (" + kept + ")"), parts: []part{
		told(append([]line{say("EVIDENCE COMPLETE. %s", says), say("%s", f.cutInEffect())}, f.about()...)...),
		toDo(f.ifFalseAlarm(), f.giveBackStep(), f.lockStep(), f.examineStep()),
		part{title: "What could not be kept", lines: items(withoutHashes(e.Problems))}.isOpen(),
		{title: "Snapshots", lines: snapshots(e.Snapshots)},
		part{title: "Manifest", lines: artifacts(*e)}.elsewhere(),
		f.finding(),
		f.look(),
	}}, nil
}

// completed is nil if every snapshot is, where there are any to take: nothing less may be announced.
func (f facts) completed() error {
	e := f.Evidence
	if e == nil || e.Status != quarantine.EvidenceComplete || len(e.Snapshots)+len(e.Artifacts) == 0 ||
		f.words.Evidence.Snapshots && len(e.Snapshots) == 0 {
		return quarantine.Failf(quarantine.BadRequest, "the news says evidence complete, and shows no complete evidence")
	}
	for _, s := range e.Snapshots {
		if s.State != "completed" {
			return quarantine.Failf(quarantine.BadRequest, "the news says evidence complete, but snapshot %q is %q",
				Clean(s.ID, maxName), Clean(s.State, maxName))
		}
	}
	return nil
}

func (f facts) evidenceFailed() draft {
	d := draft{facts: f, subject: f.subject("EVIDENCE FAILED (" + f.evidenceLabel() + ")")}
	wrong := f.wrong()
	if f.Failure == nil && f.Evidence != nil {
		wrong.lines = nil
	}
	d.parts = []part{told(append([]line{say("EVIDENCE FAILED. Not everything of %s could be kept. %s", f.what(), f.cutInEffect())}, f.about()...)...)}
	if e := f.Evidence; e != nil {
		if len(e.Problems) > 0 { // they are what it says
			wrong.lines = append(labelled("Error", f.evidenceLabel()), items(withoutHashes(e.Problems))...)
		}
		d.parts = append(d.parts,
			part{title: "Snapshots", lines: snapshots(e.Snapshots)},
			part{title: "Manifest", lines: artifacts(*e)}.elsewhere())
	}
	var hint []line
	if f.Failure != nil {
		hint = f.hint()
	}
	d.parts = append(d.parts,
		toDo(f.ifFalseAlarm(), f.endingStep(), f.keepStep(), hint, f.takeStep()), wrong, f.finding(), f.look())
	return d
}

func (f facts) evidenceLabel() string {
	if f.Failure == nil && f.Evidence != nil {
		return quarantine.EvidenceFailed
	}
	return f.fault.label()
}

// cutInEffect repeats the claim of containment only where it is shown: by the
// ledger or, where that was not read, by what isolate has read back.
func (f facts) cutInEffect() string {
	in := f.record.Incident
	switch {
	case in == nil && readBack(f.Containment) != nil:
		return f.words.Unchanged
	case in != nil && in.Status == quarantine.StatusReleased:
		return "The incident has been released since."
	case in != nil && in.Status == quarantine.StatusFailed && len(f.heldByCut()) == 0:
		return f.words.NotCut
	case in != nil && in.ContainedBy != "" && len(f.heldByCut()) == 0:
		return f.uncutInEffect(*in)
	case in == nil && f.Containment.By != "":
		return f.uncutInEffect(quarantine.Incident{ContainedBy: f.Containment.By})
	case len(f.heldByCut()) == 0 || len(f.cutOff()) < len(f.heldByCut()):
		return f.words.Doubt
	default:
		return fmt.Sprintf(f.words.Stands, clock(lastVerified(f.heldByCut())))
	}
}

func snapshots(all []quarantine.Snapshot) []line {
	var out []line
	for _, s := range all {
		text := fmt.Sprintf("%s of %s: %s, %d GiB", s.ID, strings.Join(words(s.VolumeID, s.Device), " "), s.State, s.SizeGiB)
		if s.Message != "" {
			text += "; " + s.Message
		}
		if s.Lock != nil {
			text += fmt.Sprintf("; locked (%s) until %s", s.Lock.State, clock(s.Lock.Until))
		}
		out = append(out, item(text))
	}
	return few(out, maxThings)
}

// hashOf is a hash in what forensics says of something that could not be kept: the execution has it.
var hashOf = regexp.MustCompile(`,? *(SHA-256 )?\b[0-9a-f]{64}\b`)

func withoutHashes(texts []string) []string {
	var out []string
	for _, t := range texts {
		out = append(out, hashOf.ReplaceAllString(t, ""))
	}
	return out
}

// artifacts are those of a manifest, by name: each one's hash is on record.
func artifacts(e quarantine.Evidence) []line {
	var names []string
	for _, a := range e.Artifacts {
		names = append(names, Clean(a.Name, maxName))
	}
	if len(names) == 0 {
		return nil
	}
	return append(labelled("Case", e.Case), labelled("Holds", list(names))...)
}

// lockStep is about the snapshots that are not locked.
// https://docs.aws.amazon.com/ebs/latest/userguide/ebs-snapshot-lock.html
func (f facts) lockStep() []line {
	if !f.words.Evidence.Snapshots {
		return nil
	}
	unlocked := slices.DeleteFunc(slices.Clone(f.Evidence.Snapshots), func(s quarantine.Snapshot) bool { return s.Lock != nil })
	if len(unlocked) == 0 {
		return []line{say("Nobody can delete the snapshots until their locks end, unless somebody ends those first (ec2:UnlockSnapshot, in governance mode).")}
	}
	out := []line{say("Lock the snapshots, so that nobody can delete them for a year:")}
	for _, s := range unlocked[:min(len(unlocked), maxThings)] {
		out = append(out, f.aws("ec2 lock-snapshot", "--lock-mode", "governance", "--lock-duration", "365", "--snapshot-id", arg(s.ID)))
	}
	if more := len(unlocked) - maxThings; more > 0 {
		out = append(out, say("and %d more", more))
	}
	return out
}

func (f facts) examineStep() []line {
	if !f.words.Evidence.Snapshots {
		return nil
	}
	return []line{say("Examine volumes made from copies, in an account and a VPC kept for that, never the originals. " +
		"Keep the instance running as long as its memory may matter.")}
}

func (f facts) keepStep() []line {
	return []line{say("%s", f.words.Evidence.Keep)}
}

// takeStep takes what is missing without the product.
func (f facts) takeStep() []line {
	if f.resource.ID == "" || f.words.Evidence.ByHand == nil {
		return nil
	}
	var out []line
	for n, one := range f.words.Evidence.ByHand(f.resource, f.naming(), f.incident()) {
		if n == 0 || f.fault.name != quarantine.NoVolumes {
			out = append(out, f.byHand("", one)...)
		}
	}
	return f.handy("Take what is missing by hand:", out)
}
