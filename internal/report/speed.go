package report

import (
	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/statemachine/state"
)

// asReadBack is how long an execution took until it had contained; false where it has not, as far as its
// history shows. A visit that the brake or the policy ended has cut nothing, however fast that was.
func asReadBack(x history.Execution) (fact, bool) {
	asked := false
	for _, s := range history.States(x.History) {
		asked = asked || s.Name == state.AskBeforeCut
		of := done[s.Name]
		if of == "" || s.Caught || s.Left.IsZero() {
			continue
		}
		out := fact{seconds(s.Left.Sub(x.Started())), "from the start of the execution to " + of + ", as read back", "good"}
		if asked { // then the time is a person's more than the product's
			out.Of, out.Look = out.Of+"; a person was asked first", ""
		}
		return out, true
	}
	return fact{}, false
}

// done is what the states do that contain.
var done = map[string]string{state.Isolate: "the cut", state.IsolateByGroup: "the security group in place of the cut"}
