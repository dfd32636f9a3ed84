// Package deployment finds what a stack of infra/template.yaml has deployed,
// and which stack is meant.
package deployment

import (
	"context"
	"slices"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/arn"
	"github.com/ec2-quarantine/quarantine/internal/aws/cloudformation"
)

// Deployment is the names by which commands find a ledger and what writes to it.
type Deployment struct {
	// Stack is the name of the stack that has them, or "" where no stack has.
	Stack string
	// Table is the name of the ledger's table.
	Table string
	// Contain, Approval and Release are the names of the state machines.
	Contain, Approval, Release string
	// Preflight is that of the one that finds out whether a containment would work; "" of a stack that was
	// deployed before there was one.
	Preflight string
	// Policy is the name of the SSM parameter with the policy; "" where the default policy judges.
	Policy string
	// Identity tells that access keys and roles are contained, too.
	Identity bool
}

// LaptopTable is the ledger that quarantine respond makes where nothing is deployed.
const LaptopTable = "quarantine-ledger"

// Laptop is what quarantine respond and quarantine release --here use: a table,
// and executions on that computer, under the names of the definitions.
var Laptop = Deployment{Table: LaptopTable, Contain: "quarantine", Approval: "quarantine-approval", Release: "quarantine-release", Preflight: "quarantine-preflight"}

// Outputs of the template, by which a stack is known as this product's.
const (
	TableOutput    = "LedgerTable"
	ContainOutput  = "StateMachineArn"
	ApprovalOutput = "ApprovalStateMachineArn"
	ReleaseOutput  = "ReleaseStateMachineArn"

	PreflightOutput = "PreflightStateMachineArn" // stacks before it are ours, too
)

// Parameters of the template that say what judges.
const (
	PolicyParameter   = "PolicyParameter"
	IdentityParameter = "Identity"
)

// Outputs are those that every release's stack has.
var Outputs = []string{TableOutput, ContainOutput, ApprovalOutput, ReleaseOutput}

// Stacks describes stacks. Its errors are those of [cloudformation.Client.Stack].
type Stacks interface {
	Stack(ctx context.Context, stack string) (cloudformation.Stack, error)
}

var _ Stacks = (*cloudformation.Client)(nil)

// Find reads a stack's names, by the stack's name or ARN.
//
// IAM actions: cloudformation:DescribeStacks.
//
// Errors: those of Stacks; *UnfinishedError; *NotOursError.
func Find(ctx context.Context, stacks Stacks, name string) (Deployment, error) {
	s, err := stacks.Stack(ctx, name)
	if err != nil {
		return Deployment{}, err
	}
	lacking := slices.DeleteFunc(slices.Clone(Outputs), func(output string) bool { return nameIn(s.Outputs, output) != "" })
	switch {
	case len(lacking) == 0:
		return Deployment{
			Stack: s.Name, Table: nameIn(s.Outputs, TableOutput), Contain: nameIn(s.Outputs, ContainOutput),
			Approval: nameIn(s.Outputs, ApprovalOutput), Release: nameIn(s.Outputs, ReleaseOutput),
			Preflight: nameIn(s.Outputs, PreflightOutput),
			Policy:    s.Parameters[PolicyParameter], Identity: s.Parameters[IdentityParameter] == "yes",
		}, nil
	case beingMade(s.Status) || notMade(s.Status):
		return Deployment{}, &UnfinishedError{Stack: s.Name, Status: s.Status}
	}
	return Deployment{}, &NotOursError{Stack: s.Name, Lacking: lacking}
}

// nameIn gives the name that an output holds: a table's, or that in the ARN of a
// state machine. It is "" where the output holds none.
func nameIn(outputs map[string]string, output string) string {
	if output == TableOutput {
		return outputs[output]
	}
	id, isARN := arn.Parse(outputs[output])
	name, isMachine := strings.CutPrefix(id.Resource, "stateMachine:")
	if !isARN || id.Service != "states" || !isMachine {
		return ""
	}
	return name
}

// beingMade tells that a stack's creation goes on, or has not begun; until it has
// ended, a stack has no outputs.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html
func beingMade(status string) bool {
	return status == "CREATE_IN_PROGRESS" || status == "REVIEW_IN_PROGRESS"
}

// notMade tells that a stack's creation failed.
func notMade(status string) bool {
	return status == "CREATE_FAILED" || strings.HasPrefix(status, "ROLLBACK_")
}
