package uninstall

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/command"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/message"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// CutOffError means that things still have what a measure made, or that further ones are held.
type CutOffError struct {
	Closed []Closed
	Held   []Held
	Kept   string // the ledger that was therefore not deleted, or ""
	At     command.Place
}

func (e *CutOffError) Error() string {
	var b strings.Builder
	if n := len(e.Closed); n > 0 {
		fmt.Fprintf(&b, "%s still closed:", count(n, "thing is", "things are"))
		for _, c := range e.Closed {
			fmt.Fprintf(&b, "\n  %s is %s, before: %s", c.Thing, c.Now, c.Before)
		}
	}
	if n := len(e.Held); n > 0 {
		if b.Len() > 0 {
			b.WriteString("\n")
		}
		fmt.Fprintf(&b, "%s still held:", count(n, "thing is", "things are"))
		for _, h := range e.Held {
			fmt.Fprintf(&b, "\n  %s by %s of %s, before: %s", h.Thing, h.Measure, h.Incident, h.Before)
		}
	}
	b.WriteString("\nPut back what stood there, or release what holds it, and run this again.")
	for _, id := range e.incidents() {
		b.WriteString("\n  " + command.Line(e.At.Quarantine("release", id)))
	}
	b.WriteString("\nBy hand:")
	for _, text := range e.ByHand() {
		b.WriteString("\n  " + text)
	}
	if e.Kept != "" {
		fmt.Fprintf(&b, "\nUntil then table %s is kept, which says what stood there", e.Kept)
	}
	return b.String()
}

// ByHand are the lines of a person who puts everything back without the product.
func (e *CutOffError) ByHand() []string {
	var out []string
	for _, c := range e.Closed {
		out = append(out, c.ByHand(e.At)...)
	}
	for _, h := range e.Held {
		out = append(out, message.ByHand(register.Named(h.Measure).UndoByHand([]quarantine.Hold{h.hold}), e.At.In(h.hold.Region))...)
	}
	return out
}

// incidents are those that hold what is left, each once.
func (e *CutOffError) incidents() (out []string) {
	add := func(ids ...string) {
		for _, id := range ids {
			if id != "" && !slices.Contains(out, id) {
				out = append(out, id)
			}
		}
	}
	for _, c := range e.Closed {
		add(c.Incidents...)
	}
	for _, h := range e.Held {
		add(h.Incident)
	}
	return out
}

// OpenError means that incidents are open.
type OpenError struct {
	Stack  string
	Open   []quarantine.Incident
	During bool // the stack is deleted already
	At     command.Place
}

func (e *OpenError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s open:", count(len(e.Open), "incident is", "incidents are"))
	for _, in := range e.Open {
		status := string(in.Status)
		if status == "" {
			status = "a person is being asked whether to cut"
		}
		fmt.Fprintf(&b, "\n  %s  %s  %s", in.ID, in.Resource.ID, status)
	}
	if e.During {
		b.WriteString("\nThe stack is gone already, but not what it held.")
	}
	b.WriteString("\nRelease each:")
	for _, in := range e.Open {
		b.WriteString("\n  " + command.Line(e.At.Quarantine("release", in.ID)))
	}
	all := e.At.Quarantine("uninstall", "--release-all")
	if e.At.Stack == "" {
		all = e.At.Quarantine("uninstall", "--release-all", "--stack", e.Stack)
	}
	b.WriteString("\nOr all of them:\n  " + command.Line(all))
	return b.String()
}
