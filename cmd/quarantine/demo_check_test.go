package main

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awscfn "github.com/aws/aws-sdk-go-v2/service/cloudformation"
	awssfn "github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/ec2-quarantine/quarantine/internal/command"
	"github.com/ec2-quarantine/quarantine/internal/democheck"
	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/lab/moto"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// The demo's own template, in an account that nobody here wrote, followed
// through a quarantine and back.
func TestDemoScripts(t *testing.T) {
	t.Parallel()
	moto.NewAccount(t)
	testscript.Run(t, testscript.Params{
		Dir: "testdata/demo", RequireExplicitExec: true, Setup: newDemoWorld,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"stack": stack, "page": page, "cut": cutOff, "drilled": drilled, "gone": gone},
	})
}

type pageKey struct{}

// newDemoWorld is newWorld with a page that can be reached, or not.
func newDemoWorld(e *testscript.Env) error {
	up := &atomic.Bool{}
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if !up.Load() {
			<-r.Context().Done() // silence, until the caller gives up
		}
	}))
	e.Defer(server.Close)
	template, err := filepath.Abs("../../infra/demo.yaml") // scripts run elsewhere
	if err != nil {
		return err
	}
	e.Setenv("TEMPLATE", template)
	e.Setenv("PAGE", server.URL)
	e.Values[pageKey{}] = up
	if err := newWorld(e); err != nil {
		return err
	}
	drills := httptest.NewServer(heldToHelp(e.T().(testing.TB), &drillWorld{world: e.Values[worldKey{}].(*world), policies: map[string]string{}}))
	e.Defer(drills.Close)
	e.Setenv("AWS_ENDPOINT_URL", drills.URL)
	return nil
}

// page up or page down: the page's server answers, or does not.
func page(ts *testscript.TestScript, _ bool, args []string) {
	ts.Value(pageKey{}).(*atomic.Bool).Store(args[0] == "up")
}

// system stands for the product's stack: its outputs, without what they name. Its
// state machines have the names of the definitions.
const system = `{"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}, "Outputs": {
  "LedgerTable": {"Value": "quarantine-ledger"},
  "StateMachineArn": {"Value": {"Fn::Sub": "arn:aws:states:${AWS::Region}:${AWS::AccountId}:stateMachine:quarantine"}},
  "ApprovalStateMachineArn": {"Value": {"Fn::Sub": "arn:aws:states:${AWS::Region}:${AWS::AccountId}:stateMachine:quarantine-approval"}},
  "ReleaseStateMachineArn": {"Value": {"Fn::Sub": "arn:aws:states:${AWS::Region}:${AWS::AccountId}:stateMachine:quarantine-release"}}}}`

// shop is a stack that names somebody's instance as the demo does.
const shop = `{"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}, "Outputs": {
  "InstanceId": {"Value": "INSTANCE"}, "VpcId": {"Value": "vpc-1"}, "SubnetId": {"Value": "subnet-1"}, "WebUrl": {"Value": "http://203.0.113.1/"}}}`

// stack NAME deploys system, demo or shop under a name, and names the demo's
// instance in the environment.
func stack(ts *testscript.TestScript, _ bool, args []string) {
	w := ts.Value(worldKey{}).(*world)
	ctx := context.Background()
	body := system
	switch args[0] {
	case "demo":
		text, err := os.ReadFile(ts.Getenv("TEMPLATE"))
		ts.Check(err)
		body = string(text)
	case "shop":
		body = strings.ReplaceAll(shop, "INSTANCE", ts.Getenv("INSTANCE_1"))
	default:
		_, err := w.dynamodb.CreateTable(ctx, ledger.TableDefinition("quarantine-ledger"))
		ts.Check(err)
	}
	stacks := awscfn.NewFromConfig(w.account.Config())
	_, err := stacks.CreateStack(ctx, &awscfn.CreateStackInput{StackName: &args[1], TemplateBody: &body})
	ts.Check(err)
	made, err := stacks.DescribeStacks(ctx, &awscfn.DescribeStacksInput{StackName: &args[1]})
	ts.Check(err)
	for _, o := range made.Stacks[0].Outputs {
		ts.Setenv(args[0]+"_"+*o.OutputKey, aws.ToString(o.OutputValue))
	}
}

// cutOff waits until the demo is cut off, silences its page, and says that the
// snapshots are complete, for which a real machine waits a quarter of a minute.
// It names the incident in the environment.
func cutOff(ts *testscript.TestScript, _ bool, _ []string) {
	w := ts.Value(worldKey{}).(*world)
	ctx := context.Background()
	l := ledger.New(w.dynamodb, "quarantine-ledger")
	target := quarantine.Resource{AccountID: w.account.ID, Region: moto.Region, Kind: quarantine.KindInstance, ID: ts.Getenv("demo_InstanceId")}
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		lock, err := l.Lock(ctx, target)
		ts.Check(err)
		if lock.Status != quarantine.StatusContained {
			continue
		}
		if in, err := l.Incident(ctx, lock.Incident); err != nil || in.Evidence.Status == "" {
			continue
		}
		ts.Setenv("INCIDENT", lock.Incident)
		page(ts, false, []string{"down"})
		ts.Check(l.Append(ctx, lock.Incident, quarantine.Event{At: time.Now(), Kind: quarantine.EventEvidenceComplete, By: "a test", Text: "complete"}))
		return
	}
	ts.Fatalf("the demo is not cut off")
}

func TestADrillIsOneExecutionHoweverOftenItIsStarted(t *testing.T) {
	t.Parallel()
	var names, inputs []string
	recorded := 0
	d := &drillStart{record: func(context.Context) error { recorded++; return nil }, machine: "arn:machine", name: "drill-1", event: func(string) ([]byte, error) { return []byte(time.Now().String()), nil },
		start: func(_ context.Context, in *awssfn.StartExecutionInput, _ ...func(*awssfn.Options)) (*awssfn.StartExecutionOutput, error) {
			names, inputs = append(names, *in.Name), append(inputs, *in.Input)
			if len(names) == 1 {
				return nil, errors.New("no answer")
			}
			return &awssfn.StartExecutionOutput{ExecutionArn: aws.String("arn:execution")}, nil
		}}
	if _, err := d.Start(t.Context()); err == nil {
		t.Error("a start that failed is no error")
	}
	if arn, err := d.Start(t.Context()); err != nil || arn != "arn:execution" || names[0] != names[1] || inputs[0] != inputs[1] || recorded != 1 {
		t.Errorf("%s, %v, %v, %v, put on record %d times", arn, err, names, inputs, recorded)
	}
}

func TestWhatIsNotOnRecordAsADrillIsNotStarted(t *testing.T) {
	t.Parallel()
	denied := errors.New("denied")
	d := &drillStart{record: func(context.Context) error { return denied }} // a start would panic
	if _, err := d.Start(t.Context()); !errors.Is(err, denied) {
		t.Errorf("got %v", err)
	}
}

func TestADrillSaysHowItsExecutionEnded(t *testing.T) {
	t.Parallel()
	for want, e := range map[string]history.Execution{
		"":                                     {Status: history.StatusRunning},
		`has ended with {"outcome":"told"}`:    {Status: history.StatusSucceeded, Output: []byte(`{"outcome":"told"}`)},
		"FAILED: BadPolicy: it does not parse": {Status: history.StatusFailed, Error: "BadPolicy", Cause: "it does not parse"},
	} {
		d := &drillStart{execution: func(context.Context, string) (history.Execution, bool, error) { return e, true, nil }}
		if got, err := d.Ended(t.Context(), "arn"); err != nil || got != want {
			t.Errorf("%q, %v; want %q", got, err, want)
		}
	}
}

func TestWhereAPersonIsAskedWhetherToReleaseTheAnswerReleases(t *testing.T) {
	t.Parallel()
	r := &demoRun{check: &democheck.Check{At: command.Place{Stack: "S"}}}
	in := quarantine.Incident{Questions: []quarantine.ApprovalRequest{
		{ID: "req-1", Purpose: quarantine.PurposeIsolate, Status: quarantine.RequestPending},
		{ID: "req-2", Purpose: quarantine.PurposeRelease, Status: quarantine.RequestExpired},
	}}
	in.ID = "inc-1"
	if got, want := r.releaseLine(in), "quarantine release inc-1 --reason 'the demo is over' --stack S"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	in.Questions = append(in.Questions, quarantine.ApprovalRequest{ID: "req-3", Purpose: quarantine.PurposeRelease, Status: quarantine.RequestPending})
	if got, want := r.releaseLine(in), "quarantine approve req-3 --stack S"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
