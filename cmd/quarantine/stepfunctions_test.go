package main

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsautoscaling "github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	awsec2 "github.com/aws/aws-sdk-go-v2/service/ec2"
	awselb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancing"
	awselbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"
	awssts "github.com/aws/aws-sdk-go-v2/service/sts"

	checks "github.com/ec2-quarantine/quarantine/functions/preflight"
	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/boundary"
	"github.com/ec2-quarantine/quarantine/internal/command"
	"github.com/ec2-quarantine/quarantine/internal/deployment"
	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/lab/moto"
	"github.com/ec2-quarantine/quarantine/internal/local/runner"
	"github.com/ec2-quarantine/quarantine/internal/local/wiring"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// stepFunctions is the service over HTTP, as far as the command line calls it.
// Its executions are those of the deployed definitions, on moto's account. The
// token of a task is good once.
type stepFunctions struct {
	account string
	config  aws.Config
	table   string // the ledger's
	// prefix stands before a deployed machine's name, as the stack's name does;
	// without one, machines have the names of the definitions.
	prefix string
	mail   mailbox // what people are told
	// reader reads the account in a preflight of a stack; nil reads nothing.
	reader checks.Account
	// broken has a function answer something else, by its name.
	broken map[string]boundary.Function

	mu      sync.Mutex
	system  *wiring.System
	events  map[string][]history.Event // by the execution's name
	arns    map[string]string          // of the executions that were started, by their names
	answers []string
	used    map[string]bool
}

func newStepFunctions(account string, config aws.Config) *stepFunctions {
	return &stepFunctions{
		account: account, config: config, table: deployment.LaptopTable,
		events: map[string][]history.Event{}, arns: map[string]string{}, used: map[string]bool{},
	}
}

// told gives the bodies of SendTaskSuccess.
func (s *stepFunctions) told() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string{}, s.answers...)
}

func (s *stepFunctions) serve(to http.ResponseWriter, from *http.Request, operation string) {
	body, _ := io.ReadAll(from.Body)
	var in struct {
		TaskToken, StateMachineArn, Name, Input, ExecutionArn, NextToken string
	}
	_ = json.Unmarshal(body, &in)
	to.Header().Set("Content-Type", "application/x-amz-json-1.0")
	s.mu.Lock()
	defer s.mu.Unlock()
	switch operation {
	case "SendTaskSuccess":
		if s.used[in.TaskToken] || strings.Contains(in.TaskToken, "gone") {
			fault(to, "TaskTimedOut")
			return
		}
		s.used[in.TaskToken] = true
		s.answers = append(s.answers, string(body))
		reply(to, struct{}{})
	case "StartExecution":
		s.start(to, in.StateMachineArn, in.Name, in.Input)
	case "GetExecutionHistory":
		s.history(to, in.ExecutionArn, in.NextToken)
	default:
		fault(to, "UnknownOperationException")
	}
}

func (s *stepFunctions) start(to http.ResponseWriter, machine, name, input string) {
	definition := s.definition(machine[strings.LastIndex(machine, ":")+1:])
	if definition != wiring.Release && definition != wiring.Name && definition != wiring.Preflight {
		fault(to, "StateMachineDoesNotExist")
		return
	}
	if s.system == nil {
		all, err := wiring.New(
			wiring.Clients{
				EC2: awsec2.NewFromConfig(s.config), AutoScaling: awsautoscaling.NewFromConfig(s.config),
				ELBv2: awselbv2.NewFromConfig(s.config), ELB: awselb.NewFromConfig(s.config), DynamoDB: dynamodb.NewFromConfig(s.config), STS: awssts.NewFromConfig(s.config),
				Simulation: awsiam.NewFromConfig(s.config), Channels: []quarantine.Channel{&s.mail},
			},
			wiring.Options{
				AccountID: s.account, Region: moto.Region, Table: s.table, Commands: command.Place{Stack: s.prefix, Region: moto.Region}, Policy: triage.DefaultPolicy(),
				Clock: runner.WallClock(), Log: slog.New(slog.DiscardHandler), Account: s.reader, Principal: "arn:aws:iam::" + s.account + ":role/oncall",
			})
		if err != nil {
			fault(to, "InternalFailure")
			return
		}
		all.OnEvent = func(execution string, e history.Event) {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.events[execution] = append(s.events[execution], e)
		}
		for arn, f := range all.Functions {
			whole := f.Invoke
			f.Invoke = func(ctx context.Context, payload []byte) ([]byte, error) {
				if other := s.instead(f.Name); other != nil {
					return other(ctx, payload)
				}
				return whole(ctx, payload)
			}
			all.Functions[arn] = f
		}
		s.system = all
	}
	running, err := s.system.Start(context.Background(), definition, name, json.RawMessage(input))
	if err != nil {
		fault(to, "ExecutionAlreadyExists")
		return
	}
	s.events[name] = []history.Event{}
	s.arns[name] = running.ARN
	if s.prefix != "" {
		s.arns[name] = strings.Replace(machine, ":stateMachine:", ":execution:", 1) + ":" + name
	}
	reply(to, map[string]any{"executionArn": s.arns[name], "startDate": 1770000000})
}

// instead is what a broken function does; nil of one that is whole.
func (s *stepFunctions) instead(name string) boundary.Function {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.broken[name]
}

// definition is the one that a state machine runs.
func (s *stepFunctions) definition(machine string) string {
	if s.prefix == "" {
		return machine
	}
	return map[string]string{s.prefix + "-contain": wiring.Name, s.prefix + "-release": wiring.Release, s.prefix + "-preflight": wiring.Preflight}[machine]
}

// history answers in pages of two.
func (s *stepFunctions) history(to http.ResponseWriter, arn, next string) {
	name := arn[strings.LastIndex(arn, ":")+1:]
	events, known := s.events[name]
	if started := s.arns[name]; !known || started != "" && started != arn {
		fault(to, "ExecutionDoesNotExist")
		return
	}
	events = events[len(next):]
	out := map[string]any{}
	if len(events) > 2 {
		events, out["nextToken"] = events[:2], next+"xx"
	}
	page := []map[string]any{}
	for _, e := range events {
		text, _ := json.Marshal(e)
		var event map[string]any
		_ = json.Unmarshal(text, &event)
		event["timestamp"] = float64(e.Timestamp.UnixMilli()) / 1000 // as the service has it
		page = append(page, event)
	}
	out["events"] = page
	reply(to, out)
}

func reply(to http.ResponseWriter, v any) { _ = json.NewEncoder(to).Encode(v) }

func fault(to http.ResponseWriter, code string) {
	to.WriteHeader(http.StatusBadRequest)
	reply(to, map[string]string{"__type": code, "message": code})
}
