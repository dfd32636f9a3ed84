package main

import (
	"context"
	"fmt"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// approvalsCommand is quarantine approvals.
type approvalsCommand struct {
	accountFlags `embed:""`
}

// Help is shown by quarantine approvals --help.
func (approvalsCommand) Help() string {
	return `For example:

    quarantine approvals --json

It reads the ledger and nothing else. IAM actions: dynamodb:Scan on the table.`
}

// Run lists the questions that wait for a person.
func (a approvalsCommand) Run(ctx context.Context, s streams) error {
	c, err := a.open(ctx, s)
	if err != nil {
		return err
	}
	pending, err := c.book.Pending(ctx)
	if err != nil {
		return c.words(err)
	}
	if c.JSON {
		return writeJSON(c.json.out, requestsWithEmptyLists(pending))
	}
	c.title()
	c.questions(pending)
	return nil
}

// questions writes a line a question.
func (c *onCall) questions(all []quarantine.ApprovalRequest) {
	if len(all) == 0 {
		fmt.Fprintf(c.s.out, "\nNo question waits for a person.\n")
		return
	}
	line := func(id, purpose, instance, asked, left string) string {
		return fmt.Sprintf("%s  %s  %s  %s  %s", pad(id, 24), pad(purpose, 7), pad(instance, 19), pad(asked, 16), left)
	}
	fmt.Fprintf(c.s.out, "\n%s\n", c.st.dim.Render(line("REQUEST", "WHETHER", "INSTANCE", "ASKED (UTC)", "LEFT")))
	for _, r := range all {
		fmt.Fprintln(c.s.out, line(r.ID, string(r.Purpose), r.Target.InstanceID, minute(r.AskedAt), left(r.ExpiresAt.Sub(c.book.Clock.Now()))))
	}
	fmt.Fprintln(c.s.out)
	c.colored(c.st.dim, 0, "Decide: quarantine approve REQUEST, or quarantine deny REQUEST.")
}
