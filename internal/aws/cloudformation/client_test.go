package cloudformation_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	awscfn "github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/internal/aws/cloudformation"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

const stackID = "arn:aws:cloudformation:eu-west-1:111122223333:stack/guard/11111111-2222-3333-4444-555555555555"

// over is the adapter with the SDK's client, without retries, for a server.
func over(url string) *cloudformation.Client {
	return cloudformation.New(awscfn.New(awscfn.Options{
		Region: "eu-west-1", BaseEndpoint: &url, Retryer: aws.NopRetryer{},
		Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	}))
}

// answering is a client whose server answers each action with its next page: the
// text inside its result element.
func answering(t *testing.T, pages map[string][]string) *cloudformation.Client {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		action := r.FormValue("Action")
		if len(pages[action]) == 0 {
			t.Errorf("%s was called too often", action)
			return
		}
		next := pages[action][0]
		pages[action] = pages[action][1:]
		fmt.Fprintf(w, "<%[1]sResponse><%[1]sResult>%[2]s</%[1]sResult></%[1]sResponse>", action, next)
	}))
	t.Cleanup(server.Close)
	return over(server.URL)
}

func member(fields ...string) string {
	var b strings.Builder
	b.WriteString("<member>")
	for i := 0; i < len(fields); i += 2 {
		fmt.Fprintf(&b, "<%[1]s>%[2]s</%[1]s>", fields[i], fields[i+1])
	}
	return b.String() + "</member>"
}

func TestAStackHasItsOutputs(t *testing.T) {
	t.Parallel()
	c := answering(t, map[string][]string{"DescribeStacks": {"<Stacks>" + member("StackId", stackID, "StackName", "guard", "StackStatus", "UPDATE_COMPLETE",
		"EnableTerminationProtection", "true", "Outputs", member("OutputKey", "LedgerTable", "OutputValue", "guard-ledger")) + "</Stacks>"}})
	got, err := c.Stack(t.Context(), "guard")
	want := cloudformation.Stack{ID: stackID, Name: "guard", Status: "UPDATE_COMPLETE", Protected: true, Outputs: map[string]string{"LedgerTable": "guard-ledger"}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

func TestDeletedFindsTheStackThatWasDeletedLast(t *testing.T) {
	t.Parallel()
	gone := func(id, name, at string) string {
		return member("StackId", id, "StackName", name, "StackStatus", "DELETE_COMPLETE", "DeletionTime", at)
	}
	pages := func() map[string][]string {
		return map[string][]string{"ListStacks": {
			"<StackSummaries>" + gone("one", "guard", "2026-01-01T00:00:00Z") + gone("two", "guard", "2026-03-01T00:00:00Z") + "</StackSummaries><NextToken>x</NextToken>",
			"<StackSummaries>" + gone("three", "guard", "2026-02-01T00:00:00Z") + gone("four", "guard-2", "2026-04-01T00:00:00Z") + "</StackSummaries>",
		}}
	}
	got, err := answering(t, pages()).Deleted(t.Context(), "guard")
	if err != nil || got.ID != "two" || got.Status != cloudformation.DeleteComplete {
		t.Errorf("got %+v, %v", got, err)
	}
	_, err = answering(t, pages()).Deleted(t.Context(), "other")
	if none, ok := errors.AsType[*cloudformation.NoStackError](err); !ok || none.Stack != "other" {
		t.Errorf("got %v", err)
	}
}

// DeletionEvents stops at the start of the latest deletion, or at the last event read before.
func TestDeletionEventsAreOfTheLastDeletionOldestFirst(t *testing.T) {
	t.Parallel()
	event := func(id, physical, status string) string {
		return member("EventId", id, "LogicalResourceId", "L"+id, "PhysicalResourceId", physical, "ResourceStatus", status, "Timestamp", "2026-03-04T12:00:00Z")
	}
	pages := func() map[string][]string {
		return map[string][]string{"DescribeStackEvents": {
			"<StackEvents>" + event("5", stackID, "DELETE_COMPLETE") + event("4", "rule", "DELETE_COMPLETE") + "</StackEvents><NextToken>x</NextToken>",
			"<StackEvents>" + event("3", "rule", "DELETE_IN_PROGRESS") + event("2", stackID, "DELETE_IN_PROGRESS") + event("1", stackID, "DELETE_FAILED") + "</StackEvents>",
		}}
	}
	for after, want := range map[string]string{"": "2 3 4 5", "3": "4 5", "5": "", "gone": "2 3 4 5"} {
		events, err := answering(t, pages()).DeletionEvents(t.Context(), stackID, after)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, e := range events {
			got = append(got, e.ID)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("after %q: got %q, want %s", after, got, want)
		}
	}
}

func TestResourcesComeInPages(t *testing.T) {
	t.Parallel()
	one := func(id, status string) string {
		return member("LogicalResourceId", id, "PhysicalResourceId", "p-"+id, "ResourceType", "AWS::SNS::Topic", "ResourceStatus", status)
	}
	got, err := answering(t, map[string][]string{"ListStackResources": {
		"<StackResourceSummaries>" + one("A", "DELETE_SKIPPED") + "</StackResourceSummaries><NextToken>x</NextToken>",
		"<StackResourceSummaries>" + one("B", "DELETE_COMPLETE") + "</StackResourceSummaries>",
	}}).Resources(t.Context(), "guard")
	want := []cloudformation.Resource{{"A", "p-A", "AWS::SNS::Topic", "DELETE_SKIPPED"}, {"B", "p-B", "AWS::SNS::Topic", "DELETE_COMPLETE"}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

func TestInvalidStackNamesAreRefusedWithoutACall(t *testing.T) {
	t.Parallel()
	c := answering(t, nil)
	for _, name := range []string{"", "1guard", "guard stack", "guard_1", strings.Repeat("a", 129), "arn:aws:s3:::bucket"} {
		if _, err := c.Outputs(t.Context(), name); !quarantine.Is(err, quarantine.BadRequest) {
			t.Errorf("%q: got %v", name, err)
		}
	}
}

// refusing is a client whose server answers every action with an error code.
func refusing(t *testing.T, status int, code string) *cloudformation.Client {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		fmt.Fprintf(w, "<ErrorResponse><Error><Code>%s</Code><Message>no</Message></Error></ErrorResponse>", code)
	}))
	t.Cleanup(server.Close)
	return over(server.URL)
}

// everyCall calls each method of a client.
func everyCall(t *testing.T, c *cloudformation.Client) map[string]error {
	t.Helper()
	ctx := t.Context()
	out := map[string]error{}
	_, out["DescribeStacks"] = c.Stack(ctx, "guard")
	_, out["ListStacks"] = c.Deleted(ctx, "guard")
	_, out["ListStackResources"] = c.Resources(ctx, "guard")
	_, out["DescribeStackEvents"] = c.DeletionEvents(ctx, stackID, "")
	out["DeleteStack"] = c.Delete(ctx, stackID)
	_, out["CreateStack"] = c.Create(ctx, "guard", "{}", nil)
	return out
}

func TestFaultsAreNamed(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]struct {
		status     int
		name, text string
	}{
		"AccessDenied":       {403, quarantine.AccessDenied, "CloudFormation denied %[1]s: you need the action cloudformation:%[1]s on the stack"},
		"ExpiredToken":       {403, quarantine.AccessDenied, "CloudFormation denied %[1]s"},
		"Throttling":         {400, quarantine.Throttled, "CloudFormation throttled %[1]s, try again later"},
		"ServiceUnavailable": {503, quarantine.Unavailable, "CloudFormation did not answer %[1]s"},
		"SomethingNew":       {500, quarantine.Unavailable, "CloudFormation did not answer %[1]s"},
		"TokenAlreadyExists": {400, quarantine.Unexpected, "CloudFormation refused %[1]s in a way that is not foreseen"},
	} {
		for operation, err := range everyCall(t, refusing(t, want.status, code)) {
			if text := fmt.Sprintf(want.text, operation); quarantine.NameOf(err) != want.name || !strings.HasPrefix(err.Error(), text) {
				t.Errorf("%s: %s of %s: want %s: %s", code, quarantine.NameOf(err), err, want.name, text)
			}
		}
	}
}

// CloudFormation has no error code of its own for a missing stack.
func TestAMissingStackIsANoStackError(t *testing.T) {
	t.Parallel()
	for operation, err := range everyCall(t, refusing(t, 400, "ValidationError")) {
		none, ok := errors.AsType[*cloudformation.NoStackError](err)
		byName := operation == "DescribeStacks" || operation == "ListStackResources" || operation == "DescribeStackEvents"
		if ok != byName || ok && (none.Err == nil || !strings.Contains(err.Error(), "there is no stack")) {
			t.Errorf("%s: got %v", operation, err)
		}
	}
}

func TestAnUnreachableServiceIsUnavailable(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(nil)
	server.Close()
	for operation, err := range everyCall(t, over(server.URL)) {
		if !quarantine.Is(err, quarantine.Unavailable) {
			t.Errorf("%s: got %v", operation, err)
		}
	}
}

func TestAStacksIDHasItsName(t *testing.T) {
	t.Parallel()
	for stack, want := range map[string]string{
		"guard": "guard",
		"arn:aws:cloudformation:eu-west-1:111122223333:stack/guard/11111111-2222-3333-4444-555555555555": "guard",
		"arn:aws": "arn:aws",
	} {
		if got := cloudformation.NameOf(stack); got != want {
			t.Errorf("%s: %q, want %q", stack, got, want)
		}
	}
}

func TestAStackThatIsThereIsNotCreatedAgain(t *testing.T) {
	t.Parallel()
	_, err := refusing(t, 400, "AlreadyExistsException").Create(t.Context(), "guard", "{}", nil)
	if there, ok := errors.AsType[*cloudformation.StackExistsError](err); !ok || there.Err == nil || err.Error() != "there is a stack guard in this account and region already" {
		t.Errorf("got %v", err)
	}
	if _, err := answering(t, nil).Create(t.Context(), "guard stack", "{}", nil); !quarantine.Is(err, quarantine.BadRequest) {
		t.Errorf("a name that is none: %v", err)
	}
}
