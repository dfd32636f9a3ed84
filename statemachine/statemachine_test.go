package statemachine_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/local/asl"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	q "github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/statemachine"
)

const (
	lambdaInvoke   = "arn:aws:states:::lambda:invoke"
	updateItem     = "arn:aws:states:::dynamodb:updateItem"
	putItem        = "arn:aws:states:::dynamodb:putItem"
	startExecution = "arn:aws:states:::states:startExecution"
	nested         = "arn:aws:states:::states:startExecution.sync:2"
	askPerson      = "arn:aws:states:::lambda:invoke.waitForTaskToken"
)

// definitions are all that there are, by file name.
var definitions = map[string][]byte{
	"quarantine.asl.json": statemachine.Quarantine, "quarantine-approval.asl.json": statemachine.Approval, "release.asl.json": statemachine.Release, "watch.asl.json": statemachine.Watch,
	"preflight.asl.json": statemachine.Preflight,
}

// placeholders are what the template substitutes: ARNs and their partition, a
// table, and two numbers of seconds.
var placeholders = map[string]string{
	"ApprovalFunctionArn": "arn", "ForensicsFunctionArn": "arn", "IsolateFunctionArn": "arn", "NotifyFunctionArn": "arn",
	"ReleaseFunctionArn": "arn", "TriageFunctionArn": "arn", "QuarantineStateMachineArn": "arn", "ReleaseStateMachineArn": "arn", "WatchStateMachineArn": "arn", "WatchFunctionArn": "arn",
	"PreflightFunctionArn": "arn", "ApprovalPageFunctionArn": "arn", "EntryStateMachineArn": "arn", "QuarantineStateMachineRoleArn": "arn", "ApprovalStateMachineRoleArn": "arn",
	"ReleaseStateMachineRoleArn": "arn", "WatchStateMachineRoleArn": "arn", "RuleRoleArn": "arn", "WatchScheduleRoleArn": "arn",
	"LedgerTable": "table", "Partition": "aws", "ReminderSeconds": "3600", "ExpirySeconds": "86400",
}

// returns are the error names that each function gives, as its doc comment says.
var returns = map[string][]string{
	"TriageFunctionArn": {q.MalformedEvent, q.BadPolicy, q.AccessDenied, q.Throttled, q.Unavailable, q.BadRequest, q.Unexpected},
	"IsolateFunctionArn": {q.InstanceGone, q.InstanceInAnotherAccount, q.InstanceInAnotherRegion, q.InstanceExempt, q.NoSubnet, q.SharedNetwork,
		q.QuotaReached, q.AccessDenied, q.Throttled, q.Unavailable, q.Contended, q.NotVerified, q.BrakeTripped, q.GroupInstead, q.Observed, q.LockLost,
		q.IncidentReleased, q.BadRequest, q.Unexpected},
	"ForensicsFunctionArn": {q.InstanceGone, q.InstanceInAnotherAccount, q.InstanceInAnotherRegion, q.AccessDenied, q.Throttled, q.Unavailable, q.NoVolumes, q.EvidenceFailed, q.QuotaReached, q.BadRequest, q.Unexpected},
	"ApprovalFunctionArn":  {q.NotTold, q.AccessDenied, q.Throttled, q.Unavailable, q.Contended, q.TaskGone, q.BadRequest, q.Unexpected},
	"ReleaseFunctionArn":   {q.InstanceInAnotherAccount, q.InstanceInAnotherRegion, q.AccessDenied, q.Throttled, q.Unavailable, q.Contended, q.NotVerified, q.LockLost, q.NotReleased, q.NotNarrowed, q.BadRequest, q.Unexpected},
	"WatchFunctionArn":     {q.BadRequest, q.AccessDenied, q.Throttled, q.Unavailable, q.Contended, q.Unexpected},
	"PreflightFunctionArn": {q.BadRequest, q.AccessDenied, q.Throttled, q.Unavailable, q.Unexpected},
	"NotifyFunctionArn":    {q.NotTold, q.BadRequest, q.Unexpected},
}

func init() {
	for _, m := range register.Grouped() {
		placeholders[m.Group.FunctionID()+"Arn"] = "arn"
		returns[m.Group.FunctionID()+"Arn"] = []string{q.BadRequest, q.LockLost, q.NotReleased, q.NameTaken, q.NotSupported, q.QuotaReached, q.AccessDenied,
			q.InstanceInAnotherAccount, q.InstanceInAnotherRegion, q.Throttled, q.Unavailable, q.Contended, q.NotVerified, q.Unexpected}
	}
	containing := measure.Network.FunctionID() + "Arn"
	returns[containing] = append(returns[containing], q.InstanceGone, q.IncidentReleased, q.BrakeTripped)
	for _, m := range register.Grouped() {
		if f := m.Group.FunctionID() + "Arn"; m.Cut {
			returns[f] = append(returns[f], q.UserExempt, q.ThingGone, q.BrakeTripped, q.Observed, q.IncidentReleased)
		}
	}
}

// services are the error names that a service's integration gives.
var services = map[string][]string{
	lambdaInvoke: lambda,
	askPerson:    lambda,
	nested: {"States.TaskFailed", "StepFunctions.AWSStepFunctionsException", "StepFunctions.ExecutionLimitExceededException",
		"StepFunctions.ThrottlingException", "StepFunctions.SdkClientException", "StepFunctions.ExecutionAlreadyExistsException"},
	updateItem: dynamoDB,
	putItem:    dynamoDB,
	// https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html#API_StartExecution_Errors
	startExecution: {"StepFunctions.ExecutionAlreadyExistsException"},
}

// https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html#bp-lambda-serviceexception
// and, for a process that ends, https://docs.aws.amazon.com/lambda/latest/dg/golang-exceptions.html
var lambda = []string{"Lambda.ClientExecutionTimeoutException", "Lambda.ServiceException", "Lambda.AWSLambdaException",
	"Lambda.SdkClientException", "Lambda.TooManyRequestsException", "Lambda.Unknown", "Sandbox.Timedout", "Runtime.ExitError"}

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html#API_UpdateItem_Errors
// and https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
var dynamoDB = []string{"DynamoDB.ConditionalCheckFailedException", "DynamoDB.ProvisionedThroughputExceededException",
	"DynamoDB.RequestLimitExceeded", "DynamoDB.ThrottlingException", "DynamoDB.TransactionConflictException", "DynamoDB.InternalServerErrorException", "DynamoDB.SdkClientException",
	"DynamoDB.AmazonDynamoDBException", "DynamoDB.RequestLimitExceededException"}

// reserved are the names that Step Functions itself gives.
// https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html#error-handling-error-representation
var reserved = []string{"States.ALL", "States.DataLimitExceeded", "States.Timeout", "States.TaskFailed"}

// way leads on from a state.
type way struct{ Next string }

// raw is what the walk needs of a state beyond what the parser gives.
type raw struct {
	way
	Arguments struct {
		FunctionName   string
		Payload, Input json.RawMessage
	}
	TimeoutSeconds any // a number, or an expression with a placeholder in it
	Retry          []struct {
		MaxAttempts    *int
		JitterStrategy string
		BackoffRate    float64
		ErrorEquals    []string
	}
	Catch         []way
	Branches      []struct{ States map[string]json.RawMessage }
	ItemProcessor struct{ States map[string]json.RawMessage }
}

func TestTheDefinitionsParse(t *testing.T) {
	for file, text := range definitions {
		if _, err := asl.Parse(substituted(t, text)); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
}

func TestEveryPlaceholderIsKnownAndUsed(t *testing.T) {
	used := map[string]bool{}
	for file, text := range definitions {
		for _, name := range asl.Placeholders(text) {
			used[name] = true
			if _, known := placeholders[name]; !known {
				t.Errorf("%s has the placeholder %s, which nothing substitutes", file, name)
			}
		}
	}
	for name := range placeholders {
		if !used[name] {
			t.Errorf("no definition has the placeholder %s", name)
		}
	}
}

func TestEveryStateIsReachableAndExplainsItself(t *testing.T) {
	for file, states := range walk(t) {
		names := map[string]string{}
		for _, s := range states {
			if !s.Reachable {
				t.Errorf("%s %s: nothing leads here", file, s.Path)
			}
			if len(s.Comment) < 20 || !strings.HasSuffix(s.Comment, ".") {
				t.Errorf("%s %s: its Comment must be a sentence that helps a person on call: %q", file, s.Path, s.Comment)
			}
			if !regexp.MustCompile(`^[A-Z][A-Za-z]{3,27}$`).MatchString(s.Name) {
				t.Errorf("%s %s: its name does not read well in the console", file, s.Path)
			}
			if other, taken := names[s.Name]; taken {
				t.Errorf("%s %s has the name of %s: a path of states would be ambiguous", file, s.Path, other)
			}
			names[s.Name] = s.Path
		}
	}
}

func TestEveryErrorNameIsOneThatCanReallyCome(t *testing.T) {
	for file, states := range walk(t) {
		raws := rawStates(t, definitions[file])
		for _, s := range states {
			possible := slices.Concat(reserved, services[s.Resource], of(functions(raws[s.Name])))
			if s.Type != "Task" {
				possible = []string{"States.ALL", "States.DataLimitExceeded"}
			}
			for _, name := range slices.Concat(slices.Concat(s.RetryErrors, s.CatchErrors)...) {
				if !slices.Contains(possible, name) {
					t.Errorf("%s %s names %s, which %s cannot return", file, s.Path, name, s.Resource)
				}
			}
		}
	}
}

// States.ALL does not take it in, and an event can have all of the 256 KiB that a state
// may be given.
func TestEveryStateThatIsGivenTheEventCatchesThatItIsTooLarge(t *testing.T) {
	event := regexp.MustCompile(`\$states\.(input\b[^.]|context\.Execution\.Input\b[^.])`)
	given := 0
	for file, states := range walk(t) {
		raws := rawStates(t, definitions[file])
		for _, s := range states {
			if s.Type != "Task" || file == "release.asl.json" || !event.Match(slices.Concat(raws[s.Name].Arguments.Payload, raws[s.Name].Arguments.Input)) {
				continue
			}
			given++
			byName := slices.ContainsFunc(s.CatchErrors, func(names []string) bool { return slices.Contains(names, "States.DataLimitExceeded") })
			if !byName && s.Name != "TellByIds" {
				t.Errorf("%s %s is given the event, and does not catch States.DataLimitExceeded", file, s.Path)
			}
		}
	}
	if given < 6 {
		t.Errorf("%d states are given the event: the search misses some", given)
	}
}

func TestEveryTaskHasATimeLimitACatchAllAndRetriesWithJitter(t *testing.T) {
	for file, states := range walk(t) {
		raws := rawStates(t, definitions[file])
		for _, s := range states {
			if s.Type != "Task" {
				continue
			}
			r := raws[s.Name]
			if r.TimeoutSeconds == nil {
				t.Errorf("%s %s could hang for ever", file, s.Path)
			}
			if n := len(s.CatchErrors); n == 0 || !slices.Equal(s.CatchErrors[n-1], []string{"States.ALL"}) {
				t.Errorf("%s %s: its last Catch must take everything, so that no finding disappears", file, s.Path)
			}
			if len(r.Retry) == 0 {
				t.Errorf("%s %s is not retried", file, s.Path)
			}
			for i, retry := range r.Retry {
				if retry.MaxAttempts == nil {
					t.Errorf("%s %s: Retry[%d] is not bounded", file, s.Path, i)
				} else if *retry.MaxAttempts > 0 && (retry.JitterStrategy != "FULL" || retry.BackoffRate < 2) {
					t.Errorf("%s %s: Retry[%d] backs off without full jitter", file, s.Path, i)
				}
			}
		}
	}
}

func TestPermanentErrorsAreNotRetried(t *testing.T) {
	passing := []string{q.Throttled, q.Unavailable, q.Contended, q.NotVerified, q.NotTold}
	for file, states := range walk(t) {
		for _, s := range states {
			for _, name := range slices.Concat(s.RetryErrors...) {
				if named := !strings.Contains(name, "."); named && !slices.Contains(passing, name) {
					t.Errorf("%s %s retries %s, which does not pass by itself", file, s.Path, name)
				}
			}
		}
	}
}

func TestFourStatesStandBeforeTheCut(t *testing.T) {
	byName := map[string]asl.State{}
	for _, s := range walk(t)["quarantine.asl.json"] {
		byName[s.Name] = s
	}
	way := []string{"Triage", "Decide", "AcquireLock", "Isolate", "Respond"}
	for i, step := range way[:4] {
		if !slices.Contains(byName[step].Transitions, way[i+1]) {
			t.Errorf("%s does not lead to %s", step, way[i+1])
		}
	}
}

// walk gives the states of every definition by its file.
func walk(t *testing.T) map[string][]asl.State {
	t.Helper()
	out, n := map[string][]asl.State{}, 0
	for file, text := range definitions {
		m, err := asl.Parse(substituted(t, text))
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		out[file] = m.States()
		n += len(out[file])
	}
	if n < 70 {
		t.Fatalf("only %d states: the walk misses some", n)
	}
	return out
}

// substituted is a definition with a value for each of its placeholders.
func substituted(t *testing.T, text []byte) []byte {
	t.Helper()
	values := map[string]string{}
	for _, name := range asl.Placeholders(text) {
		values[name] = placeholders[name]
	}
	out, err := asl.Substitute(text, values)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// rawStates gives every state of a definition by name, nested ones too.
func rawStates(t *testing.T, definition []byte) map[string]raw {
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
	if err := json.Unmarshal(definition, &top); err != nil {
		t.Fatal(err)
	}
	collect(top.States)
	return out
}

var placeholder = regexp.MustCompile(`\$\{(\w+)\}`)

// functions are the placeholders of the functions that a state may invoke: one, or one of several
// by an expression.
func functions(r raw) (out []string) {
	for _, found := range placeholder.FindAllStringSubmatch(r.Arguments.FunctionName, -1) {
		out = append(out, found[1])
	}
	return out
}

// of are the error names of functions.
func of(functions []string) (out []string) {
	for _, f := range functions {
		out = append(out, returns[f]...)
	}
	return out
}

// The context variable stands for nothing at the top of an expression in Step Functions, and another
// interpreter refuses it anywhere: what is mapped has a name.
// https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
func TestNoExpressionUsesTheContextVariable(t *testing.T) {
	bare := regexp.MustCompile(`\$([^A-Za-z{]|$)`)
	for file, text := range definitions {
		if at := bare.FindIndex(text); at != nil {
			t.Errorf("%s: %s", file, text[max(0, at[0]-60):min(len(text), at[1]+20)])
		}
	}
}
