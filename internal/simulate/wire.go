package simulate

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/ec2-quarantine/quarantine/functions/forensics"
	"github.com/ec2-quarantine/quarantine/functions/isolate"
	"github.com/ec2-quarantine/quarantine/functions/notify"
	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/asl"
	"github.com/ec2-quarantine/quarantine/internal/boundary"
	"github.com/ec2-quarantine/quarantine/internal/ec2"
	"github.com/ec2-quarantine/quarantine/internal/laptop"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/simaws"
	"github.com/ec2-quarantine/quarantine/internal/slack"
	"github.com/ec2-quarantine/quarantine/internal/sns"
	"github.com/ec2-quarantine/quarantine/internal/sts"
	"github.com/ec2-quarantine/quarantine/statemachine"
)

const (
	machineName = "quarantine"
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

// machine joins the definition, the handlers, the adapters and the account.
func (s *simulation) machine() (*laptop.Machine, error) {
	functions := s.functions()
	values := map[string]string{"LedgerTable": ledgerTable}
	byARN := map[string]laptop.Function{}
	for name, f := range functions {
		arn := fmt.Sprintf("arn:aws:lambda:%s:%s:function:%s", s.account.Region(), s.account.ID(), f.Name)
		values[name] = arn
		byARN[arn] = f
	}
	text, err := asl.Substitute(statemachine.Quarantine, values)
	if err != nil {
		return nil, err
	}
	definition, err := asl.Parse(text)
	if err != nil {
		return nil, err
	}
	return &laptop.Machine{
		Definition: definition, Name: machineName, AccountID: s.account.ID(), Region: s.account.Region(),
		Clock: s.clock, Functions: byARN, DynamoDB: s.account.DynamoDB(), Context: s.caller,
		OnEvent: s.onEvent, Rand: s.rand,
	}, nil
}

// caller marks every call with who makes it.
func (s *simulation) caller(ctx context.Context, i laptop.Invocation) context.Context {
	role := machineName
	if i.Function != "" {
		role = i.Function
	}
	return simaws.WithCaller(ctx, simaws.Caller{
		Execution: i.Execution, Function: i.Function,
		Identity: fmt.Sprintf("arn:aws:sts::%s:assumed-role/%s-role/%s", s.account.ID(), role, role),
	})
}

// functions are the handlers by the placeholder that stands for them.
func (s *simulation) functions() map[string]laptop.Function {
	log := slog.New(slog.DiscardHandler)
	fleet := ec2.New(s.account.EC2())
	book := ledger.New(s.account.DynamoDB(), ledgerTable)
	book.Now = s.clock.Now
	triageHandler := &triage.Handler{Policy: s.options.Policy, Log: log}
	isolateHandler := &isolate.Handler{Instances: fleet, ACLs: fleet, Ledger: book, Now: s.clock.Now, Together: s.clock.Together, Log: log}
	forensicsHandler := &forensics.Handler{Instances: fleet, Disks: fleet, Witness: fleet, Identity: sts.New(s.account.STS()), Book: book, Now: s.clock.Now, Log: log}
	notifyHandler := &notify.Handler{Channels: s.channels(), Now: s.clock.Now, Log: log, Together: s.clock.Together}
	return map[string]laptop.Function{
		"TriageFunctionArn":    {Name: "triage", Invoke: boundary.Wrap(triageHandler.Handle)},
		"IsolateFunctionArn":   {Name: "isolate", Invoke: boundary.Wrap(isolateHandler.Handle)},
		"ForensicsFunctionArn": {Name: "forensics", Invoke: boundary.Wrap(forensicsHandler.Handle)},
		"NotifyFunctionArn":    {Name: "notify", Invoke: boundary.Wrap(notifyHandler.Handle)},
	}
}

// channels are SNS and Slack, with an ear on what they took.
func (s *simulation) channels() []quarantine.Channel {
	topic := sns.New(s.account.SNS(), s.account.AddTopic(alertsTopic))
	room, err := slack.New(webhook, &http.Client{Transport: s.account.Webhook()})
	if err != nil {
		panic(err) // the address is a constant
	}
	return []quarantine.Channel{ear{topic, s}, ear{room, s}}
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
	return nil
}
