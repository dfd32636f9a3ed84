package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/aws/ssm"
	"github.com/ec2-quarantine/quarantine/internal/backtest"
	"github.com/ec2-quarantine/quarantine/internal/backtest/show"
	"github.com/ec2-quarantine/quarantine/internal/policychange"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/terminal"
	"github.com/ec2-quarantine/quarantine/internal/textfile"
)

// policyPushCommand is quarantine policy push.
type policyPushCommand struct {
	policyFlags `embed:""`

	File    string `arg:"" optional:"" name:"FILE" help:"The policy; - is standard input, with --yes."`
	Version int64  `placeholder:"N" help:"Go back to that version of the parameter, instead of a file."`
	Days    int    `default:"14" placeholder:"14" help:"Of how many days the findings are judged by both policies, 90 at most."`
	Yes     bool   `short:"y" help:"Do not ask."`
}

// Help is shown by quarantine policy push --help.
func (policyPushCommand) Help() string {
	return `For example:

    quarantine policy push policy.yaml
    quarantine policy push policy.yaml --days 60
    quarantine policy push --version 6

It checks the policy, shows what changes in it, and which verdicts on the findings
that GuardDuty has of the last days would differ (an estimate, as of quarantine
backtest), asks, and writes another version of the parameter. That judges the next
finding within a minute; nothing is deployed. It refuses where somebody else has
changed the parameter meanwhile, and says by which command one goes back.

Where GuardDuty cannot be read, what would differ is not known, and it asks all the same.

` + actions("%s; %s.", readsPolicy, writesPolicy)
}

// pushed is what policy push --json prints.
type pushed struct {
	Parameter string `json:"parameter"`
	Before    int64  `json:"before"`  // the newest version until now
	Version   int64  `json:"version"` // the newest version now; the same where nothing was to change
	// Diff are the lines of a unified diff.
	Diff []string `json:"diff"`
	// Backtest is what differs, nil where that is not known, and NotKnown says why.
	Backtest *backtest.Compared `json:"backtest,omitempty"`
	NotKnown string             `json:"notKnown,omitempty"`
}

// Run pushes.
func (p policyPushCommand) Run(ctx context.Context, s streams) error {
	text, policy, err := p.given(s)
	if err != nil {
		return err
	}
	c, err := p.open(ctx, s)
	if err != nil {
		return err
	}
	d, err := p.deployed(ctx, c)
	if err != nil {
		return err
	}
	if p.Version != 0 {
		if text, policy, err = c.version(d, p.Version); err != nil {
			return err
		}
	}
	out := pushed{Parameter: d.Parameter, Before: d.Newest().Number, Version: d.Newest().Number, Diff: d.Diff(text)}
	c.title()
	if len(out.Diff) == 0 {
		c.say(0, "Version %d of %s says that already: there is nothing to write.", out.Version, d.Parameter)
		return c.printed(out)
	}
	c.changes(d, text, out.Diff)
	if err := p.backtest(ctx, c, d, policy, &out); err != nil {
		return err
	}
	if err := confirm(c.s, p.Yes, "use --yes to write it without a question"); err != nil {
		return err
	}
	out.Version, err = policychange.Change{Store: ssm.New(c.client), Writer: ssm.NewWriter(c.client), Clock: quarantine.SystemClock{}}.Write(ctx, d, text)
	if err != nil {
		return c.notWritten(err)
	}
	fmt.Fprintln(c.s.out)
	c.say(0, "Version %d of %s is written and read back. It judges the next finding within a minute.", out.Version, d.Parameter)
	c.goBack(d.Judging.Number)
	return c.printed(out)
}

// given reads what is to be pushed, where that is a file.
func (p policyPushCommand) given(s streams) (string, *triage.Policy, error) {
	switch {
	case (p.File == "") == (p.Version == 0):
		return "", nil, usage("give a FILE with the policy, or --version N to go back to")
	case p.Version < 0:
		return "", nil, usage("--version %d: versions are counted from 1", p.Version)
	case p.Days < 1 || p.Days > kept:
		return "", nil, usage("--days %d: it is how many days back, 1 to %d, as long as GuardDuty keeps a finding", p.Days, kept)
	case p.File == "":
		return "", nil, nil
	}
	read, err := textfile.Read(p.File, s.in)
	if err != nil {
		return "", nil, usage("%w", plain(err))
	}
	policy, err := policychange.Check(string(read))
	if err != nil {
		return "", nil, usage("%s: %w", p.File, err)
	}
	return string(read), policy, nil
}

// deployed reads what the stack has.
func (policyPushCommand) deployed(ctx context.Context, c *inAccount) (policychange.Deployed, error) {
	if c.deployed.Policy == "" {
		return policychange.Deployed{}, usage("the stack %s has no parameter with a policy: it judges by the default one. Put yours into one, and deploy with PolicyParameter=/quarantine/policy:\n  %s",
			c.deployed.Stack, c.awsCommand("ssm", "put-parameter", "--name", "/quarantine/policy", "--type", "String", "--tier", "Intelligent-Tiering", "--value", "file://policy.yaml"))
	}
	return c.read(ctx)
}

// version is a version that is gone back to.
func (c *inAccount) version(d policychange.Deployed, number int64) (string, *triage.Policy, error) {
	v, there := d.Version(number)
	if !there {
		return "", nil, c.noVersion(d, number)
	}
	policy, err := policychange.Check(v.Value)
	if err != nil {
		return "", nil, usage("version %d of %s: %w", number, d.Parameter, err)
	}
	return v.Value, policy, nil
}

// changes shows what would change.
func (c *inAccount) changes(d policychange.Deployed, text string, diff []string) {
	c.st.Heading(c.s.out, fmt.Sprintf("What changes in %s, version %d", d.Parameter, d.Newest().Number))
	for _, line := range diff {
		look := c.st.Plain
		switch line[:1] {
		case "+":
			look = c.st.Good
		case "-":
			look = c.st.Bad
		case "@":
			look = c.st.Dim
		}
		fmt.Fprintln(c.s.out, look.Render("  "+printable(line)))
	}
	if d.Refused != nil && d.Policy != nil {
		c.colored(c.st.Warn, 2, fmt.Sprintf("Version %d does not parse, and version %d judges: verdicts are set beside those of that.", d.Newest().Number, d.Judging.Number))
	}
	if d.Upgrades(text) {
		c.colored(c.st.Warn, 2, fmt.Sprintf("It has %d bytes: more than %d make the parameter an advanced one, which costs $0.05 a month and stays so.", len(text), ssm.MaxStandard))
	}
}

// printable is a line of a policy with its blanks, and without what a terminal would act on.
func printable(line string) string {
	return strings.Map(func(r rune) rune {
		if r != '\t' && !unicode.IsPrint(r) {
			return unicode.ReplacementChar
		}
		return r
	}, line)
}

// backtest sets the verdicts of both policies side by side. What cannot be read keeps nobody from pushing.
func (p policyPushCommand) backtest(ctx context.Context, c *inAccount, d policychange.Deployed, policy *triage.Policy, out *pushed) error {
	title := fmt.Sprintf("Which verdicts of the last %d days would differ", p.Days)
	if d.Policy == nil {
		c.st.Heading(c.s.out, title)
		out.NotKnown = "no version of the parameter parses: no finding is judged until this one is there"
		c.colored(c.st.Warn, 2, out.NotKnown)
		return nil
	}
	t := &past{
		backtestCommand: backtestCommand{Days: p.Days, OpenFor: day, NoIdentity: !c.deployed.Identity},
		s:               c.s, st: c.st, aws: c.aws, policies: []*triage.Policy{d.Policy, policy},
	}
	err := t.account(ctx)
	if err == nil {
		var both []backtest.Result
		if both, err = t.byEach(ctx, t.options()); err == nil {
			compared := backtest.Compare(both[0], both[1])
			out.Backtest = &compared
			fmt.Fprintln(c.s.out)
			show.PrintCompared(c.s.out, c.st, terminal.Width(c.s.out), compared, "version "+strconv.FormatInt(d.Judging.Number, 10), p.pushes())
			return nil
		}
	}
	if ctx.Err() != nil {
		return err
	}
	out.NotKnown = strings.TrimSpace(err.Error())
	c.st.Heading(c.s.out, title)
	c.colored(c.st.Warn, 2, "Not known: "+out.NotKnown)
	return nil
}

// pushes names what is pushed.
func (p policyPushCommand) pushes() string {
	if p.Version != 0 {
		return "version " + strconv.FormatInt(p.Version, 10) + " again"
	}
	return p.File
}

// notWritten says what is there now, where the write did not go as it should.
func (c *inAccount) notWritten(err error) error {
	if both, is := errors.AsType[*policychange.OverwrittenError](err); is {
		return fmt.Errorf("%w: %s", err, c.command("policy", "show", "--version", strconv.FormatInt(both.Ours-1, 10)))
	}
	if changed, is := errors.AsType[*policychange.ChangedError](err); is {
		return fmt.Errorf("%w: %s", err, c.command("policy", "show", "--version", strconv.FormatInt(changed.Have, 10)))
	}
	return err
}

// goBack says by which command the version of before judges again.
func (c *inAccount) goBack(version int64) {
	if version == 0 {
		return // none parsed
	}
	c.say(0, "To go back:")
	c.st.Command(c.s.out, c.st.Plain, 2, c.place().Quarantine("policy", "push", "--version", strconv.FormatInt(version, 10)))
}

func (c *inAccount) printed(out pushed) error {
	if c.JSON {
		return writeJSON(c.json.out, out)
	}
	return nil
}
