package recorded

import (
	"fmt"
	"slices"
	"strings"
)

// Difference is a declared difference between the recorded history and the local one.
type Difference struct {
	Cases    string // their names, or patterns of names; the difference occurs in every one
	Event    string // a label of an event, or a pattern of labels
	Field    string // of the event, or a pattern; empty if only one of the two has the event
	Recorded string // a pattern of JSON; empty if absent
	Local    string // likewise
	Why      string // which interpreter is right, and why
	Document string // URL of the AWS document that confirms it
}

func (d Difference) matches(f Found) bool {
	return d.Concerns(f.Case) && match(d.Event, f.Event) && match(d.Field, f.Field) &&
		match(d.Recorded, f.Recorded) && match(d.Local, f.Local)
}

// Concerns tells whether the difference is declared for the case of that name.
func (d Difference) Concerns(name string) bool {
	return slices.ContainsFunc(strings.Fields(d.Cases), func(pattern string) bool { return match(pattern, name) })
}

// match matches text with a pattern in which * is any text.
func match(pattern, text string) bool {
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return pattern == text
	}
	last := len(parts) - 1
	text, ok := strings.CutPrefix(text, parts[0])
	for _, part := range parts[1:last] {
		if !ok {
			return false
		}
		_, text, ok = strings.Cut(text, part)
	}
	return ok && strings.HasSuffix(text, parts[last])
}

// Judge returns what is wrong: every found difference that Differences does not declare, and every declared
// difference of the cases that was not found.
func Judge(cases []Case, found []Found) (wrong []string) {
	for _, f := range found {
		if !slices.ContainsFunc(Differences, func(d Difference) bool { return d.matches(f) }) {
			wrong = append(wrong, fmt.Sprintf("%s, execution %s, %s, field %q:\n  recorded %s\n  ours     %s",
				f.Case, f.Execution, f.Event, f.Field, f.Recorded, f.Local))
		}
	}
	for _, d := range Differences {
		for _, c := range cases {
			if d.Concerns(c.Name) && !slices.ContainsFunc(found, func(f Found) bool { return f.Case == c.Name && d.matches(f) }) {
				wrong = append(wrong, fmt.Sprintf("Differences: (%s, %s, %q) does not differ in %s any more: remove it", d.Cases, d.Event, d.Field, c.Name))
			}
		}
	}
	return wrong
}

// AWS documents.
const (
	errorNames   = "https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html#error-handling-error-representation"
	historyEvent = "https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html"
	evaluation   = "https://docs.aws.amazon.com/step-functions/latest/apireference/API_EvaluationFailedEventDetails.html"
	variables    = "https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html#evaluation-order-in-an-assign-field"
	taskFailure  = "https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskFailure.html"
)

// Explanations of which interpreter is right.
const (
	onEntry    = "Ours: all fields of a state see the variables as they were on entry. The other evaluates Output after Assign."
	whereWrong = "Ours: the event says in which field the expression stands, and the cause names it and the event by which the state was entered."
	onceOnly   = "Ours: one event for one failed evaluation. The other writes it again as the failure of the task, without its state."
	catchable  = "Ours: States.QueryEvaluationError is an error as any other, which Catch takes, whichever field it comes from. The other catches that of Arguments only."
	noChoice   = "Ours: States.NoChoiceMatched. The other fails itself."
	cutOff     = "Ours: what is cut off because another branch or iteration failed has an event for it. The other stops it without a word."
	saysWhy    = "Ours: the cause that is sent with a failure is the failure's. The other drops it."
)

// Differences are all declared differences.
var Differences = []Difference{
	{"assign-and-output", "TaskStateExited T", "stateExitedEventDetails.output.n", `12`, `2`, onEntry, variables},
	{"assign-and-output", "PassStateEntered P", "stateEnteredEventDetails.input.n", `12`, `2`, onEntry, variables},
	{"assign-and-output", "PassStateExited P", "stateExitedEventDetails.output", `"112"`, `"12"`, onEntry, variables},
	{"assign-and-output", "SucceedStateEntered S", "stateEnteredEventDetails.input", `"112"`, `"12"`, onEntry, variables},

	{"arguments-fail", "EvaluationFailed T", "evaluationFailedEventDetails.location", ``, `"Arguments/Payload/gone"`, whereWrong, evaluation},
	{"arguments-fail", "EvaluationFailed T", "evaluationFailedEventDetails.cause", `*gone' returned nothing*`, `*gone' specified for the field*returned nothing*`, whereWrong, evaluation},
	{"arguments-fail", "EvaluationFailed T (2)", "", `*`, ``, onceOnly, evaluation},
	{"arguments-fail", "TaskStateExited T", "previousEventId", `"EvaluationFailed T (2)"`, `"EvaluationFailed T"`, onceOnly, evaluation},

	{"output-fails", "EvaluationFailed T", "evaluationFailedEventDetails.location", ``, `"Output/v"`, whereWrong, evaluation},
	{"output-fails", "EvaluationFailed T", "evaluationFailedEventDetails.cause", `*#5)*gone' returned nothing*`, `*#2)*gone' specified for the field*returned nothing*`, whereWrong, evaluation},
	{"output-throws", "EvaluationFailed T", "", ``, `*"location":"Output"*`, catchable, errorNames},
	{"output-*", "ExecutionFailed T", "", `*`, ``, catchable, errorNames},
	{"output-*", "*State*", "", ``, `*`, catchable, errorNames},
	{"output-*", "ExecutionSucceeded", "", ``, `*{"caught":true}*`, catchable, errorNames},
	{"output-*", "execution", "status", `"FAILED"`, `"SUCCEEDED"`, catchable, errorNames},
	{"output-*", "execution", "output", `""`, `{"caught":true}`, catchable, errorNames},
	{"output-*", "execution", "error", `"States.*"`, `""`, catchable, errorNames},
	{"output-*", "execution", "cause", `"*"`, `""`, catchable, errorNames},
	{"pass-fails", "EvaluationFailed P", "evaluationFailedEventDetails.location", ``, `"Output"`, whereWrong, evaluation},
	{"pass-fails", "*", "*cause", `*gone' returned nothing*`, `*gone' specified for the field 'Output' returned nothing*`, whereWrong, evaluation},

	{"choice-fails", "*", "*error", `"States.Runtime"`, `"States.NoChoiceMatched"`, noChoice, errorNames},
	{"choice-fails", "*", "*cause", `"RuntimeError*`, `"An error occurred while executing the state 'C' (entered at the event id #2)*`, noChoice, errorNames},

	{"map-caught", "TaskStateAborted M*", "", ``, `*"TaskFailed I in /M[0]"*`, cutOff, historyEvent},
	{"map-caught", "MapIterationAborted I in /M[1]", "", ``, `*"TaskFailed I in /M[0]"*`, cutOff, historyEvent},
	{"map-fails", "TaskStateAborted M*", "", ``, `*"TaskFailed I in /M[0]"*`, cutOff, historyEvent},
	{"map-fails", "MapIterationAborted I in /M[1]", "", ``, `*"TaskFailed I in /M[0]"*`, cutOff, historyEvent},
	{"parallel-caught", "TaskStateAborted R*", "", ``, `*"TaskFailed A in /R/A"*`, cutOff, historyEvent},
	{"parallel-caught", "WaitStateAborted R", "", ``, `*"TaskFailed A in /R/A"*`, cutOff, historyEvent},

	{"token-rejected", "*", "*ause", ``, `"not today"`, saysWhy, taskFailure},
}
