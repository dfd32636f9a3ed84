package iam

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
)

var simulatePrincipalPolicy = call.Operation{
	Name: "SimulatePrincipalPolicy", Needs: []string{"ActionNames", "PolicySourceArn"}, Reads: []string{"ContextEntries", "Marker", "ResourceArns"},
}

// SimulatePrincipalPolicy follows https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
//
// Nobody's policies keep a caller of the account in memory from anything: what is denied is what a
// fault denies.
func (c *Client) SimulatePrincipalPolicy(ctx context.Context, in *iam.SimulatePrincipalPolicyInput, _ ...func(*iam.Options)) (*iam.SimulatePrincipalPolicyOutput, error) {
	return call.Invoke(ctx, c.roles.service, simulatePrincipalPolicy, in, func(in *iam.SimulatePrincipalPolicyInput) (*iam.SimulatePrincipalPolicyOutput, error) {
		out := &iam.SimulatePrincipalPolicyOutput{}
		for _, action := range in.ActionNames {
			service, operation, ok := strings.Cut(action, ":")
			if !ok {
				return nil, call.Fail("InvalidInput", "The action %s is not one.", action)
			}
			decision := types.PolicyEvaluationDecisionTypeAllowed
			if c.roles.service.Denies(service, operation) {
				decision = types.PolicyEvaluationDecisionTypeImplicitDeny
			}
			out.EvaluationResults = append(out.EvaluationResults, types.EvaluationResult{EvalActionName: aws.String(action), EvalDecision: decision})
		}
		return out, nil
	})
}
