package outcome

import (
	"fmt"
	"io"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/history/number"
	"github.com/ec2-quarantine/quarantine/internal/terminal"
)

// ending is how an execution has ended.
type ending struct {
	status       history.Status
	machine, end string // end is the last state
}

// PrintGroups writes how executions ended, those that ended alike in one line, and the path and the
// error of each that failed.
func PrintGroups(w io.Writer, st terminal.Style, executions []history.Execution) {
	numbers := number.Of(executions)
	var order []ending
	groups := map[ending][]history.Execution{}
	for _, x := range executions {
		e := ending{status: x.Status, machine: x.Machine}
		if len(x.Path) > 0 {
			e.end = x.Path[len(x.Path)-1]
		}
		if groups[e] == nil {
			order = append(order, e)
		}
		groups[e] = append(groups[e], x)
	}
	for _, e := range order {
		printGroup(w, st, numbers, e, groups[e])
	}
}

func printGroup(w io.Writer, st terminal.Style, numbers *number.Numbers, e ending, all []history.Execution) {
	var of []number.Number
	for _, x := range all {
		of = append(of, numbers.Of(x.Name))
	}
	fmt.Fprintf(w, "  %s  %s", terminal.Pad(number.Who(st, of), 12), look(st, e.status).Render(string(e.status)))
	if st.Columns < beside {
		fmt.Fprintf(w, "\n%s\n", st.Wrap(e.end+" ("+e.machine+")", 6))
	} else {
		fmt.Fprintf(w, "  %s %s\n", e.end, st.Dim.Render("("+e.machine+")"))
	}
	told := ""
	for _, x := range all {
		why := st.Wrap(x.Error+": "+inWords(x.Cause), 6)
		path := strings.Join(Loops(x.Path), " > ")
		if x.Error == "" || why+path == told {
			continue
		}
		told = why + path
		fmt.Fprintln(w, why)
		st.Colored(w, st.Dim, 6, path)
	}
}
