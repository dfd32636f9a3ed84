package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/charmbracelet/lipgloss"

	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/message"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// accountFlags say where a command for people on call looks.
type accountFlags struct {
	Table    string `default:"quarantine-ledger" help:"The ledger's DynamoDB table."`
	Region   string `placeholder:"REGION" help:"The region; without it that of the AWS configuration."`
	Endpoint string `name:"endpoint-url" placeholder:"URL" help:"Talk to this endpoint instead of AWS's own, for example a local one for tests."`
	JSON     bool   `name:"json" help:"Print JSON; the rest goes to stderr."`
}

// onCall is one run of such a command.
type onCall struct {
	accountFlags
	s    streams // where people read; programs read stdout alone
	json streams
	st   style
	aws  *clients
	book *ledger.Ledger
}

// open connects to the account.
func (f accountFlags) open(ctx context.Context, s streams) (*onCall, error) {
	c := f.local(s)
	var err error
	if c.aws, err = connect(ctx, f.Endpoint, f.Region); err != nil {
		return nil, err
	}
	c.book = ledger.New(c.aws.dynamodb, f.Table)
	return c, nil
}

// local is a run that needs no account.
func (f accountFlags) local(s streams) *onCall {
	c := &onCall{accountFlags: f, s: s, json: s}
	if f.JSON {
		c.s.out = s.err
	}
	c.st = newStyle(c.s.out)
	return c
}

// title says whose account is looked at, and who looks.
func (c *onCall) title() {
	c.colored(c.st.title, 0, fmt.Sprintf("Account %s, %s, as %s", c.aws.account, c.aws.region, c.aws.identity))
}

// maxText is the most that is shown of one text on record, in characters.
const maxText = 2000

// say writes what is on record, which can hold anything, in lines.
func (c *onCall) say(indent int, format string, args ...any) {
	c.colored(c.st.plain, indent, fmt.Sprintf(format, args...))
}

// colored is say with a colour. It colours line by line: a style makes lines
// that it colours together equally long.
func (c *onCall) colored(look lipgloss.Style, indent int, text string) {
	for line := range strings.SplitSeq(wrap(message.Clean(text, maxText), indent), "\n") {
		fmt.Fprintln(c.s.out, look.Render(line))
	}
}

// words gives an error the words and the exit code that a person needs.
func (c *onCall) words(err error) error {
	if _, missing := errors.AsType[*types.ResourceNotFoundException](err); missing {
		return usage("there is no DynamoDB table %s in account %s, %s: either nothing is deployed there, or the table has another name (--table)",
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
	if identity, ok := quarantine.ParseARN(c.identity); ok {
		return identity.Partition
	}
	return quarantine.PartitionOf(c.region)
}

// states is an ARN of Step Functions in this account and region.
func (c *clients) states(kind, name string) string {
	return quarantine.ARN{Partition: c.partition(), Service: "states", Region: c.region, Account: c.account, Resource: kind + ":" + name}.String()
}

// minute is a time as people read it, in UTC to the minute; "-" if it is not known.
func minute(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.UTC().Format("2006-01-02 15:04")
}

// left is how long there is still, rounded down to minutes, so that nobody
// counts on more.
func left(d time.Duration) string {
	switch {
	case d >= 24*time.Hour:
		return fmt.Sprintf("%dd %dh", int(d.Hours())/24, int(d.Hours())%24)
	case d >= time.Hour:
		return fmt.Sprintf("%dh %dm", int(d.Hours()), int(d.Minutes())%60)
	}
	return fmt.Sprintf("%dm", int(d.Minutes()))
}
