package main

import (
	"context"
	"fmt"

	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/report"
)

// reportCommand is quarantine report.
type reportCommand struct {
	accountFlags `embed:""`

	Incident string `arg:"" name:"INCIDENT" help:"The incident's id, for example from quarantine list; or the id of the instance or access key that an open incident is about, or the instance's tag Name as it was then."`
	HTML     string `name:"html" required:"" placeholder:"FILE" help:"The file to write. One that is there is replaced."`
}

// Help is shown by quarantine report --help.
func (reportCommand) Help() string {
	return `For example:

    quarantine report inc-20260115-a749daa8d1 --html incident.html
    quarantine report web-page --html incident.html

It writes one HTML file that needs nothing beside it: what happened, the path through
the state machine, the times, the network as far as it is on record, what is held and
what stood there before, and what people were told. Task tokens are not in it. Whoever
has the file can read it: only you can, until you pass it on.

IAM actions: cloudformation:DescribeStacks on the stack; dynamodb:GetItem and
dynamodb:Query on the table and, for another id than an incident's, on its index;
states:GetExecutionHistory on the executions.`
}

// Run writes the report.
func (r reportCommand) Run(ctx context.Context, s streams) error {
	file, err := createHTML(r.HTML)
	if err != nil {
		return err
	}
	defer file.discard()
	c, err := r.connect(ctx, s)
	if err != nil {
		return err
	}
	if err := c.locate(ctx, ledgerAndMachines); err != nil {
		return err
	}
	id, err := c.incidentOf(ctx, r.Incident)
	if err != nil {
		return c.explain(err)
	}
	in, err := c.ledger.Incident(ctx, id)
	if err != nil {
		return c.explain(err)
	}
	out, err := c.reported(ctx, in)
	if err != nil {
		return err
	}
	if err := file.write(c.s.out, out); err != nil || !c.JSON {
		return err
	}
	return writeJSON(c.json.out, map[string]string{"incident": in.ID, "file": file.name})
}

// reported is an incident with the histories that Step Functions still has.
func (c *onCall) reported(ctx context.Context, in quarantine.Incident) (report.Report, error) {
	find := func(arn string) (history.Execution, bool, error) { return c.execution(ctx, arn) }
	executions, err := history.WithNested(find, c.mentioned(in)...)
	if err != nil {
		return report.Report{}, err
	}
	if len(executions) == 0 {
		c.say(0, "Step Functions has no history of %s: it ran on a computer, or ended more than 90 days ago. The report says \"not known\" where it would be.", in.ID)
	}
	where := fmt.Sprintf("Account %s, %s", c.aws.account, c.aws.region)
	if c.deployed.Stack != "" {
		where += ", stack " + c.deployed.Stack
	}
	drills := map[string]string{}
	if d := c.drillOf(ctx, in.Resource, in.OpenedAt); d != nil {
		drills[in.ID] = d.By
	}
	return report.Report{
		Drills: drills, Where: where, Made: c.ledger.Clock.Now(), Place: c.place(), Incidents: []quarantine.Incident{in},
		Executions: executions, Messages: report.Told(executions),
	}, nil
}
