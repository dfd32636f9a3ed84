package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	awscfn "github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/ec2-quarantine/quarantine/internal/lab/moto"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// The commands for people on call find what a stack has deployed, whatever its
// name, on an account that nobody here wrote.
func TestStackScripts(t *testing.T) {
	t.Parallel()
	moto.NewAccount(t)
	testscript.Run(t, testscript.Params{
		Dir: "testdata/stack", RequireExplicitExec: true, Setup: newStacks,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"contained": contained, "question": question, "deploy": deploy, "describing": describing, "described": described,
			"found": found, "told": told, "paste": paste, "looked": looked,
		},
	})
}

// stackWorld is the world in which CloudFormation describes stacks as it is told to.
type stackWorld struct {
	*world

	mu    sync.Mutex
	way   string // "": as they are; denied; or a status, without outputs
	calls int    // of DescribeStacks
}

type stackWorldKey struct{}

func newStacks(e *testscript.Env) error {
	if err := newWorld(e); err != nil {
		return err
	}
	w := &stackWorld{world: e.Values[worldKey{}].(*world)}
	server := httptest.NewServer(heldToHelp(e.T().(testing.TB), w))
	e.Defer(server.Close)
	e.Setenv("AWS_ENDPOINT_URL", server.URL)
	e.Values[stackWorldKey{}] = w
	return nil
}

// ServeHTTP answers DescribeStacks where it is told how, and leaves the rest to
// the world.
func (w *stackWorld) ServeHTTP(to http.ResponseWriter, from *http.Request) {
	body, _ := io.ReadAll(from.Body)
	from.Body = io.NopCloser(bytes.NewReader(body))
	describes := strings.Contains(string(body), "Action=DescribeStacks")
	w.mu.Lock()
	way := w.way
	if describes {
		w.calls++
	}
	w.mu.Unlock()
	switch {
	case !describes || way == "":
		w.world.ServeHTTP(to, from)
	case way == "denied":
		denyAs(to, from, string(body))
	default:
		fmt.Fprintf(to, "<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>quarantine</StackName><StackStatus>%s</StackStatus>"+
			"</member></Stacks></DescribeStacksResult></DescribeStacksResponse>", way)
	}
}

// describing WAY has CloudFormation deny, or describe every stack in that status
// and without outputs; without a way it describes them as they are.
func describing(ts *testscript.TestScript, _ bool, args []string) {
	w := ts.Value(stackWorldKey{}).(*stackWorld)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.way = strings.Join(args, "")
}

// described N: CloudFormation was asked so often since the last time.
func described(ts *testscript.TestScript, _ bool, args []string) {
	w := ts.Value(stackWorldKey{}).(*stackWorld)
	w.mu.Lock()
	defer w.mu.Unlock()
	if got := fmt.Sprint(w.calls); got != args[0] {
		ts.Fatalf("DescribeStacks was called %s times", got)
	}
	w.calls = 0
}

// deployedTemplate has the resources and outputs of infra/template.yaml by which
// a deployment is found; CloudFormation gives the table its name.
const deployedTemplate = `{"Resources": {
  "Ledger": {"Type": "AWS::DynamoDB::Table", "Properties": {"BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "sk", "AttributeType": "S"},
      {"AttributeName": "listed", "AttributeType": "S"}, {"AttributeName": "listedAt", "AttributeType": "S"}],
    "GlobalSecondaryIndexes": [{"IndexName": "lists", "Projection": {"ProjectionType": "KEYS_ONLY"},
      "KeySchema": [{"AttributeName": "listed", "KeyType": "HASH"}, {"AttributeName": "listedAt", "KeyType": "RANGE"}]}],
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]}}},
 "Outputs": {
  "LedgerTable": {"Value": {"Ref": "Ledger"}},
  "StateMachineArn": {"Value": {"Fn::Sub": "arn:aws:states:${AWS::Region}:${AWS::AccountId}:stateMachine:${AWS::StackName}-contain"}},
  "ApprovalStateMachineArn": {"Value": {"Fn::Sub": "arn:aws:states:${AWS::Region}:${AWS::AccountId}:stateMachine:${AWS::StackName}-approval"}},
  "ReleaseStateMachineArn": {"Value": {"Fn::Sub": "arn:aws:states:${AWS::Region}:${AWS::AccountId}:stateMachine:${AWS::StackName}-release"}},
  "PreflightStateMachineArn": {"Value": {"Fn::Sub": "arn:aws:states:${AWS::Region}:${AWS::AccountId}:stateMachine:${AWS::StackName}-preflight"}}}}`

// deploy NAME [empty] makes the stack, or one of that name with nothing of this
// product in it. It sets NAME_TABLE and NAME_ARN; Step Functions runs its state
// machines over its ledger from then on.
func deploy(ts *testscript.TestScript, _ bool, args []string) {
	w := ts.Value(worldKey{}).(*world)
	ctx := context.Background()
	body := deployedTemplate
	if len(args) > 1 {
		body = `{"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}`
	}
	stacks := awscfn.NewFromConfig(w.account.Config())
	_, err := stacks.CreateStack(ctx, &awscfn.CreateStackInput{StackName: &args[0], TemplateBody: &body})
	ts.Check(err)
	made, err := stacks.DescribeStacks(ctx, &awscfn.DescribeStacksInput{StackName: &args[0]})
	ts.Check(err)
	ts.Setenv(args[0]+"_ARN", *made.Stacks[0].StackId)
	for _, o := range made.Stacks[0].Outputs {
		if *o.OutputKey == "LedgerTable" {
			ts.Setenv(args[0]+"_TABLE", *o.OutputValue)
			w.steps.table, w.steps.prefix = *o.OutputValue, args[0]
		}
	}
}

func TestAFailureToFindTheStackHasItsExitCode(t *testing.T) {
	t.Parallel()
	c := &onCall{aws: &clients{account: "111122223333", region: "eu-west-1"}}
	for name, want := range map[string]int{
		quarantine.BadRequest: exitUsage, quarantine.AccessDenied: exitUsage, quarantine.Unavailable: exitFailed, quarantine.Throttled: exitFailed,
	} {
		var out bytes.Buffer
		err := c.notLocated(quarantine.Failf(name, "CloudFormation says no"))
		if got := exitCode(&out, err); got != want || !strings.Contains(out.String(), "CloudFormation says no (account 111122223333, eu-west-1") {
			t.Errorf("%s: exit code %d: %s", name, got, &out)
		}
	}
}
