package main

import (
	"cmp"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/backtest"
	"github.com/ec2-quarantine/quarantine/internal/backtest/counting"
	"github.com/ec2-quarantine/quarantine/internal/backtest/show"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/terminal"
)

// backtestCommand is quarantine backtest.
type backtestCommand struct {
	Findings   []string      `placeholder:"FILE" sep:"none" help:"A file with findings, instead of the account's: what aws guardduty get-findings prints, an export to S3 (one finding a line, .gz too), or events; - is the standard input."`
	Files      []string      `arg:"" optional:"" name:"FILE" help:"More such files."`
	Days       int           `placeholder:"90" help:"How many days back: of the account until now, 90 without it, as long as GuardDuty keeps a finding; of files until their latest finding, all without it."`
	Policy     string        `placeholder:"FILE" help:"The policy to judge by; without it the default one (see: quarantine policy)."`
	Against    string        `placeholder:"FILE" help:"Another policy: both are set side by side, with each verdict that differs."`
	OpenFor    time.Duration `default:"24h" placeholder:"24h" help:"How long an incident is taken to stay open until a release: what comes meanwhile about the same resource joins it."`
	NoIdentity bool          `help:"Judge as a stack without Identity: no access key is made inactive."`
	Live       *bool         `negatable:"" help:"Ask EC2 what is there now of what would have been cut, and beside it: without it of an account, and not of files. What is denied is not known."`
	Plot       string        `placeholder:"FILE.svg" help:"Draw the days into this picture."`
	Profile    string        `placeholder:"NAME" help:"The profile of the AWS configuration; without it that of AWS_PROFILE, or the default."`
	Region     string        `placeholder:"REGION" help:"The region; without it that of the AWS configuration."`
	Endpoint   string        `name:"endpoint-url" placeholder:"URL" help:"Talk to this endpoint instead of AWS's own, for example a local one for tests."`
	JSON       bool          `name:"json" help:"Print one object with every figure, finding and verdict; the rest goes to stderr."`
}

// Help is shown by quarantine backtest --help.
func (backtestCommand) Help() string {
	return `For example:

    quarantine backtest --days 90
    quarantine backtest --findings findings.json --policy mine.yaml
    quarantine backtest --findings exports/*.jsonl.gz
    quarantine backtest --policy now.yaml --against next.yaml --plot next.svg

It judges the findings that the region's detector keeps, of an administrator's
members too, or those of files, in the order in which they came, with locks, joins
and the brake. The figures are estimates, and it says what is not known. It only
reads: nothing is changed in the account.

` + actions(`guardduty:ListDetectors, guardduty:ListFindings and guardduty:GetFindings on the
detector; unless --no-live, ec2:DescribeInstances, ec2:DescribeNetworkInterfaces and
ec2:DescribeNetworkAcls. With --findings and without --live it asks no service anything.`)
}

// past is one run of backtest.
type past struct {
	backtestCommand
	s        streams // where people read
	json     io.Writer
	st       terminal.Style
	aws      *clients // nil where no service is asked
	policies []*triage.Policy
	input    backtest.Input
	before   int
	dropped  int
}

// Run judges the past.
func (b backtestCommand) Run(ctx context.Context, s streams) error {
	p := &past{backtestCommand: b, s: s, json: s.out}
	p.Findings = append(p.Findings, p.Files...) // as a shell expands --findings *.gz
	if b.JSON {
		p.s.out = s.err
	}
	p.st = terminal.NewStyle(p.s.out)
	if err := p.check(); err != nil {
		return err
	}
	if err := p.read(ctx); err != nil {
		return err
	}
	results, err := p.judge(ctx)
	if err != nil {
		return err
	}
	if err := p.print(results); err != nil {
		return err
	}
	return p.unread()
}

// check refuses what cannot be meant, and reads the policies, before anything is asked.
func (p *past) check() error {
	switch {
	case p.Days < 0:
		return usage("--days %d: it is how many days back, 1 or more", p.Days)
	case p.OpenFor < 0:
		return usage("--open-for %s: an incident cannot be open for less than no time", p.OpenFor)
	case p.Plot != "" && !strings.HasSuffix(strings.ToLower(p.Plot), ".svg"):
		return usage("--plot %s: the picture is SVG, which every browser shows: name it FILE.svg", p.Plot)
	}
	files := []string{p.Policy}
	if p.Against != "" {
		files = append(files, p.Against)
	}
	for _, file := range files {
		policy, err := readPolicy(file, p.s.in)
		if err != nil {
			return err
		}
		p.policies = append(p.policies, policy)
	}
	return nil
}

// judge judges by each policy; once more, where the account says what is there now.
func (p *past) judge(ctx context.Context) ([]backtest.Result, error) {
	o := p.options()
	results, err := p.byEach(ctx, o)
	if err != nil || p.aws == nil || !p.live() {
		return results, err
	}
	if o.Live, err = p.look(ctx, results); err != nil {
		return nil, err
	}
	return p.byEach(ctx, o)
}

func (p *past) options() backtest.Options {
	o := backtest.Options{OpenFor: p.OpenFor}
	if p.NoIdentity {
		o.Groups = []measure.Group{measure.Network, measure.Instance, measure.Scaling}
	}
	return o
}

func (p *past) byEach(ctx context.Context, o backtest.Options) (all []backtest.Result, err error) {
	for _, policy := range p.policies {
		r, err := backtest.Judge(ctx, policy, counting.New(), p.input, o)
		if err != nil {
			return nil, err
		}
		r.Before, r.Dropped = p.before, p.dropped
		all = append(all, r)
	}
	return all, nil
}

// live tells whether EC2 is asked.
func (p *past) live() bool {
	if p.Live == nil {
		return len(p.Findings) == 0
	}
	return *p.Live
}

// names are the policies', for people: their files' without the folders, where these differ.
func (p *past) names() (one, other string) {
	one, other = cmp.Or(p.Policy, "default policy"), p.Against
	if filepath.Base(one) != filepath.Base(other) {
		one, other = filepath.Base(one), filepath.Base(other)
	}
	return one, other
}

// print prints and draws the results.
func (p *past) print(results []backtest.Result) error {
	one, other := p.names()
	var out any = results[0]
	plots := []show.Plotted{{Result: results[0]}}
	width := terminal.Width(p.s.out)
	if len(results) > 1 {
		compared := backtest.Compare(results[0], results[1])
		out, plots = compared, []show.Plotted{{Name: one, Result: results[0]}, {Name: other, Result: results[1]}}
		show.PrintCompared(p.s.out, p.st, width, compared, one, other)
	} else {
		show.Print(p.s.out, p.st, width, results[0])
	}
	if p.Plot != "" {
		if err := os.WriteFile(p.Plot, show.Plot(plots...), 0o644); err != nil { //nolint:gosec // a picture for people, like any file that they save
			return usage("the picture cannot be written: %w", plain(err))
		}
	}
	if p.JSON {
		return writeJSON(p.json, out)
	}
	return nil
}

// unread is the exit code where something could not be read, which has been printed.
func (p *past) unread() error {
	switch {
	case len(p.input.Unread) == 0:
		return nil
	case len(p.Findings) > 0:
		return &exitError{code: exitUsage}
	}
	return &exitError{code: exitFailed}
}
