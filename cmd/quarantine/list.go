package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/oncall"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/terminal"
)

// listCommand is quarantine list.
type listCommand struct {
	accountFlags `embed:""`

	All         bool  `help:"Also incidents that are released, as many as --limit says, the latest."`
	FalseAlarms bool  `help:"Instead, what a person has called a false alarm with a release: of which type of finding on which resource, by whom, and until when a person is asked instead of cutting."`
	Limit       int32 `default:"100" placeholder:"N" help:"How many released incidents --all shows, and how many findings --status observed."`

	Resource string   `placeholder:"ID" aliases:"instance" help:"Only incidents about this instance or access key."`
	Name     string   `placeholder:"TEXT" help:"Only incidents about an instance in whose tag Name this stands, as it was when it was contained."`
	Status   []string `aliases:"state" enum:"waiting,isolating,contained,failed,releasing,released,observed" placeholder:"STATUS,..." help:"Only incidents of these: waiting (for a person, before anything is cut), isolating, contained, failed, releasing, released (with --all), observed (as many as --limit says; without this, the latest ten)."`

	Watch bool          `help:"Go on until interrupted: on a terminal the list is drawn anew, otherwise what has changed is printed; with --json each time an array of all."`
	Every time.Duration `default:"10s" placeholder:"10s" help:"How often --watch reads the ledger: 5s or more."`
}

// Help is shown by quarantine list --help.
func (listCommand) Help() string {
	return `For example:

    quarantine list --stack quarantine --region eu-west-1
    quarantine list --watch --status waiting,contained
    quarantine list --status observed --limit 500

Findings that the policy has observed are no incidents: the latest are listed with what would have
been done, and how long ago. One that GuardDuty has repeated stands there once; --status observed
has each time.

It reads the ledger and nothing else. IAM actions: cloudformation:DescribeStacks
on the stack; dynamodb:Query on the table and its index; dynamodb:GetItem on the
table.`
}

// Run lists.
func (l listCommand) Run(ctx context.Context, s streams) error {
	if l.Every < oncall.Often {
		return usage("--every %s: the ledger is read every %s at most", l.Every, oncall.Often)
	}
	c, err := l.open(ctx, s)
	if err != nil {
		return err
	}
	switch {
	case l.FalseAlarms:
		return l.falseAlarms(ctx, c)
	case l.Watch:
		return l.watch(ctx, c)
	}
	all, err := l.read(ctx, c)
	if err != nil {
		return c.explain(err)
	}
	shown := l.filter().Of(all)
	if c.JSON {
		return writeJSON(c.json.out, shown)
	}
	c.title()
	l.print(c, shown, len(all))
	return nil
}

// print writes those of so many that are as asked for.
func (l listCommand) print(c *onCall, shown []oncall.Listed, of int) {
	if len(shown) == 0 && of > 0 { // not "none is open"
		fmt.Fprintf(c.s.out, "\nNone of %d incidents is as asked for.\n", of)
		return
	}
	c.printer().List(shown, l.All)
}

func (l listCommand) filter() oncall.Filter {
	return oncall.Filter{Resource: l.Resource, Name: l.Name, Status: l.Status}
}

// watch lists again and again.
func (l listCommand) watch(ctx context.Context, c *onCall) error {
	drawn := terminal.Is(c.s.out) && !c.JSON
	if !drawn {
		c.title()
	}
	read := 0
	f := oncall.Follow{
		Every: l.Every, Always: drawn, Sleep: quarantine.SystemClock{}.Sleep,
		Read: func(ctx context.Context) ([]oncall.Listed, error) {
			all, err := l.read(ctx, c)
			read = len(all)
			return l.filter().Of(all), err
		},
		Show: func(all, changed []oncall.Listed, gone []string) error {
			switch {
			case c.JSON:
				return writeJSON(c.json.out, all)
			case drawn:
				terminal.Clear(c.s.out)
				c.title()
				l.print(c, all, read)
				c.colored(c.st.Dim, 0, fmt.Sprintf("As of %s UTC, read every %s. Ctrl-C ends it.", time.Now().UTC().Format(time.TimeOnly), l.Every))
			default:
				c.printer().News(all, changed, gone)
			}
			return nil
		},
		Failed: func(err error) { fmt.Fprintln(c.s.err, "quarantine:", c.explain(err)) },
	}
	return c.explain(f.Run(ctx))
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

// read gives the incidents that are listed: the open ones first, as they wait for somebody.
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
	if err != nil {
		return nil, err
	}
	observed, err := l.observed(ctx, c)
	return slices.Concat(open, observed, released), err
}

// latestObserved is how many findings that are observed are listed unless they are asked for, and
// amongObserved of how many: each is read, and GuardDuty repeats them.
const latestObserved, amongObserved = 10, 30

// observed are the latest findings that the policy has observed, where they are wanted.
func (l listCommand) observed(ctx context.Context, c *onCall) ([]quarantine.Incident, error) {
	switch {
	case len(l.Status) == 0:
		all, err := c.ledger.LatestObserved(ctx, amongObserved)
		return oncall.LatestOfEach(all, latestObserved), err
	case !slices.Contains(l.Status, string(quarantine.StatusObserved)):
		return nil, nil
	case l.Limit < 1:
		return nil, usage("--limit %d: how many findings are shown is 1 or more", l.Limit)
	}
	return c.ledger.LatestObserved(ctx, l.Limit)
}
