package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/ec2-quarantine/quarantine/internal/aws/sfn/executions"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/local/asl"
)

// historyCommand is quarantine history.
type historyCommand struct {
	accountFlags `embed:""`

	Subject string `arg:"" optional:"" name:"EXECUTION|INCIDENT" help:"An execution's ARN, or its name where the state machines have the names that they have here, or an incident's id. Optional with --file."`
	File    string `placeholder:"REPORT.json" help:"Read what simulate --json or respond --json wrote, and no account."`
}

// Help is shown by quarantine history --help.
func (historyCommand) Help() string {
	return `For example:

    quarantine history inc-20260115-a749daa8d1
    quarantine history --file report.json

It prints the execution history as the Step Functions console does, nested
executions included. Task tokens are not shown.

IAM actions: states:GetExecutionHistory on the executions; for an incident also
dynamodb:GetItem, dynamodb:Query and dynamodb:Scan on the table.`
}

// Run prints histories.
func (h historyCommand) Run(ctx context.Context, s streams) error {
	var c *onCall
	var all []simulate.Execution
	var err error
	switch {
	case h.File != "":
		c = h.local(s)
		all, err = fromFile(h.File, h.Subject)
	case h.Subject == "":
		return usage("which execution? Give an execution's ARN or an incident's id, or a report with --file")
	default:
		if c, err = h.open(ctx, s); err == nil {
			all, err = c.fromAccount(ctx, h.Subject)
		}
	}
	if err != nil {
		return err
	}
	if c.JSON {
		return writeJSON(c.json.out, all)
	}
	for _, e := range all {
		printHistory(c.s.out, c.st, e)
		c.howItEnded(e)
	}
	return nil
}

func (c *onCall) howItEnded(e simulate.Execution) {
	look := c.st.good
	switch e.Status {
	case asl.StatusSucceeded:
	case asl.StatusRunning:
		look = c.st.warn
	default:
		look = c.st.bad
	}
	fmt.Fprintf(c.s.out, "%s, state machine %s\n", look.Render(string(e.Status)), e.Machine)
	if e.Error != "" {
		c.say(2, "%s: %s", e.Error, e.Cause)
	}
}

// fromFile reads a report: all of its executions, or those that a subject names.
func fromFile(file, subject string) ([]simulate.Execution, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, usage("%w", plain(err))
	}
	out, err := fromReport(text, subject)
	if err != nil {
		return nil, usage("%s is no report that simulate --json wrote: %w", file, err)
	}
	if len(out) == 0 {
		return nil, usage("%s has no execution %s, and none about an incident of that id", file, subject)
	}
	return out, nil
}

func fromReport(text []byte, subject string) (out []simulate.Execution, err error) {
	var report struct{ Executions []simulate.Execution }
	if err := json.Unmarshal(text, &report); err != nil {
		return nil, err
	}
	byARN := map[string]simulate.Execution{}
	for i, e := range report.Executions {
		e.History = executions.WithoutTokens(e.History)
		report.Executions[i], byARN[e.ARN] = e, e
	}
	walk := nestedIn(func(arn string) (simulate.Execution, bool, error) {
		e, ok := byARN[arn]
		return e, ok, nil
	})
	for _, e := range about(report.Executions, subject) {
		found, err := walk(e.ARN)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}

// about are the executions of that name or ARN, or else those that name the
// incident; all of them for "".
func about(all []simulate.Execution, subject string) (out []simulate.Execution) {
	for _, e := range all {
		if subject == "" || e.Name == subject || e.ARN == subject {
			out = append(out, e)
		}
	}
	if len(out) > 0 || !incidentID.MatchString(subject) {
		return out
	}
	for _, e := range all {
		if text, err := json.Marshal(e.History); err == nil && bytes.Contains(text, []byte(subject)) {
			out = append(out, e)
		}
	}
	return out
}

// nestedIn makes a function that gives an execution and those nested in it,
// each once however often it is called.
func nestedIn(find func(arn string) (simulate.Execution, bool, error)) func(arn string) ([]simulate.Execution, error) {
	seen := map[string]bool{}
	var walk func(arn string) ([]simulate.Execution, error)
	walk = func(arn string) ([]simulate.Execution, error) {
		if seen[arn] {
			return nil, nil
		}
		seen[arn] = true
		e, ok, err := find(arn)
		if err != nil || !ok {
			return nil, err
		}
		out := []simulate.Execution{e}
		for _, inner := range executions.Nested(e.History) {
			found, err := walk(inner)
			if err != nil {
				return nil, err
			}
			out = append(out, found...)
		}
		return out, nil
	}
	return walk
}
