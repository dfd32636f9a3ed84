// Package number says what executions are called where several are told of.
package number

import (
	"slices"
	"strconv"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/arn"
	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/terminal"
)

// Number is what an execution is called: the n-th that nothing but an event or a person started is n,
// and what it starts itself is na, nb and so on. So a finding, the executions about it, and the
// questions that they ask have one number.
type Number struct {
	Of     int    // from 1
	Nested string // letters; "" for one that no other started
}

// String is for example "#2" or "#2a".
func (n Number) String() string { return "#" + strconv.Itoa(n.Of) + n.Nested }

// Numbers numbers executions by name, from their events. A number never changes once it was asked for.
type Numbers struct {
	waiting []string // have started, and have no number yet
	parent  map[string]string
	given   map[string]Number
	last    int         // given to one that no other started
	nested  map[int]int // how many were given letters, by number
}

// Of numbers executions that are over, in the order in which they started.
func Of(all []history.Execution) *Numbers {
	n := &Numbers{}
	for _, x := range all {
		n.started(x.Name)
		for _, e := range x.History {
			n.Event(x.Name, e)
		}
	}
	return n
}

// Event takes an execution's next event.
func (n *Numbers) Event(execution string, e history.Event) {
	if e.Type == "ExecutionStarted" {
		n.started(execution)
	}
	for _, id := range history.Nested([]history.Event{e}) {
		if x, ok := arn.ParseExecution(id); ok && n.parent[x.Name] == "" && x.Name != execution {
			n.parent[x.Name] = execution
		}
	}
}

func (n *Numbers) started(execution string) {
	if n.given == nil {
		n.parent, n.given, n.nested = map[string]string{}, map[string]Number{}, map[int]int{}
	}
	if _, known := n.given[execution]; !known && !slices.Contains(n.waiting, execution) {
		n.waiting = append(n.waiting, execution)
	}
}

// Of is an execution's number. Those that have started before it have theirs from then on.
func (n *Numbers) Of(execution string) Number {
	n.started(execution)
	if _, known := n.given[execution]; !known {
		all := n.waiting
		n.waiting = nil
		for _, name := range all {
			n.give(name)
		}
	}
	return n.given[execution]
}

func (n *Numbers) give(execution string) Number {
	if got, known := n.given[execution]; known {
		return got
	}
	parent, nested := n.parent[execution]
	var got Number
	if nested {
		got.Of = n.give(parent).Of
		got.Nested = letters(n.nested[got.Of])
		n.nested[got.Of]++
	} else {
		n.last++
		got.Of = n.last
	}
	n.given[execution] = got
	return got
}

// letters are a to z, aa to az, ba and so on.
func letters(i int) string {
	if i < 0 {
		return ""
	}
	return letters(i/26-1) + string(rune('a'+i%26))
}

// Who are executions in short, such as "#1 #3" or "#2-#5".
func Who(st terminal.Style, all []Number) string {
	var out []string
	for _, run := range runs(all) {
		text := st.Of(run[0].Of - 1).Render(run[0].String())
		if last := run[len(run)-1]; len(run) > 1 {
			text += "-" + st.Of(last.Of-1).Render(last.String())
		}
		out = append(out, text)
	}
	return strings.Join(out, " ")
}

// runs parts numbers into those that follow each other, three or more, and the others.
func runs(all []Number) (out [][]Number) {
	for i := 0; i < len(all); {
		end := i + 1
		for end < len(all) && all[end].Of == all[end-1].Of+1 && all[end].Nested == all[i].Nested {
			end++
		}
		if end-i < 3 {
			end = i + 1
		}
		out = append(out, all[i:end])
		i = end
	}
	return out
}
