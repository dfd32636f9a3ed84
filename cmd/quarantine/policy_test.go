package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awscfn "github.com/aws/aws-sdk-go-v2/service/cloudformation"
	cfntypes "github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	awsssm "github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/ec2-quarantine/quarantine/internal/aws/guardduty/guarddutytest"
	"github.com/ec2-quarantine/quarantine/internal/backtest/backtesttest"
	"github.com/ec2-quarantine/quarantine/internal/lab/moto"
)

// The scripts are what a user types to change the policy of a deployed stack, on an account that nobody
// here wrote, with findings that GuardDuty has.
func TestPolicyScripts(t *testing.T) {
	t.Parallel()
	moto.NewAccount(t)
	testscript.Run(t, testscript.Params{
		Dir: "testdata/policy", RequireExplicitExec: true, Setup: newOwned,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"owned": owned, "put": put, "guardduty": findings, "meanwhile": meanwhile, "paste": paste},
	})
}

// ownedWorld is the world with GuardDuty beside it, and somebody else who changes the policy.
type ownedWorld struct {
	*world
	guardduty *guarddutytest.Server

	mu       sync.Mutex
	another  func() // is what somebody else does, once
	readings int    // of the parameter until then
}

type ownedWorldKey struct{}

func newOwned(e *testscript.Env) error {
	if err := newWorld(e); err != nil {
		return err
	}
	w := &ownedWorld{world: e.Values[worldKey{}].(*world), guardduty: &guarddutytest.Server{Lines: backtesttest.Recent(7, 200)}}
	server := httptest.NewServer(heldToHelp(e.T().(testing.TB), w))
	e.Defer(server.Close)
	e.Setenv("AWS_ENDPOINT_URL", server.URL)
	e.Values[ownedWorldKey{}] = w
	return nil
}

// ServeHTTP is GuardDuty here, and the world otherwise.
func (w *ownedWorld) ServeHTTP(to http.ResponseWriter, from *http.Request) {
	if signed := signedFor.FindStringSubmatch(from.Header.Get("Authorization")); signed != nil && signed[1] == "guardduty" {
		w.mu.Lock()
		serves := w.guardduty
		w.mu.Unlock()
		serves.ServeHTTP(to, from)
		return
	}
	if from.Header.Get("X-Amz-Target") == "AmazonSSM.GetParameter" {
		w.mu.Lock()
		w.readings--
		if w.another != nil && w.readings == 0 {
			w.another()
			w.another = nil
		}
		w.mu.Unlock()
	}
	w.world.ServeHTTP(to, from)
}

// owned NAME [PARAMETER] deploys a stack, with a policy in a parameter or without one.
func owned(ts *testscript.TestScript, _ bool, args []string) {
	w := ts.Value(ownedWorldKey{}).(*ownedWorld)
	body := strings.Replace(deployedTemplate, `{"Resources"`, `{"Parameters": {"PolicyParameter": {"Type": "String", "Default": ""}, "Identity": {"Type": "String", "Default": "no"}}, "Resources"`, 1)
	in := &awscfn.CreateStackInput{StackName: &args[0], TemplateBody: &body}
	if len(args) > 1 {
		in.Parameters = []cfntypes.Parameter{{ParameterKey: aws.String("PolicyParameter"), ParameterValue: &args[1]}}
	}
	_, err := awscfn.NewFromConfig(w.account.Config()).CreateStack(context.Background(), in)
	ts.Check(err)
}

// put PARAMETER TYPE FILE is what somebody puts into a parameter by hand.
func put(ts *testscript.TestScript, _ bool, args []string) {
	w := ts.Value(ownedWorldKey{}).(*ownedWorld)
	text, err := os.ReadFile(ts.MkAbs(args[2]))
	ts.Check(err)
	_, err = awsssm.NewFromConfig(w.account.Config()).PutParameter(context.Background(), &awsssm.PutParameterInput{
		Name: &args[0], Type: types.ParameterType(args[1]), Value: aws.String(string(text)), Overwrite: aws.Bool(true),
	})
	ts.Check(err)
}

// meanwhile PARAMETER TYPE FILE is what somebody else puts there before a command reads it a second time.
func meanwhile(ts *testscript.TestScript, neg bool, args []string) {
	w := ts.Value(ownedWorldKey{}).(*ownedWorld)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.readings, w.another = 2, func() { put(ts, neg, args) }
}

// findings WAY is what GuardDuty is: on, off or denied.
func findings(ts *testscript.TestScript, _ bool, args []string) {
	w := ts.Value(ownedWorldKey{}).(*ownedWorld)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.guardduty = &guarddutytest.Server{Lines: w.guardduty.Lines, Off: args[0] == "off"}
	if args[0] == "denied" {
		w.guardduty.Denied = []string{"ListFindings"}
	}
}
