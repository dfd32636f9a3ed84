// Package outcome shows how executions ended: a line each, and the path of
// states below it.
package outcome

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/charmbracelet/lipgloss"

	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/history/number"
	"github.com/ec2-quarantine/quarantine/internal/terminal"
)

// Print writes how each execution ended, and its error. Those that an event started have the
// names that are given, for example their findings; the others that of their state machine and their
// own.
func Print(w io.Writer, st terminal.Style, executions []history.Execution, names []string) {
	numbers := number.Of(executions)
	for _, x := range executions {
		printLine(w, st, numbers.Of(x.Name), x, names)
		if x.Error != "" {
			fmt.Fprintln(w, st.Wrap(x.Error+": "+inWords(x.Cause), 6))
		}
	}
}

// PrintLines writes the line of each execution alone.
func PrintLines(w io.Writer, st terminal.Style, executions []history.Execution, names []string) {
	numbers := number.Of(executions)
	for _, x := range executions {
		printLine(w, st, numbers.Of(x.Name), x, names)
	}
}

func printLine(w io.Writer, st terminal.Style, n number.Number, x history.Execution, names []string) {
	name := x.Machine + " " + x.Name
	if n.Nested == "" && n.Of <= len(names) {
		name = names[n.Of-1]
	}
	head := fmt.Sprintf("  %s  %s", st.Of(n.Of-1).Render(n.String()), look(st, x.Status).Render(terminal.Pad(string(x.Status), 9)))
	if st.Columns < beside {
		fmt.Fprintln(w, strings.TrimRight(head, " "))
		fmt.Fprintln(w, st.Wrap(name, 6))
		return
	}
	fmt.Fprintf(w, "%s  %s\n", head, terminal.Cut(name, st.Columns-15-len(n.String())))
}

// beside is how wide an output is that has room for a name beside its status.
const beside = 60

func look(st terminal.Style, s history.Status) lipgloss.Style {
	if s == history.StatusSucceeded {
		return st.Good
	}
	return st.Bad
}

// longestLoop is how many states a loop has at most.
const longestLoop = 4

// Loops writes a run of states that repeats as one with a count, such as
// (WaitForSnapshots > CheckEvidence) x3.
func Loops(path []string) (steps []string) {
	for i := 0; i < len(path); {
		n, times := repeated(path[i:])
		step := path[i]
		if times > 1 {
			step = fmt.Sprintf("(%s) x%d", strings.Join(path[i:i+n], " > "), times)
		}
		steps = append(steps, step)
		i += n * times
	}
	return steps
}

// repeated finds how long the run of states at the start of path is, and how
// often it stands there in a row.
func repeated(path []string) (n, times int) {
	for n = 1; n <= longestLoop; n++ {
		times = 1
		for (times+1)*n <= len(path) && slices.Equal(path[:n], path[times*n:(times+1)*n]) {
			times++
		}
		if times > 1 {
			return n, times
		}
	}
	return 1, 1
}
