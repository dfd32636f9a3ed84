package cloudformation

import (
	"context"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awscfn "github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
)

// Statuses of stacks and resources during and after a deletion.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html
const (
	DeleteInProgress = "DELETE_IN_PROGRESS"
	DeleteComplete   = "DELETE_COMPLETE"
	DeleteFailed     = "DELETE_FAILED"
	// DeleteSkipped is the status of a resource that the template retains.
	DeleteSkipped = "DELETE_SKIPPED"
)

// Resource is a resource of a stack.
type Resource struct {
	LogicalID  string `json:"logicalId"`
	PhysicalID string `json:"physicalId"` // a name, an ARN or a URL: depending on the type
	Type       string `json:"type"`       // for example AWS::DynamoDB::Table
	Status     string `json:"status"`
}

// Event is an event of a stack or of one of its resources.
type Event struct {
	ID                          string
	At                          time.Time
	LogicalID, PhysicalID, Type string
	Status, Reason              string
}

// Deleted describes the stack of a name that was deleted last, within the 90 days
// for which CloudFormation lists it. Its outputs are not available any more.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListStacks.html
//
// IAM actions: cloudformation:ListStacks.
//
// Errors: *NoStackError; AccessDenied; Throttled; Unavailable; Unexpected.
func (c *Client) Deleted(ctx context.Context, name string) (Stack, error) {
	pages := awscfn.NewListStacksPaginator(c.api, &awscfn.ListStacksInput{StackStatusFilter: []types.StackStatus{types.StackStatusDeleteComplete}})
	var last types.StackSummary
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return Stack{}, named("ListStacks", err)
		}
		for _, s := range page.StackSummaries {
			if aws.ToString(s.StackName) == name && !aws.ToTime(s.DeletionTime).Before(aws.ToTime(last.DeletionTime)) {
				last = s
			}
		}
	}
	if last.StackId == nil {
		return Stack{}, &NoStackError{Stack: name}
	}
	return Stack{ID: *last.StackId, Name: name, Status: string(last.StackStatus), Outputs: map[string]string{}}, nil
}

// Resources lists a stack's resources. Given the stack's id, it also works for 90
// days after the deletion:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListStackResources.html
//
// IAM actions: cloudformation:ListStackResources.
//
// Errors: *NoStackError; AccessDenied; Throttled; Unavailable; Unexpected.
func (c *Client) Resources(ctx context.Context, stack string) ([]Resource, error) {
	pages := awscfn.NewListStackResourcesPaginator(c.api, &awscfn.ListStackResourcesInput{StackName: &stack})
	var out []Resource
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, failure("ListStackResources", stack, err)
		}
		for _, r := range page.StackResourceSummaries {
			out = append(out, Resource{
				LogicalID: aws.ToString(r.LogicalResourceId), PhysicalID: aws.ToString(r.PhysicalResourceId),
				Type: aws.ToString(r.ResourceType), Status: string(r.ResourceStatus),
			})
		}
	}
	return out, nil
}

// Delete starts the deletion of a stack. It does nothing if the stack is being
// deleted or is gone. Given an id, it never deletes a newer stack of the same
// name.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DeleteStack.html
//
// IAM actions: cloudformation:DeleteStack, and the actions needed to delete each of
// the stack's resources, unless the stack has a service role.
//
// Errors: AccessDenied; Throttled; Unavailable, if it is unknown whether the deletion
// started; Unexpected, also if termination protection is on.
func (c *Client) Delete(ctx context.Context, stack string) error {
	if _, err := c.api.DeleteStack(ctx, &awscfn.DeleteStackInput{StackName: &stack}); err != nil {
		return named("DeleteStack", err)
	}
	return nil
}

// DeletionEvents returns the events since the latest deletion of a stack started, or
// since the event with the id after, oldest first.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackEvents.html
//
// IAM actions: cloudformation:DescribeStackEvents.
//
// Errors: *NoStackError; AccessDenied; Throttled; Unavailable; Unexpected.
func (c *Client) DeletionEvents(ctx context.Context, stackID, after string) ([]Event, error) {
	pages := awscfn.NewDescribeStackEventsPaginator(c.api, &awscfn.DescribeStackEventsInput{StackName: &stackID})
	var out []Event
	for begun := false; pages.HasMorePages() && !begun; {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, failure("DescribeStackEvents", stackID, err)
		}
		for _, from := range page.StackEvents { // newest first
			e := event(from)
			if begun = e.ID == after; begun {
				break
			}
			out = append(out, e)
			if begun = e.PhysicalID == stackID && e.Status == DeleteInProgress; begun {
				break
			}
		}
	}
	slices.Reverse(out)
	return out, nil
}

func event(e types.StackEvent) Event {
	return Event{
		ID: aws.ToString(e.EventId), At: aws.ToTime(e.Timestamp).UTC(),
		LogicalID: aws.ToString(e.LogicalResourceId), PhysicalID: aws.ToString(e.PhysicalResourceId), Type: aws.ToString(e.ResourceType),
		Status: string(e.ResourceStatus), Reason: aws.ToString(e.ResourceStatusReason),
	}
}
