package invariants

import (
	"encoding/json"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// check is the check of one run.
type check struct {
	r     *simulate.Report
	w     World
	found []Violation

	calls  map[int]simulate.Call // by Seq
	writes []write               // to the ledger's items, in order
	byName map[string]history.Execution
}

func look(r *simulate.Report, w World) *check {
	c := &check{r: r, w: w, calls: map[int]simulate.Call{}, byName: map[string]history.Execution{}}
	for _, call := range r.Calls {
		c.calls[call.Seq] = call
		c.writes = append(c.writes, writesOf(call)...)
	}
	slices.SortStableFunc(c.writes, func(a, b write) int { return a.order() - b.order() })
	for _, e := range r.Executions {
		c.byName[e.Name] = e
	}
	return c
}

// end is the last state of an execution; "" if it entered none.
func end(e history.Execution) string {
	if len(e.Path) == 0 {
		return ""
	}
	return e.Path[len(e.Path)-1]
}

// input decodes an execution's input into a value. Fields of other types are skipped.
func input(e history.Execution, into any) {
	if len(e.History) > 0 && e.History[0].ExecutionStarted != nil {
		_ = json.Unmarshal([]byte(e.History[0].ExecutionStarted.Input), into)
	}
}

// outcome is an execution's output.
type outcome struct {
	Outcome   string
	Incident  string
	Instance  string
	Finding   string
	Snapshots []string
	Children  []struct {
		Started  bool
		Resource quarantine.Resource
	}
}

func outcomeOf(e history.Execution) (o outcome) {
	_ = json.Unmarshal(e.Output, &o) // a failed execution has no output
	return o
}

// madeByProduct reports whether the product made the ACL.
func madeByProduct(a account.ACLState) bool {
	return a.Tags[quarantine.TagProduct] == quarantine.Product
}

// cuts reports whether the ACL is the product's and isolates its subnets.
func cuts(a account.ACLState) bool { return madeByProduct(a) && a.Allows == 0 }

// by is the call that made a change. For a change by others its Function is empty.
func (c *check) by(change account.Change) simulate.Call { return c.calls[change.Call] }

// changesOf returns the changes of a subnet's association, in order.
func (c *check) changesOf(subnet string) (out []account.Change) {
	for _, change := range c.r.Changes {
		if change.Subnet == subnet {
			out = append(out, change)
		}
	}
	return out
}

// accused reports whether an accused instance has, or was given, an interface in the subnet.
func (c *check) accused(subnet string) bool {
	for _, subnets := range c.w.Accused {
		if slices.Contains(subnets, subnet) {
			return true
		}
	}
	return slices.Contains(c.w.Attached, subnet)
}

// claimOf returns the instance and incident of the last lock that an execution held.
func (c *check) claimOf(execution string) (instance, incident string) {
	for _, w := range c.writes {
		if w.is("LOCK") && w.owner() == execution && w.text("incident") != "" {
			instance, incident = w.last(), w.text("incident")
		}
	}
	return instance, incident
}
