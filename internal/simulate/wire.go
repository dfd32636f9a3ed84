package simulate

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/laptop"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/simaws"
	"github.com/ec2-quarantine/quarantine/internal/slack"
	"github.com/ec2-quarantine/quarantine/internal/sns"
	"github.com/ec2-quarantine/quarantine/internal/wiring"
)

const (
	ledgerTable = "quarantine-ledger"
	alertsTopic = "quarantine-alerts"
	// webhook is where the simulated Slack listens; nothing leaves the process.
	webhook = "https://hooks.slack.invalid/services/simulated"
)

// latency is how long a simulated call takes. The figures are of the order
// that the services show within a region; --json tells when each call started
// and ended on the simulation's clock.
func latency(service, _ string) time.Duration {
	switch service {
	case "ec2":
		return 60 * time.Millisecond
	case "slack":
		return 100 * time.Millisecond
	case "sns":
		return 20 * time.Millisecond
	}
	return 8 * time.Millisecond
}

// system joins the definitions, the handlers, the adapters and the account.
func (s *simulation) system() (*wiring.System, error) {
	channels, err := s.channels()
	if err != nil {
		return nil, err
	}
	all, err := wiring.New(
		wiring.Clients{EC2: s.account.EC2(), DynamoDB: s.account.DynamoDB(), STS: s.account.STS(), Channels: channels},
		wiring.Options{
			AccountID: s.account.ID(), Region: s.account.Region(), Table: ledgerTable,
			Policy: s.options.Policy, Clock: s.clock, Log: slog.New(slog.DiscardHandler), Signer: s.options.Signer,
		})
	if err != nil {
		return nil, err
	}
	all.Context, all.OnEvent, all.Rand = s.caller, s.onEvent, s.rand
	return all, nil
}

// caller marks every call with who makes it.
func (s *simulation) caller(ctx context.Context, i laptop.Invocation) context.Context {
	role := wiring.Name
	if i.Function != "" {
		role = i.Function
	}
	return simaws.WithCaller(ctx, simaws.Caller{
		Execution: i.Execution, Function: i.Function,
		Identity: fmt.Sprintf("arn:aws:sts::%s:assumed-role/%s-role/%s", s.account.ID(), role, role),
	})
}

// channels are SNS and Slack, with an ear on what they took.
func (s *simulation) channels() ([]quarantine.Channel, error) {
	room, err := slack.New(webhook, &http.Client{Transport: s.account.Webhook()})
	if err != nil {
		return nil, err
	}
	topic := sns.New(s.account.SNS(), s.account.AddTopic(alertsTopic))
	return []quarantine.Channel{ear{topic, s}, ear{room, s}}, nil
}

// ear notes what a channel took.
type ear struct {
	quarantine.Channel
	s *simulation
}

// Send sends, and notes it if it was taken.
func (e ear) Send(ctx context.Context, m quarantine.Message) error {
	if err := e.Channel.Send(ctx, m); err != nil {
		return err
	}
	e.s.heard(Notification{Channel: e.Name(), Kind: string(m.Kind), Subject: m.Subject, Text: m.Text})
	if m.Ask != nil {
		e.s.asked(ctx, *m.Ask)
	}
	return nil
}
