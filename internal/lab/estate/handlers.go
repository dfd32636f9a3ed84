package estate

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ec2-quarantine/quarantine/functions/isolate"
	"github.com/ec2-quarantine/quarantine/functions/release"
	"github.com/ec2-quarantine/quarantine/internal/aws/accounts"
	"github.com/ec2-quarantine/quarantine/internal/aws/autoscaling"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Isolate calls the isolate handler once.
func (e *Estate) Isolate(ctx context.Context, in isolate.Request) (quarantine.Containment, error) {
	done, err := e.isolator().Handle(account.WithCaller(ctx, account.Caller{Function: "isolate", Execution: in.Execution.Name}), in)
	return Named(e, done), e.named(err)
}

// Observe calls it once to observe.
func (e *Estate) Observe(ctx context.Context, in isolate.Request) (quarantine.Observation, error) {
	out, err := e.isolator().Serve(account.WithCaller(ctx, account.Caller{Function: "isolate", Execution: in.Execution.Name}), in)
	seen, _ := out.(quarantine.Observation)
	return Named(e, seen), e.named(err)
}

func (e *Estate) isolator() *isolate.Handler {
	return &isolate.Handler{
		Accounts: accounts.New(aws.Config{}, AccountID, Region), Instances: e.Fleet, Beside: e.Fleet, Groups: autoscaling.New(e.AutoScaling()), ACLs: e.Fleet, Ledger: e.Ledger, Clock: e.handlerClock(),
		Log: slog.New(slog.DiscardHandler), Meter: e.Meter.measure,
	}
}

// Release calls the release handler once for each of its steps, as the definition does.
func (e *Estate) Release(ctx context.Context, in release.Request) (quarantine.Release, error) {
	h := &release.Handler{
		Instances: e.Fleet, ACLs: e.Fleet, Ledger: e.Ledger, Clock: e.handlerClock(),
		Log: slog.New(slog.DiscardHandler), Meter: e.Meter.measure,
	}
	var err error
	for _, in.Step = range []string{release.Begin, release.Subnets, release.Conclude} {
		var done quarantine.Release
		done, err = h.Handle(account.WithCaller(ctx, account.Caller{Function: "release", Execution: in.Execution.Name}), in)
		if err != nil {
			break
		}
		in.Release = done
	}
	if err != nil {
		in.Release = quarantine.Release{}
	}
	return Named(e, in.Release), e.named(err)
}

// named replaces the IDs in an error's text by names.
func (e *Estate) named(err error) error {
	if err == nil {
		return nil
	}
	return &namedError{err, e.Text(err.Error())}
}

type namedError struct {
	error
	text string
}

func (e *namedError) Error() string { return e.text }
func (e *namedError) Unwrap() error { return e.error }

// IncidentOf is the ID of an instance's first incident.
func IncidentOf(instance string) string { return "inc-" + strings.TrimPrefix(instance, "i-") }

// Execution is an execution of a state machine.
func Execution(machine, name string) quarantine.Execution {
	arn := fmt.Sprintf("arn:aws:states:%s:%s:execution:%s:%s", Region, AccountID, machine, name)
	return quarantine.Execution{ID: arn, Name: name, StartedAt: Noon.Add(-time.Second)}
}

// Isolation is the state machine's request to the isolate function after it took the
// lock. The finding shows the instance's first interface and accuses another instance,
// too.
func (e *Estate) Isolation(instance string) isolate.Request {
	run := Execution("quarantine", "run-"+instance)
	saw := quarantine.Interface{VPCID: e.ID("vpc-1"), SubnetID: e.ID("subnet-old")}
	if in := Subnets(instance); len(in) > 0 {
		saw.SubnetID = e.ID(in[0])
	}
	return isolate.Request{
		Claim: quarantine.Claim{Incident: IncidentOf(instance), Owner: run.ID, Resource: e.Resource(instance)},
		Finding: quarantine.Finding{
			ID: "finding-1", Type: "CryptoCurrency:EC2/BitcoinTool.B!DNS", AccountID: AccountID, Region: Region,
			Instances: []quarantine.AccusedInstance{
				{ID: "i-99999999", Interfaces: []quarantine.Interface{{VPCID: "vpc-99999999"}}},
				{ID: e.ID(instance), Interfaces: []quarantine.Interface{saw}},
			},
		},
		Verdict:   quarantine.Verdict{Action: quarantine.ActionIsolate, Score: 85},
		Execution: run,
	}
}

// Restoration is the state machine's request to the release function when a person asks
// for a release.
func Restoration(instance string) release.Request {
	return release.Request{
		Incident: IncidentOf(instance), Reason: "rebuilt", By: "arn:aws:iam::111122223333:user/on-call",
		Execution: Execution("release", "release-"+instance),
	}
}

// SetLock writes the lock of the claim's instance as the state machine does when it
// takes the lock (isolating) or gives up (failed), with a lease of five minutes. For
// failed it also records the incident's failure event.
func (e *Estate) SetLock(c quarantine.Claim, status quarantine.Status) {
	text := func(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
	must(e.DynamoDB().UpdateItem(context.Background(), &dynamodb.UpdateItemInput{
		TableName:                aws.String(table),
		Key:                      map[string]types.AttributeValue{"pk": text(quarantine.LockKey(c.Resource)), "sk": text("LOCK")},
		UpdateExpression:         aws.String("SET incident = :incident, #owner = :owner, #status = :status, leaseUntil = :lease, listed = :open, listedAt = :at"),
		ExpressionAttributeNames: map[string]string{"#owner": "owner", "#status": "status"},
		ExpressionAttributeValues: map[string]types.AttributeValue{
			":incident": text(c.Incident), ":owner": text(c.Owner), ":status": text(string(status)), ":open": text("open"), ":at": text("2026-03-04T12:00:00.000Z"),
			":lease": &types.AttributeValueMemberN{Value: fmt.Sprint(e.clock.Now().Add(5 * time.Minute).Unix())},
		},
	}))
	if status != quarantine.StatusFailed {
		return
	}
	must(e.DynamoDB().PutItem(context.Background(), &dynamodb.PutItemInput{TableName: aws.String(table), Item: map[string]types.AttributeValue{
		"pk": text("INCIDENT#" + c.Incident), "sk": text("EVENT#failed#" + c.Owner), "kind": text("failed"),
		"resource": &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{
			"kind": text(string(c.Resource.Kind)), "accountId": text(c.Resource.AccountID), "region": text(c.Resource.Region), "id": text(c.Resource.ID)}},
	}}))
}
