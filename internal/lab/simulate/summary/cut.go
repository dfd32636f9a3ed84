package summary

import (
	"fmt"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/history/timeline"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/terminal"
)

// cut writes where the time to a cut went, right after it: to the first one and, if every call is
// wanted, to each.
func (s *Summary) cut(c simulate.Cut) {
	s.story.Flush()
	all := toTheCut(c.Calls, c.Execution)
	if len(all) == 0 || s.shown > 0 && !s.Calls {
		return // what no subnet was cut for, such as a key
	}
	s.shown++
	t := timeline.Of(history.Execution{History: s.past[c.Execution]}, all, s.Sent)
	calls, rounds := (&simulate.Report{Calls: c.Calls}).BeforeCut(c.Execution)
	title := fmt.Sprintf("%s from event to cut, %d AWS calls in %d round trips", duration(t.Cut.Sub(s.Sent)), calls, rounds)
	s.st.Colored(s.w, s.st.Title, 2, title)
	if !s.Calls {
		t = t.Brief()
	}
	t.Print(s.w, s.st)
}

// toTheCut returns an execution's calls up to its cut.
func toTheCut(all []simulate.Call, execution string) (calls []timeline.Call) {
	for _, c := range all {
		if c.Execution == execution && c.BeforeCut {
			calls = append(calls, timeline.Call{Name: nameOf(c), Started: c.Started, Ended: c.Ended})
		}
	}
	return calls
}

func nameOf(c simulate.Call) string { return c.Service + ":" + c.Operation }

// allCalls writes the number of calls by operation.
func (s *Summary) allCalls(r *simulate.Report) {
	total := map[string]int{}
	var order []string
	for _, c := range r.Calls {
		if total[nameOf(c)]++; total[nameOf(c)] == 1 {
			order = append(order, nameOf(c))
		}
	}
	for i, name := range order {
		order[i] = terminal.Whole(fmt.Sprintf("%s %d", name, total[name]))
	}
	title := fmt.Sprintf("All %d calls", len(r.Calls))
	if len(r.Calls) == 1 {
		title = "The only call"
	}
	s.heading(title)
	fmt.Fprintln(s.w, s.st.Wrap(strings.Join(order, ", "), 2))
}
