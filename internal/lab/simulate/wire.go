package simulate

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"

	"github.com/ec2-quarantine/quarantine/internal/arn"
	"github.com/ec2-quarantine/quarantine/internal/aws/eventbridge"
	"github.com/ec2-quarantine/quarantine/internal/aws/sns"
	"github.com/ec2-quarantine/quarantine/internal/command"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/local/runner"
	"github.com/ec2-quarantine/quarantine/internal/local/wiring"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/slack"
)

const (
	ledgerTable = "quarantine-ledger"
	alertsTopic = "quarantine-alerts"
	// stackName is the stack's that is simulated, as the docs deploy it.
	stackName = "quarantine"
	// webhook is the URL of the simulated Slack; nothing leaves the process.
	webhook = "https://hooks.slack.invalid/services/simulated"
)

// Commands says where the commands are typed that are printed, as the stack would: what is shown
// here is what people will be told.
func Commands(region string) command.Place { return command.Place{Stack: stackName, Region: region} }

// system connects the definitions, the handlers, the adapters and the account.
func (s *simulation) system() (*wiring.System, error) {
	channels, err := s.channels()
	if err != nil {
		return nil, err
	}
	clients := wiring.Clients{
		EC2: s.account.EC2(), AutoScaling: s.account.AutoScaling(), ELBv2: s.account.ELBv2(), ELB: s.account.ELB(),
		DynamoDB: s.account.DynamoDB(), STS: s.account.STS(), Channels: channels,
	}
	if !s.options.NoIdentity {
		clients.IAM = s.account.IAM()
	}
	all, err := wiring.New(
		clients,
		wiring.Options{
			AccountID: s.account.ID(), Region: s.account.Region(), Table: ledgerTable,
			Commands: Commands(s.account.Region()),
			Policy:   s.options.Policy, Word: s.options.Word, Clock: s.clock, Log: s.logger(), Signer: s.options.Signer,
			Reminder: s.options.Reminder, Expiry: s.options.Expiry, Skew: s.options.Skew, Definitions: s.options.Definitions,
		})
	if err != nil {
		return nil, err
	}
	all.Context, all.OnEvent, all.Rand, all.TaskTime = s.caller, s.onEvent, s.rand, s.options.Latency.Of("states")
	if s.options.Record {
		all.Around = s.account.States
	}
	environments := &pool{latency: s.options.Latency, clock: s.clock, free: map[string]int{}}
	for function, f := range all.Functions {
		all.Functions[function] = environments.around(f)
	}
	return all, nil
}

// logger is the functions' logger. Their log is kept only if it is recorded.
func (s *simulation) logger() *slog.Logger {
	if !s.options.Record {
		return slog.New(slog.DiscardHandler)
	}
	return slog.New(slog.NewJSONHandler(&s.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// caller sets the caller of the calls made with the context.
func (s *simulation) caller(ctx context.Context, i runner.Invocation) context.Context {
	role := wiring.Name
	if i.Function != "" {
		role = i.Function
	}
	return account.WithCaller(context.WithValue(ctx, invocationKey{}, i), account.Caller{
		Execution: i.Execution, Function: i.Function,
		Identity: fmt.Sprintf("arn:%s:sts::%s:assumed-role/%s-role/%s", arn.PartitionOf(s.account.Region()), s.account.ID(), role, role),
	})
}

// channels are SNS and Slack, with recording of their messages, and the account's bus, which keeps
// its events itself.
func (s *simulation) channels() ([]quarantine.Channel, error) {
	room, err := slack.New(webhook, &http.Client{Transport: s.account.Webhook()})
	if err != nil {
		return nil, err
	}
	topic := sns.New(s.account.SNS(), s.account.AddTopic(alertsTopic))
	bus := eventbridge.New(s.account.EventBridge(), account.DefaultBus, s.clock)
	return []quarantine.Channel{recordingChannel{topic, s, nil}, recordingChannel{room, s, slack.Body}, bus}, nil
}
