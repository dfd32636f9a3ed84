package iam_test

import (
	"context"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/ec2-quarantine/quarantine/internal/aws/iam"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

const principal = "arn:aws:iam::111122223333:role/isolate"

func TestASimulationSaysWhatARoleIsAllowed(t *testing.T) {
	t.Parallel()
	a := account.New(account.Options{})
	a.Inject(account.Fault{Service: "sns", Operation: "Publish", Kind: account.Deny})
	got, err := iam.NewSimulator(a.IAM()).Simulate(t.Context(), principal, []string{"sns:Publish", "sns:ListSubscriptionsByTopic"}, "*", nil)
	if err != nil || got["sns:Publish"].Said != "implicitDeny" || got["sns:ListSubscriptionsByTopic"].Said != "allowed" {
		t.Errorf("got %v, %v", got, err)
	}
}

// pages answers a simulation one action a page.
type pages struct {
	asked []*awsiam.SimulatePrincipalPolicyInput
}

func (p *pages) SimulatePrincipalPolicy(_ context.Context, in *awsiam.SimulatePrincipalPolicyInput, _ ...func(*awsiam.Options)) (*awsiam.SimulatePrincipalPolicyOutput, error) {
	p.asked = append(p.asked, in)
	n := 0
	if in.Marker != nil {
		n = 1
	}
	return &awsiam.SimulatePrincipalPolicyOutput{IsTruncated: n == 0, Marker: map[bool]*string{true: aws.String("next")}[n == 0], EvaluationResults: []types.EvaluationResult{
		{
			EvalActionName: aws.String(in.ActionNames[n]), EvalDecision: types.PolicyEvaluationDecisionTypeAllowed, MissingContextValues: []string{"a:z"},
			ResourceSpecificResults: []types.ResourceSpecificResult{{MissingContextValues: []string{"a:z", "a:b"}}},
		},
	}}, nil
}

func TestASimulationIsReadToItsEndAndHasTheContextOfTheCall(t *testing.T) {
	t.Parallel()
	p := &pages{}
	got, err := iam.NewSimulator(p).Simulate(t.Context(), principal, []string{"a:B", "a:C"}, "arn:aws:a:::x", map[string]string{"a:key": "v"})
	if err != nil || len(got) != 2 || len(p.asked) != 2 {
		t.Fatalf("got %v, %v", got, err)
	}
	if missing := got["a:C"].Missing; !slices.Equal(missing, []string{"a:b", "a:z"}) {
		t.Errorf("no value is there of %q", missing)
	}
	in := p.asked[0]
	if *in.PolicySourceArn != principal || in.ResourceArns[0] != "arn:aws:a:::x" || *in.ContextEntries[0].ContextKeyName != "a:key" || in.ContextEntries[0].ContextKeyValues[0] != "v" {
		t.Errorf("asked with %+v", in)
	}
}

func TestASimulationThatIsDeniedSaysSo(t *testing.T) {
	t.Parallel()
	a := account.New(account.Options{})
	a.Inject(account.Fault{Service: "iam", Kind: account.Deny})
	if _, err := iam.NewSimulator(a.IAM()).Simulate(t.Context(), principal, []string{"a:B"}, "*", nil); !quarantine.Is(err, quarantine.AccessDenied) {
		t.Errorf("got %v", err)
	}
}
