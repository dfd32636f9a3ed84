package history

import (
	"encoding/json"
	"slices"
	"strings"
)

// Nested gives the ARNs of the executions that an execution's tasks started, in
// the order in which they were started. StartExecution's answer stands in the
// event that ends the task, or, where the task waits for the nested one, in the
// event that says that it was submitted.
// https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html
func Nested(events []Event) (arns []string) {
	for _, e := range events {
		for _, r := range []*TaskResult{e.TaskSubmitted, e.TaskSucceeded} {
			if arn := startedBy(r); arn != "" && !slices.Contains(arns, arn) {
				arns = append(arns, arn)
			}
		}
	}
	return arns
}

// startedBy is the ARN of the execution that a task started; "" for none.
func startedBy(r *TaskResult) string {
	if r == nil || r.ResourceType != "states" || !strings.HasPrefix(r.Resource, "startExecution") {
		return ""
	}
	var started struct{ ExecutionArn string }
	if json.Unmarshal([]byte(r.Output), &started) != nil {
		return ""
	}
	return started.ExecutionArn
}

// Find gives an execution by its ARN, and false where there is none.
type Find func(arn string) (Execution, bool, error)

// WithNested gives the executions of those ARNs, each followed by those nested
// in it, every one once. It leaves out what find does not know. Errors are find's.
func WithNested(find Find, arns ...string) ([]Execution, error) {
	w := walk{find: find, seen: map[string]bool{}}
	for _, arn := range arns {
		if err := w.add(arn); err != nil {
			return nil, err
		}
	}
	return w.found, nil
}

// walk goes from executions to those nested in them.
type walk struct {
	find  Find
	seen  map[string]bool
	found []Execution
}

func (w *walk) add(arn string) error {
	if w.seen[arn] {
		return nil
	}
	w.seen[arn] = true
	x, known, err := w.find(arn)
	if err != nil || !known {
		return err
	}
	w.found = append(w.found, x)
	for _, nested := range Nested(x.History) {
		if err := w.add(nested); err != nil {
			return err
		}
	}
	return nil
}
