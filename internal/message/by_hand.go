package message

import (
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/command"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// byHand are a measure's steps as lines, in the region of the news. The sentence before them
// begins the first.
func (f facts) byHand(first string, steps []measure.Step) []line {
	var out []line
	for _, s := range steps {
		if s.Say != "" {
			out = append(out, say("%s", s.Say))
		}
		if len(s.Command) > 1 {
			out = append(out, f.command(s))
		}
	}
	return f.led(first, out)
}

// led begins lines with a sentence.
func (facts) led(first string, out []line) []line {
	switch {
	case len(out) == 0 || first == "":
		return out
	case out[0].command != nil:
		return append([]line{say("%s", first)}, out...)
	}
	out[0].text = first + " " + out[0].text
	return out
}

// command is a command in the region of the news. Of what is used in all Regions, only IAM is asked
// in the one from which it is run: calls are on record where they were made, and the ledger is
// where the finding came.
func (f facts) command(s measure.Step) line {
	_, region := f.accountRegion()
	if f.words.Global && s.Command[0] != "iam" {
		region = f.findingRegion()
	}
	return run(inShell(s, f.record.At.In(region))...)
}

// inShell are a command's words, quoted for the shell.
func inShell(s measure.Step, at command.Place) []string {
	out := at.AWS(Clean(at.Region, maxName), cleaned(s.Command)...)
	if len(s.Lines) > 0 {
		only := "| grep"
		for _, w := range s.Lines {
			only += " -e " + arg(w)
		}
		out = append(out, only)
	}
	return out
}

// ByHand are a measure's steps in one line each: a sentence, or a command for a shell.
func ByHand(steps []measure.Step, at command.Place) []string {
	var out []string
	for _, s := range steps {
		if s.Say != "" {
			out = append(out, Clean(s.Say, maxLine))
		}
		if len(s.Command) > 1 {
			out = append(out, command.Line(inShell(s, at)))
		}
	}
	return out
}

// knownThings are those that the cut holds and those that the finding names, at most maxItems.
func (f facts) knownThings() []quarantine.Hold {
	out := f.heldByCut()
	for _, named := range f.accused() {
		isThere := func(h quarantine.Hold) bool { return h.Thing == named.Thing }
		if !slices.ContainsFunc(out, isThere) {
			out = append(out, named)
		}
	}
	return out[:min(len(out), maxItems)]
}

// putBackSteps put what is held back without the product, measure by measure; what another
// incident holds is left alone.
func (f facts) putBackSteps() []line {
	var out []line
	first := putBackFirst
	for _, m := range f.measuresOf(f.held()) {
		held := f.onlyHeldHere(m)
		if len(held) == 0 {
			continue
		}
		lines := f.byHand(first, m.UndoByHand(held[:min(len(held), maxItems)]))
		if out = append(out, lines...); len(lines) > 0 {
			first = ""
		}
	}
	return f.handy(putBackFirst, out)
}

// measuresOf are the measures of the holds, in their order.
func (f facts) measuresOf(holds []quarantine.Hold) []measure.Info {
	var out []measure.Info
	for _, h := range holds {
		if !slices.ContainsFunc(out, func(m measure.Info) bool { return m.Name == h.Measure }) {
			out = append(out, register.Named(h.Measure))
		}
	}
	return out
}

// mayBeHeld is false for the write-ahead of a cut that is known to have failed, and for what
// was never touched.
func (f facts) mayBeHeld(h quarantine.Hold) bool {
	if h.Measure == register.Cut().Name {
		return measure.Closed(h) || f.Kind != quarantine.KindContainmentFailed
	}
	return !h.Untouched()
}
