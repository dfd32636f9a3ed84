package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/charmbracelet/lipgloss"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/local/asl"
)

// story tells a simulation while it runs. What several executions do at the
// same moment is one line.
type story struct {
	w        io.Writer
	st       style
	findings []delivered
	start    time.Time
	numbers  map[string]int  // of executions, in the order in which they started
	caught   map[string]bool // executions whose state ends by a Catch
	now      time.Time       // of the lines that are held back
	lines    []line
}

// line is what some executions do at one moment.
type line struct {
	text, note string
	look       lipgloss.Style
	by         []int
}

func newStory(w io.Writer, st style, findings []delivered) *story {
	return &story{w: w, st: st, findings: findings, numbers: map[string]int{}, caught: map[string]bool{}}
}

func (s *story) watch() simulate.Watch {
	return simulate.Watch{Ready: s.ready, Cut: s.cut, Event: s.event, Message: s.message}
}

// ready tells what is there before anything happens.
func (s *story) ready(a *account.Account, probes []simulate.Probe) {
	fmt.Fprintln(s.w, s.st.title.Render(fmt.Sprintf("Account %s, %s (in memory; nothing leaves this computer)", a.ID(), a.Region())))
	heading(s.w, s.st, "Before")
	for _, p := range probes {
		printReach(s.w, s.st, p, p.Before, p.ReasonBefore)
	}
	about, lines := headlines(s.findings)
	if about != "" {
		about = " about " + about
	}
	heading(s.w, s.st, "Findings"+about+", all delivered at once")
	for i, line := range lines {
		fmt.Fprintf(s.w, "  %s  %s\n", s.st.of(i).Render(fmt.Sprintf("#%d", i+1)), cut(line, columns-7))
	}
	heading(s.w, s.st, "What happens (minutes:seconds on the simulation's clock)")
}

// cut tells what can still be reached right after the cut.
func (s *story) cut(probes []simulate.Probe) {
	s.flush()
	fmt.Fprintln(s.w, s.st.title.Render("  Right after the cut"))
	for _, p := range probes {
		printReach(s.w, s.st, p, p.AfterCut, "")
	}
}

// headline is a finding in a line.
func headline(d delivered) string {
	if d.finding == nil {
		return d.Name + ": no finding that can be read"
	}
	return accused(*d.finding) + "  " + gist(d)
}

// gist is a finding in a line without its instance.
func gist(d delivered) string {
	f := d.finding
	parts := []string{f.Type, fmt.Sprintf("severity %g", f.Severity)}
	if len(f.Remote) > 0 {
		parts = append(parts, f.Remote[0])
	}
	return strings.Join(parts, "  ")
}

// headlines are findings in a line each. Where all of them are about one thing,
// it is named once, in about, and not in every line.
func headlines(all []delivered) (about string, lines []string) {
	for i, d := range all {
		if d.finding == nil || (i > 0 && accused(*d.finding) != about) {
			about = ""
			break
		}
		about = accused(*d.finding)
	}
	for _, d := range all {
		if about != "" {
			lines = append(lines, gist(d))
		} else {
			lines = append(lines, headline(d))
		}
	}
	return about, lines
}

// event tells what came of every state that does something.
func (s *story) event(execution string, e asl.Event) {
	if s.start.IsZero() {
		s.start = e.Timestamp
	}
	plain := s.st.plain
	switch {
	case e.Type == "ExecutionStarted":
		s.numbers[execution] = len(s.numbers)
	case e.TaskFailed != nil:
		s.caught[execution] = true
		s.add(execution, e.Timestamp, line{text: "", note: failure(e.TaskFailed.Error), look: s.st.dim})
	case e.TaskSucceeded != nil:
		s.caught[execution] = false
	case e.Type == "TaskStateExited" && !s.caught[execution]:
		s.add(execution, e.Timestamp, line{e.StateExited.Name, note(e.StateExited.Name, e.StateExited.Output), plain, nil})
	case e.Type == "WaitStateEntered":
		s.add(execution, e.Timestamp, line{e.StateEntered.Name, "", plain, nil})
	case e.Type == "SucceedStateEntered":
		s.add(execution, e.Timestamp, line{e.StateEntered.Name, "", s.st.good, nil})
	case e.Type == "FailStateEntered":
		s.add(execution, e.Timestamp, line{e.StateEntered.Name, "", s.st.bad, nil})
	}
}

// failure is an error in words, where the name alone says too little.
func failure(name string) string {
	if name == "DynamoDB.ConditionalCheckFailedException" {
		return "AcquireLock: another execution holds the lock"
	}
	return name
}

// message tells that a channel took a message.
func (s *story) message(at time.Time, n simulate.Notification) {
	s.flush()
	fmt.Fprintf(s.w, "  %s  %s\n", s.st.dim.Render(elapsed(at.Sub(s.start))), cut("✉  "+n.Channel+": "+n.Subject, columns-13))
}

// add holds a line back until the moment is over, with those like it.
func (s *story) add(execution string, at time.Time, l line) {
	if !at.Equal(s.now) {
		s.flush()
		s.now = at
	}
	for i := range s.lines {
		if s.lines[i].text == l.text && s.lines[i].note == l.note {
			if number := s.numbers[execution]; !slices.Contains(s.lines[i].by, number) {
				s.lines[i].by = append(s.lines[i].by, number)
			}
			return
		}
	}
	l.by = []int{s.numbers[execution]}
	s.lines = append(s.lines, l)
}

// room is how many columns a note has, behind the padded name of its state.
func room(text string) int {
	if text == "" {
		return columns - 29
	}
	return columns - 50
}

// flush writes the lines that are held back.
func (s *story) flush() {
	for _, l := range s.lines {
		var who []string
		for _, n := range l.by {
			who = append(who, s.st.of(n).Render(fmt.Sprintf("#%d", n+1)))
		}
		by := pad(strings.Join(who, " "), 14)
		text := l.look.Render(pad(l.text, 21))
		if l.text == "" {
			text = ""
		}
		fmt.Fprintln(s.w, strings.TrimRight(fmt.Sprintf("  %s  %s  %s%s", s.st.dim.Render(elapsed(s.now.Sub(s.start))), by, text,
			s.st.dim.Render(cut(l.note, room(l.text)))), " "))
	}
	s.lines = nil
}

// note is what a person wants to know of a state's output.
func note(state, output string) string {
	var out struct {
		Action, Incident, Holder, Status string
		Score                            int
		Approve                          *bool
		By                               string
		Subnets, Snapshots, Progress     []string
	}
	if json.Unmarshal([]byte(output), &out) != nil {
		return ""
	}
	switch {
	case out.Approve != nil && *out.Approve:
		return "approved by " + out.By
	case out.Approve != nil:
		return "denied by " + out.By
	}
	switch state {
	case "Triage":
		return fmt.Sprintf("%s, score %d", out.Action, out.Score)
	case "AcquireLock":
		return out.Incident
	case "JoinIncident":
		return "the incident is " + out.Holder
	case "Isolate":
		return "cut: " + strings.Join(out.Subnets, ", ")
	case "CaptureEvidence":
		return fmt.Sprintf("snapshots started: %d", len(out.Snapshots))
	case "CheckEvidence":
		return "snapshots " + strings.Join(out.Progress, ", ")
	}
	return ""
}
