// Package outcome shows how executions ended: a line each, and the path of
// states below it.
package outcome

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/terminal"
)

// Print writes how each execution ended, its path and its error. The first
// executions have the names that are given, for example their findings; the
// others that of their state machine and their own.
func Print(w io.Writer, st terminal.Style, executions []history.Execution, names []string) {
	for i, x := range executions {
		printLine(w, st, i, x, names)
		st.Dimmed(w, terminal.Wrap(strings.Join(Loops(x.Path), " > "), 6))
		if x.Error != "" {
			fmt.Fprintln(w, terminal.Wrap(x.Error+": "+x.Cause, 6))
		}
	}
}

// PrintLines writes the line of each execution alone.
func PrintLines(w io.Writer, st terminal.Style, executions []history.Execution, names []string) {
	for i, x := range executions {
		printLine(w, st, i, x, names)
	}
}

func printLine(w io.Writer, st terminal.Style, i int, x history.Execution, names []string) {
	look := st.Good
	if x.Status != history.StatusSucceeded {
		look = st.Bad
	}
	name := x.Machine + " " + x.Name
	if i < len(names) {
		name = names[i]
	}
	fmt.Fprintf(w, "  %s  %s  %s\n", st.Of(i).Render(fmt.Sprintf("#%d", i+1)), look.Render(terminal.Pad(string(x.Status), 9)), terminal.Cut(name, terminal.Columns-18))
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
