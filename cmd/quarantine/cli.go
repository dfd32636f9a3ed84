package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/alecthomas/kong"
	"github.com/willabides/kongplete"

	"github.com/ec2-quarantine/quarantine/internal/deployment"
	"github.com/ec2-quarantine/quarantine/internal/exitcode"
)

// The exit codes, as they are called here.
const (
	exitOK          = exitcode.Done
	exitFailed      = exitcode.Failed
	exitUsage       = exitcode.Usage
	exitInterrupted = exitcode.Interrupted
)

// streams are where a command reads and writes.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// commands is the command line.
type commands struct {
	Simulate simulateCommand `cmd:"" help:"Run the deployed state machine on an account in memory. Without arguments: the demo."`
	Respond  respondCommand  `cmd:"" help:"Contain an instance of a real account from here, with nothing deployed. Asks first."`

	List      listCommand      `cmd:"" help:"List open incidents of a real account, and what each waits for."`
	Show      showCommand      `cmd:"" help:"Show everything that is on record of an incident."`
	Report    reportCommand    `cmd:"" help:"Write one HTML file of an incident: what happened, in pictures."`
	Approvals approvalsCommand `cmd:"" help:"List the questions that wait for a person."`
	Approve   approveCommand   `cmd:"" help:"Approve what a question asks. Shows it, and asks first."`
	Deny      denyCommand      `cmd:"" help:"Deny what a question asks. Shows it, and asks first."`
	Release   releaseCommand   `cmd:"" help:"Put back what stood on an incident's subnets, and follow that to its end. Asks first."`
	Narrow    narrowCommand    `cmd:"" help:"Give back an incident's subnets, while its instance stays contained. Asks first."`
	Terminate terminateCommand `cmd:"" help:"End an instance for good, whose evidence is complete and locked, and release the rest. Asks first."`
	Pause     pauseCommand     `cmd:"" help:"Have nothing of an incident put right that is opened, for some time."`
	Leave     leaveCommand     `cmd:"" help:"Leave a thing as somebody has put it, although an incident holds it."`
	Resume    resumeCommand    `cmd:"" help:"End a pause of an incident, and what was left: it is put right again."`
	History   historyCommand   `cmd:"" help:"Print execution histories as the console does, of an account or of a report."`

	Preflight preflightCommand `cmd:"" help:"Find out before it counts whether a containment would work: each precondition, and each call. Changes nothing."`

	DemoCheck demoCheckCommand `cmd:"" help:"Follow the demo's workload through a quarantine, step by step."`
	Drill     drillCommand     `cmd:"" help:"Try the deployed quarantine on an instance made for it, and remove everything again. Asks first."`
	Uninstall uninstallCommand `cmd:"" help:"Take a deployment away: release, delete stack and bucket, list what stays. Asks first."`

	Triage triageCommand `cmd:"" help:"Explain the verdict on events, offline. This is how a policy is tried out."`
	Policy policyCommand `cmd:"" help:"Print the default policy as a start for your own, or the deployed one, or change that."`

	Backtest backtestCommand `cmd:"" help:"Estimate what a policy would have cut, asked and told of the findings of the past. Changes nothing."`

	Version    versionCommand    `cmd:"" help:"Print the version, the commit that it was built from, and when that was."`
	Help       helpCommand       `cmd:"" help:"Print the help of a command."`
	Completion completionCommand `cmd:"" help:"Print what makes a shell complete commands and flags: bash, zsh or fish."`
}

const description = `Contains compromised EC2 instances and access keys: a GuardDuty finding becomes a
verified cut, evidence and messages. simulate runs it against an account in memory and
touches nothing else; respond runs it against a real account, and asks first. list,
show, report, approvals, approve, deny, release, narrow, terminate, pause, leave,
resume and history are for people on call.

backtest estimates what it would have done to your findings of the last weeks, with
nothing deployed; preflight says whether a containment would work here, and changes
nothing; drill has the deployed stack contain an instance that is made for it; policy
prints and changes what decides.

respond and the commands for people on call look for a deployed stack: the one that --stack names, or the variable
QUARANTINE_STACK, or "stack: NAME" in quarantine/config.yaml in XDG_CONFIG_HOME or
the system's directory for configuration; or else the stack quarantine, if there
is one. Where there is none, they look for what respond makes: the table
${laptop_table}.

Exit codes: 0 done, 1 it failed, 2 bad usage or input, or no such thing, 130
interrupted (Ctrl-C or SIGTERM). The help of a command has its own.
Colour is off where NO_COLOR is set or the output is no terminal.`

// exitError ends the program with a code; its text, if any, goes to stderr.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return ""
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

// usage is an error of the caller's.
func usage(format string, args ...any) error {
	return &exitError{exitUsage, fmt.Errorf(format, args...)}
}

// run is the program: it returns its exit code.
func run(ctx context.Context, args []string, s streams) (code int) {
	defer func() { // kong ends the program after --help by calling Exit
		switch ended := recover().(type) {
		case nil:
		case helped:
			code = int(ended)
		default:
			panic(ended)
		}
	}()
	parser := newParser(ctx, s)
	kongplete.Complete(parser) // where a shell asks, by the variable COMP_LINE
	switch {
	case len(args) == 0:
		args = []string{"--help"}
	case len(args) == 1 && args[0] == "--version": // as most programs have it
		args = []string{"version"}
	}
	chosen, err := parser.Parse(args)
	if err != nil {
		err = usage("%w\nTry: quarantine %s", err, helpOf(err))
	} else {
		err = chosen.Run(parser)
	}
	return exitCode(s.err, interrupted(ctx, err))
}

// newParser reads command lines. It ends the program by panicking with helped.
func newParser(ctx context.Context, s streams) *kong.Kong {
	parser, err := kong.New(&commands{}, kong.Name("quarantine"), kong.Description(description),
		kong.Writers(s.out, s.err), kong.Exit(func(code int) { panic(helped(code)) }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 80}), kong.Help(printHelp),
		kong.Vars{"laptop_table": deployment.LaptopTable},
		kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(s))
	if err != nil {
		panic(err) // the command line's own description is wrong
	}
	return parser
}

// helpOf is what prints the help of the command that could not be parsed.
func helpOf(err error) string {
	if parse, ok := errors.AsType[*kong.ParseError](err); ok {
		if command := parse.Context.Selected(); command != nil {
			return command.Path() + " --help"
		}
	}
	return "--help"
}

// interrupted gives every command that a signal ended the same exit code. What says more than that
// it was ended, keeps its words.
func interrupted(ctx context.Context, err error) error {
	switch {
	case err == nil || ctx.Err() == nil:
		return err
	case errors.Is(err, context.Canceled):
		err = errors.New("interrupted")
	}
	return &exitError{exitInterrupted, err}
}

// helped is how kong's exit reaches run.
type helped int

// exitCode writes an error and gives the exit code that it stands for.
func exitCode(w io.Writer, err error) int {
	if err == nil {
		return exitOK
	}
	if text := err.Error(); text != "" {
		fmt.Fprintln(w, "quarantine:", text)
	}
	if e, ok := errors.AsType[*exitError](err); ok {
		return e.code
	}
	return exitFailed
}
