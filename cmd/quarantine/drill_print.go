package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/drill"
	"github.com/ec2-quarantine/quarantine/internal/terminal"
)

const notKnown = "not known"

// printReceipt writes the receipt for people.
func (r *drillRun) printReceipt() {
	r.st.Heading(r.s.out, "Receipt")
	if r.receipt.Demo != nil {
		r.say(2, "%s in %s, of %s", r.receipt.Demo.Resource.ID, r.receipt.Demo.SubnetID, r.receipt.Demo.Stack)
	}
	if r.receipt.Incident != "" {
		r.say(2, "%s, by %s", r.receipt.Incident, r.receipt.Execution)
	}
	t := r.receipt.Times
	for _, one := range []struct {
		name string
		took *float64
	}{{"event to cut", t.EventToCut}, {"cut to news", t.CutToNews}, {"cut to evidence", t.CutToEvidence}, {"release", t.Release}} {
		text := r.st.Warn.Render(notKnown)
		if one.took != nil {
			text = fmt.Sprintf("%.1f s", *one.took)
		}
		fmt.Fprintf(r.s.out, "  %s  %s\n", terminal.Pad(one.name, 17), text)
	}
	r.printInside(r.receipt.Inside)
	for _, m := range r.receipt.Measured {
		r.say(2, "%s", m.Question)
		r.answer(m.Answer, m.NotKnown)
	}
}

func (r *drillRun) printInside(in drill.Inside) {
	if in == (drill.Inside{}) {
		return
	}
	r.say(2, "Does the instance itself reach EC2's endpoint?")
	text := ""
	if in.NotKnown == "" {
		text = "before the cut " + in.Before + ", after it " + in.After
	}
	r.answer(text, in.NotKnown)
}

func (r *drillRun) answer(text, why string) {
	if text == "" {
		r.colored(r.st.Warn, 4, notKnown+": "+why)
		return
	}
	r.say(4, "%s", text)
}

// removed says what is removed, and what is not.
func (r *drillRun) removed(d drill.Removed) {
	r.st.Heading(r.s.out, "Removed")
	for _, line := range []struct {
		what string
		all  []string
	}{{"released", d.Released}, {"snapshots deleted", d.Snapshots}, {"made by measures", d.Made}} {
		if len(line.all) > 0 {
			r.say(2, "%s: %s", line.what, strings.Join(line.all, ", "))
		}
	}
	if d.Stack != "" {
		r.say(2, "the stack %s, with all that it made", d.Stack)
	}
	for _, left := range d.Left {
		r.colored(r.st.Bad, 2, "left: "+left)
	}
}

// receiptFile is where the receipt is written; nothing without a name.
type receiptFile struct {
	name string
	temp *os.File
}

// receiptFile makes sure that the receipt can be written, before there is one.
func (d drillCommand) receiptFile() (*receiptFile, error) {
	if d.Out == "" {
		return &receiptFile{}, nil
	}
	if info, err := os.Stat(d.Out); err == nil && !info.Mode().IsRegular() {
		return nil, usage("the receipt cannot be written to %s: it is no file", d.Out)
	}
	temp, err := os.CreateTemp(filepath.Dir(d.Out), ".quarantine-receipt-*")
	if err != nil {
		return nil, usage("the receipt cannot be written to %s: %w", d.Out, cause(err))
	}
	return &receiptFile{d.Out, temp}, nil
}

// discard leaves nothing behind; after write it does nothing.
func (f *receiptFile) discard() {
	if f.temp != nil {
		_ = f.temp.Close()
		_ = os.Remove(f.temp.Name())
	}
}

func (f *receiptFile) write(r drill.Receipt) error {
	if f.temp == nil {
		return nil
	}
	var text bytes.Buffer
	err := writeJSON(&text, r)
	if err == nil {
		_, err = f.temp.Write(text.Bytes())
	}
	if closed := f.temp.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(f.temp.Name(), f.name)
	}
	if err != nil {
		return fmt.Errorf("the receipt cannot be written to %s: %w", f.name, cause(err))
	}
	return nil
}
