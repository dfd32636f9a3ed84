package asl

import (
	"context"
	"encoding/json"

	"github.com/ec2-quarantine/quarantine/internal/history"
)

// parallel runs the branches concurrently, each with the same input.
func (v *visit) parallel(ctx context.Context) (effect, error) {
	v.result = nil
	input, err := v.branchInput()
	if err != nil {
		return effect{}, err
	}
	v.emit(history.Event{Type: "ParallelStateStarted"})
	g := v.group(ctx, len(v.st.programs))
	branches := make([]func(), len(v.st.programs))
	for i, p := range v.st.programs {
		v.children[i] = v.child()
		branches[i] = func() { g.run(i, p, input) }
	}
	v.x.clock.RunSideBySide(branches...)
	last := v.prev
	for _, child := range v.children {
		last = max(last, child.prev)
	}
	return v.succeed(g.join(ctx, last))
}

func (v *visit) branchInput() (json.RawMessage, error) {
	input := v.input
	err := v.evaluate(func(ev *evaluator) error {
		var err error
		if v.st.arguments != nil {
			input, err = ev.value(v.st.arguments)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if fail := tooLarge("state '"+v.st.name+"' has an input with", input); fail != nil {
		return nil, fail
	}
	return input, nil
}

// succeed ends a Parallel or Map state whose lines have all succeeded.
func (v *visit) succeed(result json.RawMessage, err error) (effect, error) {
	if err != nil {
		return effect{}, err
	}
	v.note(history.Event{Type: v.st.typ + "StateSucceeded"})
	v.result = result
	return v.conclude(v.st.output, v.st.assign, result, v.st.next)
}
