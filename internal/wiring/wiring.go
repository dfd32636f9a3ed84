// Package wiring joins the deployed definition, the handlers and the adapters
// into a machine that runs on this computer: against an account in memory, or,
// with the SDK's own clients, against a real one.
package wiring

import (
	"fmt"
	"log/slog"
	"sync"

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
	"github.com/ec2-quarantine/quarantine/internal/sts"
	"github.com/ec2-quarantine/quarantine/statemachine"
)

// Name is the state machine's, as it stands in ARNs.
const Name = "quarantine"

// Clients are the services below the adapters.
type Clients struct {
	EC2      ec2.API
	DynamoDB interface {
		ledger.API
		laptop.DynamoDB
	}
	STS      sts.API
	Channels []quarantine.Channel
}

// Options say where and how the machine runs.
type Options struct {
	AccountID, Region string
	Table             string // the ledger's
	Policy            *triage.Policy
	Clock             laptop.Clock
	Log               *slog.Logger
}

// Machine makes the machine. What it leaves unset is the caller's to choose:
// Context, OnEvent, Rand.
func Machine(c Clients, o Options) (*laptop.Machine, error) {
	values := map[string]string{"LedgerTable": o.Table}
	functions := map[string]laptop.Function{}
	for placeholder, f := range handlers(c, o) {
		arn := fmt.Sprintf("arn:aws:lambda:%s:%s:function:%s", o.Region, o.AccountID, f.Name)
		values[placeholder] = arn
		functions[arn] = f
	}
	definition, err := parsed(values)
	if err != nil {
		return nil, err
	}
	return &laptop.Machine{
		Definition: definition, Name: Name, AccountID: o.AccountID, Region: o.Region,
		Clock: o.Clock, Functions: functions, DynamoDB: c.DynamoDB,
	}, nil
}

// handlers are the functions by the placeholder that stands for them in the definition.
func handlers(c Clients, o Options) map[string]laptop.Function {
	fleet := ec2.New(c.EC2)
	book := ledger.New(c.DynamoDB, o.Table)
	book.Now = o.Clock.Now
	judge := &triage.Handler{Policy: o.Policy, Log: o.Log}
	cut := &isolate.Handler{Instances: fleet, ACLs: fleet, Ledger: book, Now: o.Clock.Now, Together: o.Clock.Together, Log: o.Log}
	keep := &forensics.Handler{Instances: fleet, Disks: fleet, Witness: fleet, Identity: sts.New(c.STS), Book: book, Now: o.Clock.Now, Log: o.Log}
	tell := &notify.Handler{Channels: c.Channels, Now: o.Clock.Now, Together: o.Clock.Together, Log: o.Log}
	return map[string]laptop.Function{
		"TriageFunctionArn":    {Name: "triage", Invoke: boundary.Wrap(judge.Handle)},
		"IsolateFunctionArn":   {Name: "isolate", Invoke: boundary.Wrap(cut.Handle)},
		"ForensicsFunctionArn": {Name: "forensics", Invoke: boundary.Wrap(keep.Handle)},
		"NotifyFunctionArn":    {Name: "notify", Invoke: boundary.Wrap(tell.Handle)},
	}
}

// definitions are the parsed definitions by their text: a definition holds
// nothing of an execution, and parsing it costs more than running it.
var definitions sync.Map

func parsed(values map[string]string) (*asl.Machine, error) {
	text, err := asl.Substitute(statemachine.Quarantine, values)
	if err != nil {
		return nil, err
	}
	if known, ok := definitions.Load(string(text)); ok {
		return known.(*asl.Machine), nil
	}
	definition, err := asl.Parse(text)
	if err != nil {
		return nil, err
	}
	definitions.Store(string(text), definition)
	return definition, nil
}
