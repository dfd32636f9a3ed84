package deployment_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/internal/aws/cloudformation"
	"github.com/ec2-quarantine/quarantine/internal/deployment"
	"github.com/ec2-quarantine/quarantine/internal/local/wiring"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// stacksFunc is CloudFormation, as a function.
type stacksFunc func(ctx context.Context, stack string) (cloudformation.Stack, error)

func (f stacksFunc) Stack(ctx context.Context, stack string) (cloudformation.Stack, error) {
	return f(ctx, stack)
}

// one knows one stack, with a status and outputs.
func one(name, status string, outputs map[string]string) stacksFunc {
	return func(_ context.Context, stack string) (cloudformation.Stack, error) {
		if cloudformation.NameOf(stack) != name {
			return cloudformation.Stack{}, &cloudformation.NoStackError{Stack: stack}
		}
		return cloudformation.Stack{Name: name, Status: status, Outputs: outputs}, nil
	}
}

// failing answers with an error.
func failing(err error) stacksFunc {
	return func(context.Context, string) (cloudformation.Stack, error) { return cloudformation.Stack{}, err }
}

// outputs are those of a stack, without some of them.
func outputs(name string, without ...string) map[string]string {
	machine := "arn:aws:states:eu-west-1:111122223333:stateMachine:" + name
	out := map[string]string{
		"LedgerTable": name + "-Ledger-1A2B", "StateMachineArn": machine + "-contain",
		"ApprovalStateMachineArn": machine + "-approval", "ReleaseStateMachineArn": machine + "-release", "PreflightStateMachineArn": machine + "-preflight", "DashboardUrl": "x",
	}
	for _, key := range without {
		delete(out, key)
	}
	return out
}

// deployed is what the stack of that name has.
func deployed(name string) deployment.Deployment {
	return deployment.Deployment{
		Stack: name, Table: name + "-Ledger-1A2B", Contain: name + "-contain", Approval: name + "-approval", Release: name + "-release", Preflight: name + "-preflight",
	}
}

const arn = "arn:aws:cloudformation:eu-west-1:111122223333:stack/guard/11111111-2222-3333-4444-555555555555"

func TestAStackHasItsNames(t *testing.T) {
	t.Parallel()
	for _, stack := range []string{"guard", arn} {
		got, err := deployment.Find(t.Context(), one("guard", "UPDATE_IN_PROGRESS", outputs("guard")), stack)
		if diff := cmp.Diff(deployed("guard"), got); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got):\n%s", stack, err, diff)
		}
	}
}

func TestWhatIsNoDeploymentSaysWhyAndWhatToDo(t *testing.T) {
	t.Parallel()
	bucket := outputs("guard")
	bucket["ReleaseStateMachineArn"] = "arn:aws:s3:::stateMachine:x"
	plain := outputs("guard")
	plain["StateMachineArn"] = "guard-contain"
	for _, c := range []struct {
		status  string
		outputs map[string]string
		says    []string
	}{
		{"CREATE_COMPLETE", nil, []string{"the stack guard has no output LedgerTable, StateMachineArn, ApprovalStateMachineArn, ReleaseStateMachineArn: ", "--stack"}},
		{"CREATE_COMPLETE", outputs("guard", "LedgerTable"), []string{"has no output LedgerTable: "}},
		{"UPDATE_COMPLETE", bucket, []string{"has no output ReleaseStateMachineArn: "}},
		{"UPDATE_COMPLETE", plain, []string{"has no output StateMachineArn: "}},
		{"CREATE_IN_PROGRESS", nil, []string{"the stack guard is CREATE_IN_PROGRESS, it is still being created", "try again when this ends"}},
		{"REVIEW_IN_PROGRESS", nil, []string{"REVIEW_IN_PROGRESS, it is still being created"}},
		{"CREATE_FAILED", nil, []string{"CREATE_FAILED, its creation failed", "see why"}},
		{"ROLLBACK_COMPLETE", nil, []string{"ROLLBACK_COMPLETE, its creation failed", "delete it, and deploy again"}},
	} {
		got, err := deployment.Find(t.Context(), one("guard", c.status, c.outputs), "guard")
		if err == nil || got != (deployment.Deployment{}) {
			t.Errorf("%s %v: got %+v, %v", c.status, c.outputs, got, err)
			continue
		}
		for _, want := range c.says {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: should say %q: %v", c.status, want, err)
			}
		}
	}
}

// A stack of a release before preflight is ours all the same.
func TestAStackMayBeWithoutAPreflight(t *testing.T) {
	t.Parallel()
	got, err := deployment.Find(t.Context(), one("guard", "CREATE_COMPLETE", outputs("guard", "PreflightStateMachineArn")), "guard")
	want := deployed("guard")
	want.Preflight = ""
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

func TestFlagThenVariableThenFileNameTheStack(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file, broken, empty, none := filepath.Join(dir, "a"), filepath.Join(dir, "b"), filepath.Join(dir, "c"), filepath.Join(dir, "d")
	for path, text := range map[string]string{file: "stack: filed", broken: "stak: filed", empty: "# stack: filed"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		flag, variable, path string
		want                 deployment.Choice
		fails                bool
	}{
		{"flagged", "varied", file, deployment.Choice{Stack: "flagged", Source: "--stack"}, false},
		{"flagged", "", broken, deployment.Choice{Stack: "flagged", Source: "--stack"}, false},
		{"", "varied", file, deployment.Choice{Stack: "varied", Source: "QUARANTINE_STACK"}, false},
		{"", "varied", broken, deployment.Choice{Stack: "varied", Source: "QUARANTINE_STACK"}, false},
		{"", "", file, deployment.Choice{Stack: "filed", Source: file}, false},
		{"", "", empty, deployment.Choice{}, false},
		{"", "", none, deployment.Choice{}, false},
		{"", "", "", deployment.Choice{}, false},
		{"", "", broken, deployment.Choice{}, true},
	} {
		got, err := deployment.Choose(c.flag, c.variable, c.path)
		if got != c.want || (err != nil) != c.fails {
			t.Errorf("%q, %q, %s: got %+v, %v", c.flag, c.variable, c.path, got, err)
		}
	}
}

func TestAnARNSaysWhereTheStackIs(t *testing.T) {
	t.Parallel()
	for stack, want := range map[string][2]string{arn: {"111122223333", "eu-west-1"}, "guard": {}, "": {}} {
		account, region := deployment.Choice{Stack: stack}.Place()
		if got := [2]string{account, region}; got != want {
			t.Errorf("%s: got %v", stack, got)
		}
	}
}

func TestWhereNoStackIsNamedTheDefaultIsUsedOrWhatALaptopHas(t *testing.T) {
	t.Parallel()
	denied := quarantine.Failf(quarantine.AccessDenied, "CloudFormation denied DescribeStacks")
	down := quarantine.Failf(quarantine.Unavailable, "CloudFormation did not answer")
	for name, c := range map[string]struct {
		stacks stacksFunc
		want   deployment.Deployment
		doubt  string
		err    error
	}{
		"it is there":          {one("quarantine", "CREATE_COMPLETE", outputs("quarantine")), deployed("quarantine"), "", nil},
		"there is none":        {one("guard", "CREATE_COMPLETE", outputs("guard")), deployment.Laptop, "", nil},
		"nobody may look":      {failing(denied), deployment.Laptop, "CloudFormation denied", nil},
		"it is another's":      {one("quarantine", "CREATE_COMPLETE", nil), deployment.Laptop, "has no output LedgerTable", nil},
		"it is being created":  {one("quarantine", "CREATE_IN_PROGRESS", nil), deployment.Laptop, "still being created", nil},
		"its creation failed":  {one("quarantine", "ROLLBACK_COMPLETE", nil), deployment.Laptop, "creation failed", nil},
		"whether, is not know": {failing(down), deployment.Deployment{}, "", down},
	} {
		got, doubt, err := deployment.Locate(t.Context(), c.stacks, deployment.Choice{})
		if got != c.want || !errors.Is(err, c.err) || (doubt != nil) != (c.doubt != "") || doubt != nil && !strings.Contains(doubt.Error(), c.doubt) {
			t.Errorf("%s: got %+v, %v, %v", name, got, doubt, err)
		}
		// What is named is used, or there is an error.
		_, doubt, err = deployment.Locate(t.Context(), c.stacks, deployment.Choice{Stack: "quarantine", Source: "--stack"})
		if doubt != nil || (err == nil) != (name == "it is there") {
			t.Errorf("%s, and it is named: %v, %v", name, doubt, err)
		}
	}
}

func TestOnlyALookThatNobodyAskedForHasADeadline(t *testing.T) {
	t.Parallel()
	for stack, want := range map[string]bool{"": true, "quarantine": false} {
		var limited bool
		stacks := stacksFunc(func(ctx context.Context, name string) (cloudformation.Stack, error) {
			_, limited = ctx.Deadline()
			return one("quarantine", "CREATE_COMPLETE", outputs("quarantine"))(ctx, name)
		})
		if _, _, err := deployment.Locate(t.Context(), stacks, deployment.Choice{Stack: stack}); err != nil || limited != want {
			t.Errorf("%q: %v, %v", stack, limited, err)
		}
	}
}

func TestALaptopsExecutionsHaveTheDefinitionsNames(t *testing.T) {
	t.Parallel()
	want := deployment.Deployment{Table: "quarantine-ledger", Contain: wiring.Name, Approval: wiring.Approval, Release: wiring.Release, Preflight: wiring.Preflight}
	if diff := cmp.Diff(want, deployment.Laptop); diff != "" {
		t.Error(diff)
	}
}

// Of a stack that is being made one waits; of one that was not made one asks why.
func TestAnUnfinishedStackHasANextCommand(t *testing.T) {
	t.Parallel()
	for status, want := range map[string]string{
		"CREATE_IN_PROGRESS": "cloudformation wait stack-create-complete --stack-name guard",
		"ROLLBACK_COMPLETE":  "cloudformation describe-stack-events --stack-name guard",
	} {
		if got := strings.Join((&deployment.UnfinishedError{Stack: "guard", Status: status}).Next(), " "); got != want {
			t.Errorf("%s: %s, want %s", status, got, want)
		}
	}
}
