package statemachine_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/asl"
	q "github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/statemachine"
)

const (
	lambdaInvoke   = "arn:aws:states:::lambda:invoke"
	updateItem     = "arn:aws:states:::dynamodb:updateItem"
	putItem        = "arn:aws:states:::dynamodb:putItem"
	startExecution = "arn:aws:states:::states:startExecution"
)

// returns are the error names that each function gives, as its doc comment says.
var returns = map[string][]string{
	"TriageFunctionArn": {q.MalformedEvent, q.BadPolicy, q.BadRequest, q.Unexpected},
	"IsolateFunctionArn": {q.InstanceGone, q.InstanceInAnotherAccount, q.InstanceInAnotherRegion, q.InstanceExempt, q.NoSubnet,
		q.QuotaReached, q.AccessDenied, q.Throttled, q.Unavailable, q.Contended, q.NotVerified, q.LockLost, q.BadRequest, q.Unexpected},
	"ForensicsFunctionArn": {q.InstanceGone, q.AccessDenied, q.Throttled, q.Unavailable, q.NoVolumes, q.EvidenceFailed, q.QuotaReached, q.BadRequest, q.Unexpected},
	"NotifyFunctionArn":    {q.NotTold, q.BadRequest, q.Unexpected},
}

// services are the error names that a service's integration gives.
var services = map[string][]string{
	// https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html#bp-lambda-serviceexception
	// and, for a process that ends, https://docs.aws.amazon.com/lambda/latest/dg/golang-exceptions.html
	lambdaInvoke: {"Lambda.ClientExecutionTimeoutException", "Lambda.ServiceException", "Lambda.AWSLambdaException",
		"Lambda.SdkClientException", "Lambda.TooManyRequestsException", "Lambda.Unknown", "Sandbox.Timedout", "Runtime.ExitError"},
	// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html#API_UpdateItem_Errors
	// and https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
	updateItem: dynamoDB,
	putItem:    dynamoDB,
	// https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html#API_StartExecution_Errors
	startExecution: {"StepFunctions.ExecutionAlreadyExistsException"},
}

var dynamoDB = []string{"DynamoDB.ConditionalCheckFailedException", "DynamoDB.ProvisionedThroughputExceededException",
	"DynamoDB.RequestLimitExceeded", "DynamoDB.ThrottlingException", "DynamoDB.InternalServerErrorException", "DynamoDB.SdkClientException"}

// reserved are the names that Step Functions itself gives.
// https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html#error-handling-error-representation
var reserved = []string{"States.ALL", "States.Timeout", "States.TaskFailed"}

// raw is what the walk needs of a state beyond what the parser gives.
type raw struct {
	Arguments      struct{ FunctionName string }
	TimeoutSeconds int
	Retry          []struct {
		MaxAttempts    *int
		JitterStrategy string
		BackoffRate    float64
		ErrorEquals    []string
	}
	Branches      []struct{ States map[string]json.RawMessage }
	ItemProcessor struct{ States map[string]json.RawMessage }
}

func TestTheDefinitionParses(t *testing.T) {
	if _, err := asl.Parse(statemachine.Quarantine); err != nil {
		t.Fatal(err)
	}
}

func TestEveryPlaceholderIsKnown(t *testing.T) {
	known := []string{"ForensicsFunctionArn", "IsolateFunctionArn", "LedgerTable", "NotifyFunctionArn", "TriageFunctionArn"}
	if got := asl.Placeholders(statemachine.Quarantine); !slices.Equal(got, known) {
		t.Errorf("placeholders %v, known are %v", got, known)
	}
}

func TestEveryStateIsReachableAndExplainsItself(t *testing.T) {
	names := map[string]string{}
	for _, s := range walk(t) {
		if !s.Reachable {
			t.Errorf("%s: nothing leads here", s.Path)
		}
		if len(s.Comment) < 20 || !strings.HasSuffix(s.Comment, ".") {
			t.Errorf("%s: its Comment must be a sentence that helps a person on call: %q", s.Path, s.Comment)
		}
		if !regexp.MustCompile(`^[A-Z][A-Za-z]{3,24}$`).MatchString(s.Name) {
			t.Errorf("%s: its name does not read well in the console", s.Path)
		}
		if other, taken := names[s.Name]; taken {
			t.Errorf("%s has the name of %s: a path of states would be ambiguous", s.Path, other)
		}
		names[s.Name] = s.Path
	}
}

func TestEveryErrorNameIsOneThatCanReallyCome(t *testing.T) {
	raws := rawStates(t)
	for _, s := range walk(t) {
		possible := slices.Concat(reserved, services[s.Resource], returns[function(raws[s.Name])])
		if s.Type != "Task" {
			possible = []string{"States.ALL"}
		}
		for _, names := range slices.Concat(s.RetryErrors, s.CatchErrors) {
			for _, name := range names {
				if !slices.Contains(possible, name) {
					t.Errorf("%s names %s, which %s cannot return", s.Path, name, s.Resource)
				}
			}
		}
	}
}

func TestEveryTaskHasATimeLimitACatchAllAndRetriesWithJitter(t *testing.T) {
	raws := rawStates(t)
	for _, s := range walk(t) {
		if s.Type != "Task" {
			continue
		}
		r := raws[s.Name]
		if r.TimeoutSeconds == 0 {
			t.Errorf("%s could hang for ever", s.Path)
		}
		if n := len(s.CatchErrors); n == 0 || !slices.Equal(s.CatchErrors[n-1], []string{"States.ALL"}) {
			t.Errorf("%s: its last Catch must take everything, so that no finding disappears", s.Path)
		}
		if len(r.Retry) == 0 {
			t.Errorf("%s is not retried", s.Path)
		}
		for i, retry := range r.Retry {
			if retry.MaxAttempts == nil {
				t.Errorf("%s: Retry[%d] is not bounded", s.Path, i)
			} else if *retry.MaxAttempts > 0 && (retry.JitterStrategy != "FULL" || retry.BackoffRate < 2) {
				t.Errorf("%s: Retry[%d] backs off without full jitter", s.Path, i)
			}
		}
	}
}

func TestPermanentErrorsAreNotRetried(t *testing.T) {
	passing := []string{q.Throttled, q.Unavailable, q.Contended, q.NotVerified, q.NotTold}
	for _, s := range walk(t) {
		for _, names := range s.RetryErrors {
			for _, name := range names {
				ours := !strings.Contains(name, ".")
				if ours && !slices.Contains(passing, name) {
					t.Errorf("%s retries %s, which does not pass by itself", s.Path, name)
				}
			}
		}
	}
}

func TestFourStatesAndTwoFunctionsStandBeforeTheCut(t *testing.T) {
	byName := map[string]asl.State{}
	for _, s := range walk(t) {
		byName[s.Name] = s
	}
	for i, step := range []string{"Triage", "Decide", "AcquireLock", "Isolate"} {
		next := []string{"Decide", "AcquireLock", "Isolate", "Respond"}[i]
		if !slices.Contains(byName[step].Transitions, next) {
			t.Errorf("%s does not lead to %s", step, next)
		}
	}
}

func walk(t *testing.T) []asl.State {
	t.Helper()
	m, err := asl.Parse(statemachine.Quarantine)
	if err != nil {
		t.Fatal(err)
	}
	states := m.States()
	if len(states) < 40 {
		t.Fatalf("only %d states: the walk misses some", len(states))
	}
	return states
}

// rawStates gives every state by name, nested ones too.
func rawStates(t *testing.T) map[string]raw {
	t.Helper()
	out := map[string]raw{}
	var collect func(states map[string]json.RawMessage)
	collect = func(states map[string]json.RawMessage) {
		for name, text := range states {
			var r raw
			if err := json.Unmarshal(text, &r); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			out[name] = r
			for _, b := range r.Branches {
				collect(b.States)
			}
			collect(r.ItemProcessor.States)
		}
	}
	var top struct{ States map[string]json.RawMessage }
	if err := json.Unmarshal(statemachine.Quarantine, &top); err != nil {
		t.Fatal(err)
	}
	collect(top.States)
	return out
}

// function is the placeholder of the function that a state invokes, or "".
func function(r raw) string {
	return strings.TrimSuffix(strings.TrimPrefix(r.Arguments.FunctionName, "${"), "}")
}
