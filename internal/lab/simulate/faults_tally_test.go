package simulate_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
)

// tally counts the cases that were run, by scenario and fault.
type tally struct {
	mu  sync.Mutex
	all int
	by  map[string]map[string]int
}

func (n *tally) add(scenario, fault string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.by[scenario] == nil {
		n.by[scenario] = map[string]int{}
	}
	n.by[scenario][fault]++
	if n.all++; *every == 1 && n.all%1000 == 0 {
		fmt.Println(n.all, "faults so far")
	}
}

// String is the number of cases.
func (n *tally) String() string {
	return fmt.Sprintf("%d faults at the calls of %d scenarios", n.all, len(n.by))
}

// table lists the number of cases by scenario and fault.
func (n *tally) table() string {
	var out strings.Builder
	fmt.Fprintf(&out, "\n%-18s", "")
	for _, f := range faults {
		fmt.Fprintf(&out, "%16s", f.name)
	}
	for _, s := range slices.Sorted(maps.Keys(n.by)) {
		fmt.Fprintf(&out, "\n%-18s", s)
		for _, f := range faults {
			fmt.Fprintf(&out, "%16d", n.by[s][f.name])
		}
	}
	return out.String()
}
