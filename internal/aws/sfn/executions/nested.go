package executions

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/local/asl"
)

// Nested gives the ARNs of the executions that a history's tasks started, in
// the order in which they were started. StartExecution's answer stands in the
// event that ends the task, or, where the task waits for the nested one, in
// the event that says that it was submitted.
// https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html
func Nested(history []asl.Event) (arns []string) {
	for _, e := range history {
		for _, r := range []*asl.TaskResult{e.TaskSubmitted, e.TaskSucceeded} {
			if r == nil || r.ResourceType != "states" || !strings.HasPrefix(r.Resource, "startExecution") {
				continue
			}
			var started struct{ ExecutionArn string }
			if json.Unmarshal([]byte(r.Output), &started) == nil && started.ExecutionArn != "" && !slices.Contains(arns, started.ExecutionArn) {
				arns = append(arns, started.ExecutionArn)
			}
		}
	}
	return arns
}
