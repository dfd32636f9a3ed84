// Package headline says in a line what a finding is about.
package headline

import (
	"fmt"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Event is an event that was delivered, with the finding that is in it.
type Event struct {
	Name    string              // of the file that it comes from, for example
	Finding *quarantine.Finding // nil where the event has none that can be read
}

// Of gives a line for each event. Where all of them are about one thing, it is
// named once, in about, and not in every line.
func Of(events []Event) (about string, lines []string) {
	about = common(events)
	for _, e := range events {
		if about != "" {
			lines = append(lines, gist(*e.Finding))
		} else {
			lines = append(lines, line(e))
		}
	}
	return about, lines
}

// common is what all events are about; "" where they differ.
func common(events []Event) (about string) {
	for i, e := range events {
		if e.Finding == nil || (i > 0 && Accused(*e.Finding) != about) {
			return ""
		}
		about = Accused(*e.Finding)
	}
	return about
}

func line(e Event) string {
	if e.Finding == nil {
		return e.Name + ": no finding that can be read"
	}
	return Line(*e.Finding)
}

// Line is a finding in a line, what it is about first.
func Line(f quarantine.Finding) string { return Accused(f) + "  " + gist(f) }

// gist is a finding in a line without its instance.
func gist(f quarantine.Finding) string {
	if f.Word != nil {
		return f.Title
	}
	parts := []string{f.Type, fmt.Sprintf("severity %g", f.Severity)}
	if len(f.Remote) > 0 {
		parts = append(parts, f.Remote[0])
	}
	return strings.Join(parts, "  ")
}

// Accused names the instances of a finding.
func Accused(f quarantine.Finding) string {
	switch len(f.Instances) {
	case 0:
		if f.Key != nil {
			return f.Key.String()
		}
		return "no instance (" + f.ResourceType + ")"
	case 1:
		return f.Instances[0].ID
	}
	return fmt.Sprintf("%d instances", len(f.Instances))
}
