package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/message"
	"github.com/ec2-quarantine/quarantine/internal/oncall"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// showCommand is quarantine show.
type showCommand struct {
	accountFlags `embed:""`

	Incident string `arg:"" name:"INCIDENT" help:"The incident's id, for example from quarantine list; or the id of the instance or access key that an open incident, or else the latest observed finding, is about, or the instance's tag Name as it was then."`
	ByHand   bool   `help:"Print how to do with the AWS CLI alone what is left to do: take what does not hold everywhere, put back what is held, and keep what is evidence; of an incident that is over, put right what was left alone."`
}

// Help is shown by quarantine show --help.
func (showCommand) Help() string {
	return `For example:

    quarantine show inc-20260115-a749daa8d1
    quarantine show i-0c0ffee0123456789
    quarantine show inc-20260115-a749daa8d1 --by-hand

It reads the ledger and nothing else. IAM actions: cloudformation:DescribeStacks
on the stack; dynamodb:GetItem and dynamodb:Query on the table and, for another id
than an incident's, on its index.`
}

// Run shows.
func (s showCommand) Run(ctx context.Context, to streams) error {
	c, err := s.open(ctx, to)
	if err != nil {
		return err
	}
	id, err := c.incidentOf(ctx, s.Incident)
	if err != nil {
		return c.explain(err)
	}
	in, err := c.ledger.Incident(ctx, id)
	if err != nil {
		return c.explain(err)
	}
	if c.JSON {
		return writeJSON(c.json.out, oncall.NewRecord(in))
	}
	c.title()
	if s.ByHand {
		_, err = fmt.Fprint(c.s.out, "\n"+message.ByHandOf(in, c.place()))
		return err
	}
	c.sayDrill(c.drillOf(ctx, in.Resource, in.OpenedAt))
	c.printer().Record(in)
	return nil
}

// drillOf is the drill that a resource was in at a time; nil where it was in none, or that cannot be read.
func (c *onCall) drillOf(ctx context.Context, r quarantine.Resource, at time.Time) *quarantine.Drill {
	d, err := c.ledger.Drill(ctx, r)
	if err != nil || d == nil || !d.Covers(at) {
		return nil
	}
	return d
}

// sayDrill says that what is shown is a drill's, if it is.
func (c *onCall) sayDrill(d *quarantine.Drill) {
	if d != nil {
		c.colored(c.st.Warn, 0, "DRILL by "+d.By+", on an instance that was made for it")
	}
}

// incidentOf is the incident that is meant: by its own id, or by what an open one is about.
func (c *onCall) incidentOf(ctx context.Context, id string) (string, error) {
	if quarantine.IsIncidentID(id) {
		return id, nil
	}
	open, err := c.ledger.OpenIncidents(ctx)
	if err != nil {
		return "", err
	}
	about, err := oncall.About(open, id)
	if err != nil {
		return "", usage("%w", err)
	}
	if about == "" {
		about, err = c.observedOf(ctx, id)
	}
	switch {
	case err != nil:
		return "", err
	case about == "":
		return "", usage("%q is no incident's id, and no open incident is about it: those that are released are listed, too, by: %s", id, c.command("list", "--all"))
	}
	return about, nil
}

// observedOf is the latest finding about a resource that the policy has observed, by the id that its
// incident would have had, or "".
func (c *onCall) observedOf(ctx context.Context, resource string) (string, error) {
	all, err := c.ledger.LatestObserved(ctx, lookedThrough)
	for _, in := range slices.Backward(all) {
		if in.Resource.ID == resource {
			return in.ID, nil
		}
	}
	return "", err
}

// lookedThrough is how many findings that are observed are looked through for a resource.
const lookedThrough = 100
