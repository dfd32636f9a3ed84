package simulate

import (
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
)

// theCut is the operation that cuts, if isolate calls it. Release calls it, too.
const theCut = "ReplaceNetworkAclAssociation"

// calls converts an account's calls, and adds each one's round and whether it came before
// the cut.
func calls(made []account.Call) []Call {
	out := make([]Call, len(made))
	for i, c := range made {
		out[i] = Call{
			Service: c.Service, Operation: c.Operation, Execution: c.Caller.Execution, Function: c.Caller.Function,
			Started: c.Started, Ended: c.Ended, Error: c.Err,
			Seq: c.Seq, Applied: c.Applied, Delayed: c.Delayed, Late: c.Late, Behind: c.Behind, Effect: c.Effect, Input: c.Input,
		}
		out[i].Round = round(out[:i], out[i])
	}
	markCut(out)
	return out
}

// round is 1 plus the highest round of the same execution's calls that had ended when this
// call started.
func round(earlier []Call, c Call) int {
	n := 1
	for _, e := range earlier {
		if e.Execution == c.Execution && !e.Ended.After(c.Started) {
			n = max(n, e.Round+1)
		}
	}
	return n
}

// markCut sets BeforeCut in each cutting execution's calls up to the cut.
func markCut(all []Call) {
	last := map[string]int{}
	for i, c := range all {
		if c.Operation == theCut && c.Function == "isolate" && c.Error == "" {
			last[c.Execution] = i
		}
	}
	for i := range all {
		cut, did := last[all[i].Execution]
		all[i].BeforeCut = did && i <= cut
	}
}

// BeforeCut counts an execution's calls up to its cut, and the round trips that they took.
func (r *Report) BeforeCut(execution string) (calls, rounds int) {
	for _, c := range r.Calls {
		if c.Execution == execution && c.BeforeCut {
			calls++
			rounds = max(rounds, c.Round)
		}
	}
	return calls, rounds
}

// CutBy returns the names of the executions that cut.
func (r *Report) CutBy() (names []string) {
	for _, c := range r.Calls {
		if c.BeforeCut && !slices.Contains(names, c.Execution) {
			names = append(names, c.Execution)
		}
	}
	return names
}
