// Package cloudformation reads, creates and deletes stacks of AWS CloudFormation.
package cloudformation

import (
	"context"
	"regexp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awscfn "github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"github.com/ec2-quarantine/quarantine/internal/arn"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// API is the part of the SDK's client that the package calls.
type API interface {
	DescribeStacks(context.Context, *awscfn.DescribeStacksInput, ...func(*awscfn.Options)) (*awscfn.DescribeStacksOutput, error)
	ListStacks(context.Context, *awscfn.ListStacksInput, ...func(*awscfn.Options)) (*awscfn.ListStacksOutput, error)
	ListStackResources(context.Context, *awscfn.ListStackResourcesInput, ...func(*awscfn.Options)) (*awscfn.ListStackResourcesOutput, error)
	DescribeStackEvents(context.Context, *awscfn.DescribeStackEventsInput, ...func(*awscfn.Options)) (*awscfn.DescribeStackEventsOutput, error)
	CreateStack(context.Context, *awscfn.CreateStackInput, ...func(*awscfn.Options)) (*awscfn.CreateStackOutput, error)
	DeleteStack(context.Context, *awscfn.DeleteStackInput, ...func(*awscfn.Options)) (*awscfn.DeleteStackOutput, error)
}

var _ API = (*awscfn.Client)(nil)

// Client reads, creates and deletes stacks. It holds no state and is safe for concurrent use.
type Client struct{ api API }

// New makes a Client with the SDK's client, or any other implementation of API.
func New(api API) *Client { return &Client{api: api} }

// Stack is the current description of a stack.
type Stack struct {
	// ID is the stack's ARN. A lookup by ID finds a stack for 90 days after its
	// deletion; a lookup by name does not:
	// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html
	ID   string
	Name string
	// Status is CloudFormation's status, for example CREATE_COMPLETE; Reason explains
	// it, and is often empty.
	Status, Reason string
	// Protected is true if termination protection is on: the stack cannot be deleted.
	Protected  bool
	Outputs    map[string]string
	Parameters map[string]string // values that are secret read ****
}

// reference matches a stack's name or id.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html
var reference = regexp.MustCompile(`^([a-zA-Z][-a-zA-Z0-9]{0,127}|arn:aws[-a-z]*:cloudformation:[-a-z0-9]+:[0-9]{12}:stack/[a-zA-Z][-a-zA-Z0-9]*/[-a-zA-Z0-9]+)$`)

// NameOf returns the stack's name from its name or id.
func NameOf(stack string) string {
	id, isID := arn.Parse(stack)
	if parts := strings.Split(id.Resource, "/"); isID && len(parts) > 1 {
		return parts[1]
	}
	return stack
}

// Stack describes a stack, by its name or its id.
//
// IAM actions: cloudformation:DescribeStacks.
//
// Errors: *NoStackError; BadRequest if the text cannot be a stack's name or id;
// AccessDenied; Throttled; Unavailable; Unexpected.
func (c *Client) Stack(ctx context.Context, stack string) (Stack, error) {
	if !reference.MatchString(stack) {
		return Stack{}, quarantine.Failf(quarantine.BadRequest, "%q is no name of a stack: letters, digits and hyphens, a letter first, at most 128", stack)
	}
	out, err := c.api.DescribeStacks(ctx, &awscfn.DescribeStacksInput{StackName: &stack})
	if err != nil {
		return Stack{}, failure("DescribeStacks", stack, err)
	}
	if len(out.Stacks) == 0 {
		return Stack{}, &NoStackError{Stack: stack}
	}
	return convert(out.Stacks[0]), nil
}

// Outputs returns a stack's outputs by key; never nil.
//
// IAM actions and errors: those of [Client.Stack].
func (c *Client) Outputs(ctx context.Context, stack string) (map[string]string, error) {
	s, err := c.Stack(ctx, stack)
	return s.Outputs, err
}

func convert(s types.Stack) Stack {
	out := Stack{
		ID: aws.ToString(s.StackId), Name: aws.ToString(s.StackName),
		Status: string(s.StackStatus), Reason: aws.ToString(s.StackStatusReason),
		Protected: aws.ToBool(s.EnableTerminationProtection),
		Outputs:   make(map[string]string, len(s.Outputs)),
	}
	for _, p := range s.Parameters {
		if out.Parameters == nil {
			out.Parameters = map[string]string{}
		}
		out.Parameters[aws.ToString(p.ParameterKey)] = aws.ToString(p.ParameterValue)
	}
	for _, o := range s.Outputs {
		out.Outputs[aws.ToString(o.OutputKey)] = aws.ToString(o.OutputValue)
	}
	return out
}
