package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/local/asl"
)

// printReport writes what came of a simulation, after its story.
func printReport(w io.Writer, st style, r *simulate.Report, findings []delivered) {
	if len(r.Probes) > 0 {
		heading(w, st, "After")
	}
	for _, p := range r.Probes {
		printReach(w, st, p, p.After, p.ReasonAfter)
	}
	heading(w, st, "Outcome")
	printOutcomes(w, st, r, findings, true)
	printCalls(w, st, r)
	printMessages(w, st, r)
}

// heading writes a title after an empty line.
func heading(w io.Writer, st style, title string) {
	fmt.Fprintf(w, "\n%s\n", st.title.Render(title))
}

// dimmed writes lines that matter less.
func dimmed(w io.Writer, st style, lines string) {
	for l := range strings.SplitSeq(lines, "\n") {
		fmt.Fprintln(w, st.dim.Render(strings.TrimRight(l, " ")))
	}
}

// printReach writes one probe's answer.
func printReach(w io.Writer, st style, p simulate.Probe, answer, reason string) {
	mark, look := "?", st.warn
	switch answer {
	case simulate.Allowed:
		mark, look = "open  ", st.good
	case simulate.Denied:
		mark, look = "closed", st.bad
	}
	fmt.Fprintf(w, "  %s  %s\n", look.Render(pad(mark, 7)), cut(p.From+" → "+p.To, columns-11))
	if answer != simulate.Allowed && reason != "" {
		dimmed(w, st, wrap(reason, 11))
	}
}

// printOutcomes writes a line an execution: how it ended; and, where asked, its
// path and what went wrong.
func printOutcomes(w io.Writer, st style, r *simulate.Report, findings []delivered, paths bool) {
	_, lines := headlines(findings)
	for i, e := range r.Executions {
		look := st.good
		if e.Status != asl.StatusSucceeded {
			look = st.bad
		}
		name := e.Machine + " " + e.Name
		if i < len(findings) {
			name = lines[i]
		}
		fmt.Fprintf(w, "  %s  %s  %s\n", st.of(i).Render(fmt.Sprintf("#%d", i+1)), look.Render(pad(string(e.Status), 9)), cut(name, columns-18))
		if !paths {
			continue
		}
		dimmed(w, st, wrap(strings.Join(loops(e.Path), " > "), 6))
		if e.Error != "" {
			fmt.Fprintln(w, wrap(e.Error+": "+e.Cause, 6))
		}
	}
}

// loops writes a run of states that repeats as one with a count.
func loops(path []string) []string {
	var out []string
	for i := 0; i < len(path); {
		n, times := repeat(path[i:])
		step := path[i]
		if times > 1 {
			step = fmt.Sprintf("(%s) x%d", strings.Join(path[i:i+n], " > "), times)
		}
		out = append(out, step)
		i += n * times
	}
	return out
}

// repeat finds how long a run of states at the start of path is, and how often
// it stands there in a row.
func repeat(path []string) (n, times int) {
	for n = 1; n <= 4; n++ {
		times = 1
		for (times+1)*n <= len(path) && same(path[:n], path[times*n:(times+1)*n]) {
			times++
		}
		if times > 1 {
			return n, times
		}
	}
	return 1, 1
}

func same(a, b []string) bool { return strings.Join(a, "\n") == strings.Join(b, "\n") }

// printCalls writes the calls up to the cut, and how many there were in all.
func printCalls(w io.Writer, st style, r *simulate.Report) {
	for _, name := range r.CutBy() {
		n, rounds := r.BeforeCut(name)
		heading(w, st, fmt.Sprintf("To the cut: %d AWS calls in %d round trips", n, rounds))
		for _, c := range r.Calls {
			if c.Execution == name && c.BeforeCut {
				fmt.Fprintf(w, "  %d  %s\n", c.Round, c.Service+":"+c.Operation)
			}
		}
	}
	total := map[string]int{}
	var order []string
	for _, c := range r.Calls {
		op := c.Service + ":" + c.Operation
		if total[op]++; total[op] == 1 {
			order = append(order, op)
		}
	}
	for i, op := range order {
		order[i] = fmt.Sprintf("%s %d", op, total[op])
	}
	heading(w, st, fmt.Sprintf("All %d calls", len(r.Calls)))
	fmt.Fprintln(w, wrap(strings.Join(order, ", "), 2))
}

// printMessages writes every message once, with the channels that took it.
func printMessages(w io.Writer, st style, r *simulate.Report) {
	channels := map[string][]string{}
	var order []simulate.Notification
	for _, n := range r.Notifications {
		if channels[n.Text] == nil {
			order = append(order, n)
		}
		channels[n.Text] = append(channels[n.Text], n.Channel)
	}
	heading(w, st, fmt.Sprintf("Messages: %d", len(order)))
	for _, n := range order {
		fmt.Fprintf(w, "\n  %s %s\n", st.title.Render(cut(n.Subject, columns-20)), st.dim.Render("("+strings.Join(channels[n.Text], ", ")+")"))
		printText(w, n.Text)
	}
}

// printText writes a message's text behind a bar. Its lines are up to 79
// columns wide as they are.
func printText(w io.Writer, text string) {
	for line := range strings.SplitSeq(strings.TrimRight(text, "\n"), "\n") {
		fmt.Fprintln(w, "|"+line)
	}
}
