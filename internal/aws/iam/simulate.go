package iam

import (
	"context"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/ec2-quarantine/quarantine/internal/preflight"
)

// SimulationAPI has the operation that asks IAM what a principal would be allowed.
type SimulationAPI interface {
	SimulatePrincipalPolicy(context.Context, *awsiam.SimulatePrincipalPolicyInput, ...func(*awsiam.Options)) (*awsiam.SimulatePrincipalPolicyOutput, error)
}

var _ SimulationAPI = (*awsiam.Client)(nil)

// Simulator asks IAM what principals would be allowed. It is safe for concurrent use.
type Simulator struct{ api SimulationAPI }

// NewSimulator makes a Simulator with the SDK's client, or any other implementation.
func NewSimulator(api SimulationAPI) *Simulator { return &Simulator{api} }

// Simulate gives IAM's decision for each action of a principal on a resource: allowed, explicitDeny or
// implicitDeny, and which condition keys it had no value of. with are values of condition keys that a request has. Errors: ThingGone if there is no
// such principal; AccessDenied; Throttled; Unavailable. Action: iam:SimulatePrincipalPolicy.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
func (s *Simulator) Simulate(ctx context.Context, principal string, actions []string, resource string, with map[string]string) (map[string]preflight.Decision, error) {
	in := &awsiam.SimulatePrincipalPolicyInput{PolicySourceArn: &principal, ActionNames: actions, ResourceArns: []string{resource}}
	for _, key := range slices.Sorted(maps.Keys(with)) {
		in.ContextEntries = append(in.ContextEntries, types.ContextEntry{
			ContextKeyName: aws.String(key), ContextKeyType: types.ContextKeyTypeEnumStringList, ContextKeyValues: []string{with[key]},
		})
	}
	out := map[string]preflight.Decision{}
	pages := awsiam.NewSimulatePrincipalPolicyPaginator(s.api, in)
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, failure("SimulatePrincipalPolicy", err)
		}
		for _, r := range page.EvaluationResults {
			out[aws.ToString(r.EvalActionName)] = preflight.Decision{Said: string(r.EvalDecision), Missing: missing(r)}
		}
	}
	return out, nil
}

// missing are the keys that IAM had no value of: of a named resource it says them with that resource.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_EvaluationResult.html
func missing(r types.EvaluationResult) []string {
	all := slices.Clone(r.MissingContextValues)
	for _, of := range r.ResourceSpecificResults {
		all = append(all, of.MissingContextValues...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}
