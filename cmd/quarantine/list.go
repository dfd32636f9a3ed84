package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/oncall"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// listCommand is quarantine list.
type listCommand struct {
	accountFlags `embed:""`

	All         bool  `help:"Also incidents that are released, as many as --limit says, the latest."`
	FalseAlarms bool  `help:"Instead, what a person has called a false alarm with a release: of which type of finding on which resource, by whom, and until when a person is asked instead of cutting."`
	Limit       int32 `default:"100" placeholder:"N" help:"How many released incidents --all shows."`

	Resource string   `placeholder:"ID" help:"Only incidents about this instance or access key."`
	Status   []string `enum:"waiting,isolating,contained,failed,releasing,released" placeholder:"STATUS,..." help:"Only incidents of these: waiting (for a person, before anything is cut), isolating, contained, failed, releasing, released (with --all)."`
}

// Help is shown by quarantine list --help.
func (listCommand) Help() string {
	return `For example:

    quarantine list --stack quarantine --region eu-west-1

It reads the ledger and nothing else. IAM actions: cloudformation:DescribeStacks
on the stack; dynamodb:Query on the table and its index; dynamodb:GetItem on the
table.`
}

// Run lists.
func (l listCommand) Run(ctx context.Context, s streams) error {
	c, err := l.open(ctx, s)
	if err != nil {
		return err
	}
	if l.FalseAlarms {
		return l.falseAlarms(ctx, c)
	}
	all, err := l.read(ctx, c)
	if err != nil {
		return c.explain(err)
	}
	shown := []oncall.Listed{}
	for _, i := range all {
		if l.wants(i) {
			shown = append(shown, oncall.NewListed(i))
		}
	}
	if c.JSON {
		return writeJSON(c.json.out, shown)
	}
	c.title()
	if len(shown) == 0 && len(all) > 0 { // not "none is open"
		fmt.Fprintf(c.s.out, "\nNone of %d incidents is as asked for.\n", len(all))
		return nil
	}
	c.printer().List(shown, l.All)
	return nil
}

// wants tells whether an incident is as asked for.
func (l listCommand) wants(i quarantine.Incident) bool {
	status := cmp.Or(string(i.Status), "waiting")
	return (l.Resource == "" || l.Resource == i.Resource.ID) && (len(l.Status) == 0 || slices.Contains(l.Status, status))
}

// falseAlarms lists those that run.
func (l listCommand) falseAlarms(ctx context.Context, c *onCall) error {
	all, err := c.ledger.FalseAlarms(ctx)
	if err != nil {
		return c.explain(err)
	}
	if c.JSON {
		return writeJSON(c.json.out, all)
	}
	c.title()
	c.printer().FalseAlarms(all)
	return nil
}

// read gives the incidents that are listed, the released ones first.
func (l listCommand) read(ctx context.Context, c *onCall) ([]quarantine.Incident, error) {
	var released []quarantine.Incident
	if l.All {
		if l.Limit < 1 {
			return nil, usage("--limit %d: how many released incidents are shown is 1 or more", l.Limit)
		}
		var err error
		if released, err = c.ledger.LatestReleased(ctx, l.Limit); err != nil {
			return nil, err
		}
	}
	open, err := c.ledger.OpenIncidents(ctx)
	return append(released, open...), err
}
