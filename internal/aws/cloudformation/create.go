package cloudformation

import (
	"context"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	awscfn "github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"github.com/ec2-quarantine/quarantine/internal/aws/awserror"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Statuses of stacks during and after a creation.
const (
	CreateInProgress = "CREATE_IN_PROGRESS"
	CreateComplete   = "CREATE_COMPLETE"
)

// StackExistsError means that there is a stack of the name already.
type StackExistsError struct {
	Stack string
	Err   error // CloudFormation's
}

// Error says which.
func (e *StackExistsError) Error() string {
	return "there is a stack " + e.Stack + " in this account and region already"
}

// Unwrap returns CloudFormation's error.
func (e *StackExistsError) Unwrap() error { return e.Err }

// Create starts the creation of a stack by a template that needs no capabilities, with values of
// its parameters, and returns the stack's id.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html
//
// IAM actions: cloudformation:CreateStack, and the actions needed to create each of the
// template's resources.
//
// Errors: *StackExistsError; BadRequest if the text cannot be a stack's name; AccessDenied;
// Throttled; Unavailable, if it is unknown whether the creation started; Unexpected, also if the
// template is refused.
func (c *Client) Create(ctx context.Context, name, template string, parameters map[string]string) (id string, err error) {
	if !reference.MatchString(name) {
		return "", quarantine.Failf(quarantine.BadRequest, "%q is no name of a stack: letters, digits and hyphens, a letter first, at most 128", name)
	}
	in := &awscfn.CreateStackInput{StackName: &name, TemplateBody: &template}
	for _, key := range slices.Sorted(maps.Keys(parameters)) {
		in.Parameters = append(in.Parameters, types.Parameter{ParameterKey: aws.String(key), ParameterValue: aws.String(parameters[key])})
	}
	out, err := c.api.CreateStack(ctx, in)
	if awserror.HasCode(err, "AlreadyExistsException") {
		return "", &StackExistsError{Stack: name, Err: err}
	}
	if err != nil {
		return "", named("CreateStack", err)
	}
	return aws.ToString(out.StackId), nil
}
