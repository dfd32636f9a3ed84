package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/democheck"
	"github.com/ec2-quarantine/quarantine/internal/message"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/terminal"
)

// demoWords say what a step is about.
var demoWords = map[democheck.Name]string{
	democheck.PageReachable:   "page reachable",
	democheck.FindingSeen:     "finding seen",
	democheck.CutInEffect:     "cut in effect",
	democheck.PageUnreachable: "page unreachable",
	democheck.EvidenceTaken:   "evidence complete",
	democheck.Released:        "released",
	democheck.Restored:        "cut lifted",
	democheck.PageBack:        "page reachable again",
}

// clock is a time since the start, as 04:05 or 1:04:05.
func clock(d time.Duration) string {
	if d >= time.Hour {
		return terminal.Elapsed(d)
	}
	return fmt.Sprintf("%02d:%02d", int(d.Minutes()), int(d.Seconds())%60)
}

// stepEnded writes a step that has come to an end.
func (c *onCall) stepEnded(s democheck.Step) {
	look := c.st.Bad
	switch s.Outcome {
	case democheck.Seen:
		look = c.st.Good
	case democheck.Skipped:
		look = c.st.Warn
	}
	words := demoWords[s.Name]
	if s.Outcome != democheck.Seen {
		words += ": " + string(s.Outcome)
	}
	fmt.Fprintf(c.s.out, "  %s  %s\n", clock(seconds(s.SinceStart)), look.Render(words))
	if s.Text != "" {
		c.colored(c.st.Dim, 9, s.Text)
	}
}

// stillWaiting says that the check still waits, and for what.
func (c *onCall) stillWaiting(since time.Duration, what string) {
	c.happens(since, "waiting for "+what)
}

// happens writes what happens at a time.
func (c *onCall) happens(since time.Duration, what string) {
	text := strings.TrimLeft(terminal.Wrap(message.Clean(what, terminal.MaxText), 9), " ")
	for line := range strings.SplitSeq("  "+clock(since)+"  "+text, "\n") {
		fmt.Fprintln(c.s.out, c.st.Dim.Render(line))
	}
}

// seconds is a number of seconds.
func seconds(n float64) time.Duration { return time.Duration(n * float64(time.Second)) }

// outcome writes the table of times, the evidence, and what comes next.
func (r *demoRun) outcome(c checked) {
	r.st.Heading(r.s.out, "Times")
	fmt.Fprintln(r.s.out, r.st.Dim.Render(fmt.Sprintf("  %s  %11s  %13s", terminal.Pad("STEP", 20), "SINCE START", "SINCE FINDING")))
	for _, s := range c.Steps {
		since := "-"
		if s.SinceFinding != nil {
			since = fmt.Sprintf("%.1f s", *s.SinceFinding)
		}
		text := string(s.Outcome)
		if s.Outcome == democheck.Seen {
			text = ""
		}
		line := fmt.Sprintf("  %s  %9.1f s  %13s  %s", terminal.Pad(demoWords[s.Name], 20), s.SinceStart, since, text)
		fmt.Fprintln(r.s.out, strings.TrimRight(line, " "))
	}
	if c.Record == nil {
		return
	}
	if r.Released {
		r.printer().Quarantine(c.Record.Incident)
		return
	}
	r.printer().Findings(c.Record.Incident)
	r.printer().Evidence(c.Record.Incident)
	if c.Record.Status == quarantine.StatusContained {
		r.next(c.Record.Incident)
	}
}

// next says how the demo goes on. The commands stand in a line each, however
// long, so that they can be copied.
func (r *demoRun) next(in quarantine.Incident) {
	r.st.Heading(r.s.out, "To release it")
	fmt.Fprintln(r.s.out, "  "+r.releaseLine(in))
	fmt.Fprintln(r.s.out, "  "+r.check.Again("--released"))
	r.say(2, "Release it before you delete the demo's stack: CloudFormation cannot delete a VPC that has things in it which are not its own.")
}

// releaseLine releases the incident, or says yes where a person is being asked
// about just that.
func (r *demoRun) releaseLine(in quarantine.Incident) string {
	for _, q := range in.Questions {
		if q.Purpose == quarantine.PurposeRelease && q.Status == quarantine.RequestPending {
			return r.check.Command("approve", q.ID)
		}
	}
	return r.check.ReleaseCommand(in.ID)
}
