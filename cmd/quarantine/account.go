package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/charmbracelet/lipgloss"

	"github.com/ec2-quarantine/quarantine/internal/arn"
	"github.com/ec2-quarantine/quarantine/internal/command"
	"github.com/ec2-quarantine/quarantine/internal/deployment"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/oncall"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/terminal"
)

// accountFlags say where a command for people on call looks.
type accountFlags struct {
	Stack    string `placeholder:"NAME" help:"The deployed stack, by name or ARN. Without it QUARANTINE_STACK, the configuration file, the stack quarantine, or nothing deployed."`
	Table    string `placeholder:"NAME" help:"The ledger's DynamoDB table, instead of the stack's."`
	Profile  string `placeholder:"NAME" help:"The profile of the AWS configuration; without it that of AWS_PROFILE, or the default."`
	Region   string `placeholder:"REGION" help:"The region; without it that of the stack's ARN or of the AWS configuration."`
	Endpoint string `name:"endpoint-url" placeholder:"URL" help:"Talk to this endpoint instead of AWS's own, for example a local one for tests."`
	JSON     bool   `name:"json" help:"Print JSON; the rest goes to stderr."`
}

// onCall is one run of such a command.
type onCall struct {
	accountFlags
	s      streams // where people read; programs read stdout alone
	json   streams
	st     terminal.Style
	aws    *clients
	ledger *ledger.Ledger

	named    string // the table that is asked for
	chosen   deployment.Choice
	deployed deployment.Deployment // as far as the command needs it
}

// open connects to the account, and finds the ledger.
func (f accountFlags) open(ctx context.Context, s streams) (*onCall, error) {
	c, err := f.connect(ctx, s)
	if err != nil {
		return nil, err
	}
	return c, c.locate(ctx, ledgerOnly)
}

// connect connects to the account.
func (f accountFlags) connect(ctx context.Context, s streams) (*onCall, error) {
	c := f.local(s)
	var err error
	if c.chosen, err = deployment.Choose(f.Stack, os.Getenv(deployment.Variable), deployment.SettingsPath(os.Getenv("XDG_CONFIG_HOME"))); err != nil {
		return nil, usage("%w", err)
	}
	region, err := regionOf(c.chosen, f.Region)
	if err != nil {
		return nil, err
	}
	if c.aws, err = connect(ctx, f.Profile, f.Endpoint, region); err != nil {
		return nil, err
	}
	if account, _ := c.chosen.Place(); account != "" && account != c.aws.account {
		return nil, usage("the stack that %s names is in account %s, and these credentials are for account %s: use --profile or AWS_PROFILE, or name another stack",
			c.chosen.Source, account, c.aws.account)
	}
	c.ledger = ledger.New(c.aws.dynamodb, f.Table)
	return c, nil
}

// local is a run that needs no account.
func (f accountFlags) local(s streams) *onCall {
	c := &onCall{accountFlags: f, s: s, json: s, named: f.Table}
	if f.JSON {
		c.s.out = s.err
	}
	c.st = terminal.NewStyle(c.s.out)
	return c
}

// place says where other commands are typed that find the same ledger: they are read on this
// computer, and pasted where another stack or region may be configured.
func (c *onCall) place() command.Place {
	at := command.Place{Stack: cmp.Or(c.deployed.Stack, c.chosen.Stack), Region: c.aws.region, Profile: c.Profile, Endpoint: c.Endpoint}
	if at.Stack == "" || c.named != "" {
		at.Table = c.Table
	}
	return at
}

// command is a command line of ours for a person to type.
func (c *onCall) command(words ...string) string { return command.Line(c.place().Quarantine(words...)) }

// awsCommand is one of the AWS CLI.
func (c *onCall) awsCommand(words ...string) string {
	return command.Line(c.place().AWS(c.aws.region, words...))
}

// title says whose account is looked at, and who looks.
func (c *onCall) title() {
	c.colored(c.st.Title, 0, fmt.Sprintf("Account %s, %s, as %s", c.aws.account, c.aws.region, c.aws.identity))
	if c.deployed.Stack != "" {
		c.colored(c.st.Dim, 0, fmt.Sprintf("Stack %s, ledger %s", c.deployed.Stack, c.Table))
	}
}

// say writes what is on record, which can hold anything, in lines.
func (c *onCall) say(indent int, format string, args ...any) {
	c.colored(c.st.Plain, indent, fmt.Sprintf(format, args...))
}

// colored is say with a colour.
func (c *onCall) colored(look lipgloss.Style, indent int, text string) {
	c.st.Record(c.s.out, look, indent, text)
}

// printer writes for people on call.
func (c *onCall) printer() oncall.Printer {
	return oncall.Printer{W: c.s.out, Style: c.st, Now: c.ledger.Clock.Now, At: c.place()}
}

// explain gives an error the words and the exit code that a person needs.
func (c *onCall) explain(err error) error {
	if _, missing := errors.AsType[*types.ResourceNotFoundException](err); missing {
		return usage("there is no DynamoDB table %s in account %s, %s: either nothing is deployed there, or the stack has another name (--stack) or the table has (--table)",
			c.Table, c.aws.account, c.aws.region)
	}
	switch quarantine.NameOf(err) {
	case quarantine.BadRequest, quarantine.RequestGone:
		return usage("%w in table %s of account %s, %s", err, c.Table, c.aws.account, c.aws.region)
	}
	return err
}

// partition is the one that the caller's ARN names, or else the region's.
func (c *clients) partition() string {
	if identity, ok := arn.Parse(c.identity); ok {
		return identity.Partition
	}
	return arn.PartitionOf(c.region)
}

// states is an ARN of Step Functions in this account and region.
func (c *clients) states(kind, name string) string {
	return arn.ARN{Partition: c.partition(), Service: "states", Region: c.region, Account: c.account, Resource: kind + ":" + name}.String()
}
