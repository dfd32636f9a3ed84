package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/ec2-quarantine/quarantine/functions/approval"
	"github.com/ec2-quarantine/quarantine/internal/guardduty"
	"github.com/ec2-quarantine/quarantine/internal/headline"
	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/history/table"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate/summary"
	"github.com/ec2-quarantine/quarantine/internal/local/wiring"
	"github.com/ec2-quarantine/quarantine/internal/terminal"
	"github.com/ec2-quarantine/quarantine/internal/textfile"
)

// simulateCommand is quarantine simulate.
type simulateCommand struct {
	Event      []string `placeholder:"FILE" sep:"none" help:"An EventBridge event to deliver, or findings as aws guardduty get-findings prints them; - is standard input. Repeat it for several, all delivered at once, at the time at which the first was sent: an old event does what it did then. Without it: the demo, a web server that asks for mining domains."`
	Account    string   `placeholder:"FILE" help:"The account, as one JSON object that merges what aws ec2 describe-instances, describe-subnets, describe-network-acls and describe-volumes print. Without it one is grown around the findings' instances."`
	Policy     string   `placeholder:"FILE" help:"The policy to judge by; without it the default one (see: quarantine policy)."`
	NoIdentity bool     `help:"Run as a stack without Identity: no role is denied the instance's credentials, and no key is made inactive."`
	Definition string   `enum:"quarantine,quarantine-approval" default:"quarantine" help:"The state machine that the rule starts: quarantine, or quarantine-approval, which asks a person whether to release."`
	Approve    *string  `enum:"yes,no,silence" placeholder:"ANSWER" help:"How the person who is asked answers: yes, no or silence. Without it, quarantine-approval serves the page on this computer and waits for you."`
	Then       []string `placeholder:"STEP,..." enum:"narrow,release" help:"What a person does afterwards with every incident that is open: narrow (give the subnets back, the instance stays held), release. Both: narrow,release."`
	Latency    string   `placeholder:"NAME=TIME,..." help:"How long things take, such as ec2=60ms,dynamodb=8ms,lambda=5ms, and where the time to the cut goes. Names: ec2, autoscaling, dynamodb, sns, events, sts, slack (a call), eventbridge (event to start), states (state to its task), lambda (task to handler), init (a function's first start)."`
	History    bool     `help:"Print the execution history of every execution, as the console does."`
	Calls      bool     `help:"Print every call up to the cut, when it was made and how long it took, and all calls by number."`
	Messages   bool     `help:"Print every message whole."`
	JSON       bool     `name:"json" help:"Print one object with everything that happened."`
	HTML       string   `name:"html" placeholder:"FILE" help:"Also write the whole as one HTML file that needs nothing beside it: the path as a graph, the times, the network before and after, what is held, and the messages."`
	Quiet      bool     `short:"q" help:"Print one line an execution, and what matters."`
}

// Run simulates. Its error carries the exit code: 2 if an event is no finding
// that can be read, 1 if an execution failed.
func (c simulateCommand) Run(ctx context.Context, s streams) error {
	options, events, err := c.options(s)
	if err != nil {
		return err
	}
	st := terminal.NewStyle(s.out)
	told := summary.New(s.out, st, events)
	told.Sent, told.Calls, told.Messages = options.Start, c.Calls || c.Latency != "", c.Messages
	told.Command, told.Approving = c.again(), c.approving()
	if !c.JSON && !c.Quiet {
		options.Watch = told.Watch()
	}
	html, err := c.html(&options)
	if err != nil {
		return err
	}
	defer html.end()
	closePage, err := c.person(ctx, s, st, &options)
	if err != nil {
		return err
	}
	defer closePage()
	report, err := simulate.Run(ctx, options)
	told.Flush()
	if err != nil {
		return usage("%w", err) // nothing has run: the account does not fit
	}
	if ctx.Err() != nil {
		return &exitError{exitInterrupted, errors.New("interrupted")}
	}
	if err := c.print(s, told, report); err != nil {
		return err
	}
	if err := html.save(c, s, report, events, options); err != nil {
		return err
	}
	return verdictOf(report, events)
}

// person gives the simulation somebody who answers.
func (c simulateCommand) person(ctx context.Context, s streams, st terminal.Style, o *simulate.Options) (end func(), err error) {
	o.Machine = c.Definition
	switch {
	case c.Approve != nil && *c.Approve != "silence":
		o.Person = simulate.Answer(*c.Approve == "yes")
	case c.Approve == nil && c.Definition == wiring.Approval:
		out := s.out
		if c.JSON || c.Quiet {
			out = s.err
		}
		page, err := openDecisionPage(ctx, out, st)
		if err != nil {
			return nil, err
		}
		o.Person, o.Signer = page.person(ctx), approval.Ready(page.signer)
		return page.close, nil
	}
	return func() {}, nil
}

// print writes the report in the form that was asked for.
func (c simulateCommand) print(s streams, told *summary.Summary, r *simulate.Report) error {
	switch {
	case c.JSON:
		return writeJSON(s.out, r)
	case c.Quiet:
		told.Outcomes(r)
	default:
		told.Report(r)
	}
	if c.History {
		for _, x := range r.Executions {
			table.Print(s.out, terminal.NewStyle(s.out), x)
		}
	}
	told.Conclude(r) // what matters stands last
	return nil
}

// options reads the files that the command line names.
func (c simulateCommand) options(s streams) (simulate.Options, []headline.Event, error) {
	o := simulate.Options{Account: simulate.DemoFleet, NoIdentity: c.NoIdentity, Then: c.Then}
	if c.Account != "" && len(c.Event) == 0 {
		return o, nil, usage("--account needs --event: the demo's findings are about the demo's own account")
	}
	if err := inOrder(c.Then); err != nil {
		return o, nil, err
	}
	var err error
	if c.Latency != "" {
		if o.Latency, err = simulate.ParseLatency(c.Latency); err != nil {
			return o, nil, usage("--latency: %w", err)
		}
	}
	if o.Policy, err = readPolicy(c.Policy, s.in); err != nil {
		return o, nil, err
	}
	if o.Events, err = c.events(s.in); err != nil {
		return o, nil, err
	}
	o.Start = firstMoment(o.Events)
	switch {
	case c.Account != "":
		text, err := textfile.Read(c.Account, s.in)
		if err != nil {
			return o, nil, usage("%w", plain(err))
		}
		noteServices(s.err, text)
		o.Account = naming(c.Account, simulate.LoadedAccount(bytes.NewReader(text), o.Events))
	case len(c.Event) > 0:
		o.Account = simulate.GrownAccount(o.Events)
	}
	return o, parse(o.Events), nil
}

// naming names the file in what is wrong with the account.
func naming(file string, load accountMaker) accountMaker {
	return func(o account.Options) (*account.Account, []simulate.Question, error) {
		a, questions, err := load(o)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", file, err)
		}
		return a, questions, nil
	}
}

type accountMaker = func(account.Options) (*account.Account, []simulate.Question, error)

// inOrder refuses steps that have nothing left to do: a release closes the incidents, and what is given
// back once is given back.
func inOrder(then []string) error {
	if len(then) > 1 && !slices.Equal(then, []string{simulate.Narrow, simulate.Release}) {
		return usage("--then is narrow, release or narrow,release, but not %s", strings.Join(then, ","))
	}
	return nil
}

// events are the files' events, or the demo's.
func (c simulateCommand) events(stdin io.Reader) ([]simulate.Event, error) {
	if len(c.Event) == 0 {
		return simulate.DemoOfFleet()
	}
	var events []simulate.Event
	for _, file := range c.Event {
		text, err := textfile.Read(file, stdin)
		if err != nil {
			return nil, usage("%w", plain(err))
		}
		for _, e := range guardduty.Events(text) {
			if !json.Valid(e.Body) {
				return nil, usage("%s is not JSON: EventBridge delivers nothing else", e.Name(file))
			}
			events = append(events, simulate.Event{Name: e.Name(file), Body: e.Body})
		}
	}
	return events, nil
}

// parse looks into events for what people want to see of them. Whether they can
// be read is the simulation's to say.
func parse(events []simulate.Event) []headline.Event {
	out := make([]headline.Event, len(events))
	for i, e := range events {
		out[i].Name = e.Name
		if f, err := guardduty.Parse(e.Body); err == nil {
			out[i].Finding = &f
		}
	}
	return out
}

// firstMoment is when the first event was sent, so that the same events give
// the same report.
func firstMoment(events []simulate.Event) time.Time {
	for _, e := range events {
		var head struct{ Time time.Time }
		if json.Unmarshal(e.Body, &head) == nil && !head.Time.IsZero() {
			return head.Time.UTC()
		}
	}
	return time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
}

// verdictOf is the exit code of what happened.
func verdictOf(r *simulate.Report, events []headline.Event) error {
	code := exitOK
	for _, e := range r.Executions {
		if e.Status != history.StatusSucceeded {
			code = exitFailed
		}
	}
	for _, e := range events {
		if e.Finding == nil {
			code = exitUsage
		}
	}
	if code == exitOK {
		return nil
	}
	return &exitError{code: code}
}
