package main

import (
	"context"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/command"
	"github.com/ec2-quarantine/quarantine/internal/oncall"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// wordFlags are what commands have in common that tell the watch something.
type wordFlags struct {
	accountFlags `embed:""`

	Incident string `arg:"" name:"INCIDENT" help:"The incident's id, for example from quarantine list."`
}

// reasonFlag is why.
type reasonFlag struct {
	Reason command.Reason `required:"" placeholder:"TEXT" help:"Why; it goes on record."`
}

const wordActions = `
IAM actions: cloudformation:DescribeStacks on the stack; dynamodb:GetItem,
dynamodb:Query, dynamodb:UpdateItem and dynamodb:PutItem on the table.`

// watchedJSON is what --json prints.
type watchedJSON struct {
	Incident string           `json:"incident"`
	Watch    quarantine.Watch `json:"watch"`
}

// pauseCommand is quarantine pause.
type pauseCommand struct {
	wordFlags  `embed:""`
	reasonFlag `embed:""`

	For time.Duration `required:"" placeholder:"2h" help:"How long, for example 90m or 48h; at most 168h, which is seven days."`
}

// Help is shown by quarantine pause --help.
func (pauseCommand) Help() string {
	return `For example:

    quarantine pause inc-20260115-a749daa8d1 --for 2h --reason "we move its subnet"

For work on what is under quarantine: until then nothing of the incident is put
right that somebody opens, and nobody is told of it. The looks go on, and quarantine
show has what they see. It ends by itself, or by quarantine resume; another pause
replaces it. It releases nothing, and it closes nothing.
` + wordActions
}

// Run pauses.
func (p pauseCommand) Run(ctx context.Context, s streams) error {
	return p.tell(ctx, s, string(p.Reason), func(w oncall.Word, in quarantine.Incident) (printed, error) {
		return oncall.Printer.Pausing, w.Pause(ctx, in, p.For)
	})
}

// leaveCommand is quarantine leave.
type leaveCommand struct {
	wordFlags  `embed:""`
	reasonFlag `embed:""`

	Thing string `arg:"" name:"THING" help:"What is left as it is, as quarantine show prints it: a subnet's id, or 'eni-0123 (security-group)'."`
}

// Help is shown by quarantine leave --help.
func (leaveCommand) Help() string {
	return `For example:

    quarantine leave inc-20260115-a749daa8d1 subnet-0123456789abcdef0 --reason "it is ours now"

For what somebody has opened on purpose: it is not put right any more, and nobody is
told of it. It stays open, and quarantine show says so, until quarantine resume ends
that. Everything else of the incident is watched as before.
` + wordActions
}

// Run leaves.
func (l leaveCommand) Run(ctx context.Context, s streams) error {
	return l.tell(ctx, s, string(l.Reason), func(w oncall.Word, in quarantine.Incident) (printed, error) {
		d, err := w.Leave(ctx, in, l.Thing)
		return func(p oncall.Printer, in quarantine.Incident) { p.Leaving(in, d) }, err
	})
}

// resumeCommand is quarantine resume.
type resumeCommand struct {
	wordFlags `embed:""`

	Thing string `arg:"" optional:"" name:"THING" help:"The only thing that is not left as it is any more; without it the pause ends, and nothing is left."`
}

// Help is shown by quarantine resume --help.
func (resumeCommand) Help() string {
	return `For example:

    quarantine resume inc-20260115-a749daa8d1

It ends the incident's pause, and every quarantine leave of it; with a THING, only
that of the thing. What stands open then is put right by the next look.
` + wordActions
}

// Run resumes.
func (r resumeCommand) Run(ctx context.Context, s streams) error {
	return r.tell(ctx, s, "", func(w oncall.Word, in quarantine.Incident) (printed, error) {
		ended, err := w.Resume(ctx, in, r.Thing)
		return func(p oncall.Printer, in quarantine.Incident) { p.Resuming(in, ended) }, err
	})
}

// printed writes what happens now.
type printed func(oncall.Printer, quarantine.Incident)

// tell writes a person's word about the incident, and says what happens now.
func (f wordFlags) tell(ctx context.Context, s streams, reason string, say func(oncall.Word, quarantine.Incident) (printed, error)) error {
	c, err := f.open(ctx, s)
	if err != nil {
		return err
	}
	in, err := c.ledger.Incident(ctx, f.Incident)
	if err != nil {
		return c.explain(err)
	}
	write, err := say(oncall.Word{Ledger: c.ledger, By: c.aws.identity, Reason: reason, Now: c.ledger.Clock.Now}, in)
	if quarantine.Is(err, quarantine.BadRequest) {
		return usage("%w", err)
	}
	if err != nil {
		return err
	}
	if in, err = c.ledger.Incident(ctx, f.Incident); err != nil {
		return c.explain(err)
	}
	if c.JSON {
		return writeJSON(c.json.out, watchedJSON{in.ID, oncall.WithLists(in).Watch})
	}
	c.title()
	write(c.printer(), in)
	return nil
}
