package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awsgd "github.com/aws/aws-sdk-go-v2/service/guardduty"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/term"

	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/aws/guardduty"
	"github.com/ec2-quarantine/quarantine/internal/aws/slim"
	"github.com/ec2-quarantine/quarantine/internal/backtest"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/textfile"
)

const (
	day = 24 * time.Hour
	// kept is for how many days GuardDuty keeps a finding.
	kept = 90
	// patient is how often a request is sent that GuardDuty throttles: nobody waits for a cut.
	patient = 12
)

// read reads the findings of the files, or of the account.
func (p *past) read(ctx context.Context) (err error) {
	if len(p.Findings) == 0 || p.live() {
		if p.aws, err = connect(ctx, p.Profile, p.Endpoint, p.Region); err != nil {
			return err
		}
	}
	if len(p.Findings) == 0 {
		if err := p.account(ctx); err != nil {
			return err
		}
		fmt.Fprintln(p.s.out, p.st.Title.Render(fmt.Sprintf("Account %s, %s, as %s", p.aws.account, p.aws.region, p.aws.identity)))
		return nil
	}
	for _, file := range p.Findings {
		p.input.Add(p.file(file))
	}
	if p.Days > 0 {
		p.input, p.before = p.input.Since(p.input.Latest().Add(-time.Duration(p.Days) * day))
	}
	return nil
}

func (p *past) file(file string) backtest.Input {
	text, err := textfile.Read(file, p.s.in)
	if err != nil {
		return backtest.Input{Unread: []backtest.Unread{{Place: file, Error: plain(err).Error()}}}
	}
	return backtest.Read(cmp.Or(map[string]string{textfile.Stdin: "standard input"}[file], file), text)
}

// account reads what the region's detector keeps.
func (p *past) account(ctx context.Context) error {
	c := guardduty.New(slim.NewGuardDuty(p.aws.config, func(o *awsgd.Options) {
		o.Retryer = retry.NewAdaptiveMode(func(o *retry.AdaptiveModeOptions) {
			o.StandardOptions = append(o.StandardOptions, func(o *retry.StandardOptions) { o.MaxAttempts = patient })
		})
	}))
	detectors, err := c.Detectors(ctx)
	if err != nil {
		return err
	}
	if len(detectors) == 0 {
		return usage("GuardDuty is off in account %s, %s: there is no detector; turn it on, or look elsewhere with --region", p.aws.account, p.aws.region)
	}
	days := kept
	if p.Days > 0 {
		days = p.Days
	}
	since := time.Now().Add(-time.Duration(days) * day)
	told := p.progress("findings")
	defer told.end()
	for _, detector := range detectors {
		bodies, gone, err := c.Findings(ctx, detector, since, told.say)
		if err != nil {
			return err
		}
		p.dropped += gone
		for _, body := range bodies {
			p.input.Add(backtest.Read("detector "+detector, body))
		}
	}
	p.input, p.before = p.input.Since(since)
	return nil
}

// look asks what is there now of what one of the policies would have cut.
func (p *past) look(ctx context.Context, results []backtest.Result) (*backtest.Live, error) {
	seen := map[quarantine.Resource]bool{}
	var all []quarantine.Resource
	for _, r := range results {
		for _, resource := range r.ToLookAt() {
			if !seen[resource] {
				seen[resource] = true
				all = append(all, resource)
			}
		}
	}
	told := p.progress("instances")
	defer told.end()
	return backtest.Look(ctx, ec2.New(p.aws.ec2), p.aws.account, p.aws.region, all, told.say)
}

// progress is a line on stderr that is written anew, where that is a terminal.
type progress struct {
	w    io.Writer // nil where nobody watches
	what string
}

func (p *past) progress(what string) *progress {
	if f, is := p.s.err.(term.File); is && term.IsTerminal(f.Fd()) {
		return &progress{p.s.err, what}
	}
	return &progress{what: what}
}

func (p *progress) say(read, of int) {
	if p.w != nil {
		fmt.Fprintf(p.w, "\r%s%d of %d %s read", ansi.EraseEntireLine, read, of, p.what)
	}
}

// end takes the line away.
func (p *progress) end() {
	if p.w != nil {
		fmt.Fprint(p.w, "\r"+ansi.EraseEntireLine)
		p.w = nil
	}
}
