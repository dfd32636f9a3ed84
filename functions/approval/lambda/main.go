// Command lambda is the approval function on AWS Lambda: it asks questions for the
// state machine, and serves the page behind a function URL. A deployment creates
// two functions from it, so that the one that asks can be given the other's URL.
package main

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	awssfn "github.com/aws/aws-sdk-go-v2/service/sfn"
	awsssm "github.com/aws/aws-sdk-go-v2/service/ssm"

	"github.com/ec2-quarantine/quarantine/functions/approval"
	"github.com/ec2-quarantine/quarantine/functions/approval/lambda/functionurl"
	"github.com/ec2-quarantine/quarantine/functions/approval/slackactions"
	"github.com/ec2-quarantine/quarantine/internal/aws/sfn"
	"github.com/ec2-quarantine/quarantine/internal/aws/ssm"
	"github.com/ec2-quarantine/quarantine/internal/boundary"
	"github.com/ec2-quarantine/quarantine/internal/boundary/channels"
	"github.com/ec2-quarantine/quarantine/internal/boundary/lambdaboundary"
	"github.com/ec2-quarantine/quarantine/internal/boundary/secret"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/slack"
)

// config is the environment, in addition to that of the ledger, the channels and
// the metrics, which asking needs.
//
//	APPROVAL_KEY_PARAMETER   optional  name or ARN of the SSM SecureString that signs links, 32 bytes or more; without it,
//	                                   there is no page, and questions are decided from the command line
//	APPROVAL_URL             optional  address of the page, with a key; without it, questions carry no link
//	SLACK_SIGNING_PARAMETER  optional  name or ARN of the SSM SecureString with the Slack app's signing secret
//	SLACK_APPROVERS          optional  ids of the Slack users (U...) and user groups (S...) who may decide, with commas between
//	SLACK_TOKEN_PARAMETER    optional  name or ARN of the SSM SecureString with a bot token that may read user groups
//	SLACK_BUTTONS            optional  true: questions carry buttons, which the page answers with the three above
//	LOG_LEVEL                optional  DEBUG, INFO (the default), WARN or ERROR
type config struct {
	KeyParameter     string `env:"APPROVAL_KEY_PARAMETER"`
	URL              string `env:"APPROVAL_URL"`
	SigningParameter string `env:"SLACK_SIGNING_PARAMETER"`
	Approvers        string `env:"SLACK_APPROVERS"`
	TokenParameter   string `env:"SLACK_TOKEN_PARAMETER"`
	Buttons          bool   `env:"SLACK_BUTTONS"`
	Ledger           lambdaboundary.Ledger
	Stack            lambdaboundary.Stack
	Channels         channels.Config
	Metrics          lambdaboundary.Metrics
}

// Validate reports every fault at once.
func (c config) Validate() error {
	faults := []error{c.Ledger.Validate()}
	if c.KeyParameter == "" && (c.URL != "" || c.SigningParameter != "") {
		faults = append(faults, errors.New("APPROVAL_KEY_PARAMETER is not set: the page that APPROVAL_URL and SLACK_SIGNING_PARAMETER are for needs the name of the SecureString that signs links"))
	}
	if (c.SigningParameter == "") != (c.Approvers == "") {
		faults = append(faults, errors.New("SLACK_SIGNING_PARAMETER and SLACK_APPROVERS go together: set both or neither"))
	}
	if _, groups := approvers(c.Approvers); len(groups) > 0 && c.TokenParameter == "" {
		faults = append(faults, errors.New("SLACK_APPROVERS names user groups: SLACK_TOKEN_PARAMETER is needed to see who is in them"))
	}
	return errors.Join(faults...)
}

func main() { lambdaboundary.Main("approval", build) }

func build(ctx context.Context, c config, log *slog.Logger) (boundary.Function, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	cloud, err := lambdaboundary.AWS(ctx, lambdaboundary.AttemptTime)
	if err != nil {
		return nil, err
	}
	l := ledger.New(dynamodb.NewFromConfig(cloud), c.Ledger.Table)
	decider := &approval.Decider{Approvals: l, Tasks: sfn.New(awssfn.NewFromConfig(cloud)), Clock: quarantine.SystemClock{}, Log: log}
	ask := &approval.Asker{
		Approvals: l, Commands: c.Stack.Commands(c.Ledger, cloud.Region), Tasks: decider.Tasks, Channels: channels.Open(ctx, c.Channels, cloud, log), Buttons: c.Buttons,
		Clock: quarantine.SystemClock{}, Log: log, Meter: c.Metrics.Meter(),
	}
	parameters := ssm.New(awsssm.NewFromConfig(cloud))
	key := signer(parameters, c, log)
	if c.URL != "" {
		ask.Signer = key.Get
	}
	var needed secrets
	checked := boundary.Preflight{Function: c.name(), Started: func(ctx context.Context) (string, error) { return needed.started(ctx, ask.Channels) }}
	if c.KeyParameter == "" {
		return checked.Beside(boundary.Wrap(ask.Handle)), nil
	}
	needed = append(needed, key.Check)
	page, err := page(ctx, c, l, decider, key, parameters, &needed, log)
	switch {
	case err == nil:
		page.Commands = ask.Commands
		return functionurl.Function(page.Handler(), checked.Beside(boundary.Wrap(ask.Handle))), nil
	case c.URL == "": // it is there for the page alone
		return nil, err
	}
	log.Error("there is no page for now, and questions go out without a link", "errorType", quarantine.NameOf(err), "error", err)
	return checked.Beside(boundary.Wrap(ask.Handle)), nil
}

// name is the function's: the page is there for its links alone.
func (c config) name() string {
	if c.KeyParameter != "" && c.URL == "" {
		return "approval-page"
	}
	return "approval"
}

// secrets are checks that each secret which the function needs can be had now.
type secrets []func(context.Context) error

// started says what the function started with, and fails where a secret, or the address of a channel,
// cannot be read now: what the process has of before is gone with it.
func (s secrets) started(ctx context.Context, all []quarantine.Channel) (string, error) {
	var faults []error
	for _, check := range s {
		faults = append(faults, check(ctx))
	}
	if err := quarantine.TransientFirst(faults...); err != nil {
		return "", err
	}
	return channels.Started(ctx, all)
}

// noAddress replaces the page's own address in a function that only verifies links.
const noAddress = "https://approval.invalid"

// signer is the key of the links, as it is now: the function that asks must not sign with one that the
// page has no more.
func signer(parameters *ssm.Client, c config, log *slog.Logger) *secret.Late[*approval.Signer] {
	return &secret.Late[*approval.Signer]{
		Name: "the key that signs links", Verifies: true, Clock: quarantine.SystemClock{}, Log: log,
		Read: func(ctx context.Context) (string, error) { return parameters.Parameter(ctx, c.KeyParameter) },
		Make: func(key string) (*approval.Signer, error) {
			return approval.NewSigner([]byte(key), cmp.Or(c.URL, noAddress))
		},
	}
}

// page makes the server behind the function URL, and names the secrets that it needs.
func page(ctx context.Context, c config, incidents approval.OnRecord, decider *approval.Decider, key *secret.Late[*approval.Signer], parameters *ssm.Client, needed *secrets, log *slog.Logger) (*approval.Server, error) {
	if _, err := key.Get(ctx); err != nil {
		return nil, err
	}
	s := &approval.Server{Decider: decider, Incidents: incidents, Signer: key.Get, Renewed: key.Renew, Clock: quarantine.SystemClock{}, Log: log}
	if c.SigningParameter != "" {
		var err error
		if s.Slack, err = buttons(ctx, c, decider, parameters, needed, log); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// buttons makes the handler of Slack's button presses, and names the secrets that it needs.
func buttons(ctx context.Context, c config, decider *approval.Decider, parameters *ssm.Client, needed *secrets, log *slog.Logger) (http.Handler, error) {
	client := &http.Client{Timeout: lambdaboundary.AttemptTime}
	signing := &secret.Late[string]{
		Name: "Slack's signing secret", Verifies: true, Clock: quarantine.SystemClock{}, Log: log,
		Read: func(ctx context.Context) (string, error) { return parameters.Parameter(ctx, c.SigningParameter) },
		Make: func(text string) (string, error) { return text, nil },
	}
	*needed = append(*needed, signing.Check)
	if _, err := signing.Get(ctx); err != nil {
		return nil, err
	}
	settings := slackactions.Config{Secret: signing.Get, Renewed: signing.Renew, Decide: decider.Decide, Client: client, Log: log}
	settings.Users, settings.Groups = approvers(c.Approvers)
	if len(settings.Groups) > 0 {
		d := directory{&secret.Late[*slack.Directory]{
			Name: "the Slack token", Clock: quarantine.SystemClock{}, Log: log,
			Read: func(ctx context.Context) (string, error) { return parameters.Parameter(ctx, c.TokenParameter) },
			Make: func(token string) (*slack.Directory, error) { return slack.NewDirectory(token, client), nil },
		}}
		*needed = append(*needed, d.late.Check)
		if _, err := d.late.Get(ctx); err != nil {
			return nil, err
		}
		settings.Directory = d
	}
	return slackactions.New(settings)
}

// directory looks up groups with a token that is read again once Slack refuses it.
type directory struct {
	late *secret.Late[*slack.Directory]
}

var _ slackactions.Directory = directory{}

// Members returns the ids of a group's users.
func (d directory) Members(ctx context.Context, group string) (users []string, err error) {
	refused := func(err error) bool { return quarantine.Is(err, quarantine.AccessDenied) }
	err = d.late.Use(ctx, refused, func(s *slack.Directory) (err error) {
		users, err = s.Members(ctx, group)
		return err
	})
	return users, err
}

// approvers splits a comma-separated list into users and user groups, whose ids
// begin with S.
func approvers(list string) (users, groups []string) {
	for id := range strings.SplitSeq(list, ",") {
		switch id = strings.TrimSpace(id); {
		case id == "":
		case strings.HasPrefix(id, "S"):
			groups = append(groups, id)
		default:
			users = append(users, id)
		}
	}
	return users, groups
}
