// Package report reads executions from the object that simulate --json and
// respond --json print.
package report

import (
	"encoding/json"

	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Executions reads those of a report that a subject stands for (an execution's
// name or ARN, or an incident's id; "" is all of them), each followed by those
// nested in it, without task tokens. The error is that the text is no report.
func Executions(text []byte, subject string) ([]history.Execution, error) {
	var report struct{ Executions []history.Execution }
	if err := json.Unmarshal(text, &report); err != nil {
		return nil, err
	}
	byARN := map[string]history.Execution{}
	for i, x := range report.Executions {
		x.History = history.WithoutTokens(x.History)
		report.Executions[i], byARN[x.ARN] = x, x
	}
	var arns []string
	for _, x := range selected(report.Executions, subject) {
		arns = append(arns, x.ARN)
	}
	return history.WithNested(func(arn string) (history.Execution, bool, error) {
		x, known := byARN[arn]
		return x, known, nil
	}, arns...)
}

// selected are the executions that a subject stands for.
func selected(all []history.Execution, subject string) []history.Execution {
	if subject == "" {
		return all
	}
	if named := history.Named(all, subject); len(named) > 0 || !quarantine.IsIncidentID(subject) {
		return named
	}
	return history.About(all, subject)
}
