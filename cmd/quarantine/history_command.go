package main

import (
	"context"
	"io"

	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/history/report"
	"github.com/ec2-quarantine/quarantine/internal/history/table"
	"github.com/ec2-quarantine/quarantine/internal/textfile"
)

// historyCommand is quarantine history.
type historyCommand struct {
	accountFlags `embed:""`

	Subject string `arg:"" optional:"" name:"EXECUTION|INCIDENT" help:"An execution's ARN, its name, or an incident's id. Optional with --file."`
	File    string `placeholder:"REPORT.json" help:"Read what simulate --json or respond --json wrote, and no account."`
}

// Help is shown by quarantine history --help.
func (historyCommand) Help() string {
	return `For example:

    quarantine history inc-20260115-a749daa8d1
    quarantine history --file report.json

It prints the execution history as the Step Functions console does, nested
executions included. Task tokens are not shown.

IAM actions: states:GetExecutionHistory on the executions; without an execution's
ARN also cloudformation:DescribeStacks on the stack; for an incident also
dynamodb:GetItem and dynamodb:Query on the table.`
}

// Run prints histories.
func (h historyCommand) Run(ctx context.Context, s streams) error {
	var c *onCall
	var all []history.Execution
	var err error
	switch {
	case h.File != "":
		c = h.local(s)
		all, err = fromFile(h.File, h.Subject, s.in)
	case h.Subject == "":
		return usage("which execution? Give an execution's ARN or an incident's id, or a report with --file")
	default:
		if c, err = h.connect(ctx, s); err == nil {
			all, err = c.fromAccount(ctx, h.Subject)
		}
	}
	if err != nil {
		return err
	}
	if c.JSON {
		return writeJSON(c.json.out, all)
	}
	for _, x := range all {
		table.Print(c.s.out, c.st, x)
		table.PrintEnd(c.s.out, c.st, x)
	}
	return nil
}

// fromFile reads a report: all of its executions, or those that a subject names.
func fromFile(file, subject string, stdin io.Reader) ([]history.Execution, error) {
	text, err := textfile.Read(file, stdin)
	if err != nil {
		return nil, usage("%w", plain(err))
	}
	out, err := report.Executions(text, subject)
	if err != nil {
		return nil, usage("%s is no report that simulate --json wrote: %w", file, err)
	}
	if len(out) == 0 {
		return nil, usage("%s has no execution %s, and none about an incident of that id", file, subject)
	}
	return out, nil
}
