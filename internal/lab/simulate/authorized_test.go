package simulate_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/ec2-quarantine/quarantine/infra/template"
	"github.com/ec2-quarantine/quarantine/internal/lab/iamengine"
	"github.com/ec2-quarantine/quarantine/internal/local/wiring"
)

// roleOf is the role in the template by the function or the state machine that has it. A person who decides
// does so on the page.
var roleOf = map[string]string{
	"triage": "TriageFunctionRole", "isolate": "IsolateFunctionRole", "forensics": "ForensicsFunctionRole", "notify": "NotifyFunctionRole",
	"release": "ReleaseFunctionRole", "watch": "WatchFunctionRole", "approval": "ApprovalFunctionRole", "person": "ApprovalPageFunctionRole",
	"measures-network": "MeasuresNetworkFunctionRole", "measures-instance": "MeasuresInstanceFunctionRole",
	"measures-scaling": "MeasuresScalingFunctionRole", "measures-identity": "MeasuresIdentityFunctionRole",
	wiring.Name: "QuarantineStateMachineRole", wiring.Approval: "ApprovalStateMachineRole", wiring.Release: "ReleaseStateMachineRole", wiring.Watch: "WatchStateMachineRole",
	"preflight": "PreflightFunctionRole",
}

// askedFor are the permissions that the scenarios' calls need, each once, sorted.
var askedFor = sync.OnceValues(func() (all []permission, err error) {
	asked := map[string]permission{}
	for _, s := range scenarios {
		o, err := s.simulated(context.Background(), nil)
		if err != nil {
			return nil, err
		}
		for _, p := range integrations(o.report.Executions) {
			asked[p.String()] = p
		}
		known := book{tags: map[string]map[string]string{}}
		for _, c := range o.report.Calls {
			if c.Service == "slack" || c.Service == "sts" { // no AWS; free
				continue
			}
			if c.Function == "" { // a state machine's own
				if c.Function = machineOf(o.report.Executions, c.Execution); c.Function == "" {
					return nil, fmt.Errorf("nobody knows who made the call %s:%s in execution %q", c.Service, c.Operation, c.Execution)
				}
			}
			for _, p := range known.permissions(c) {
				asked[p.String()] = p
			}
		}
	}
	for _, key := range slices.Sorted(maps.Keys(asked)) {
		all = append(all, asked[key])
	}
	return all, nil
})

func permissionsAsked(t *testing.T) []permission {
	t.Helper()
	all, err := askedFor()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// Every call that a function or a state machine makes in a scenario is one that its role is allowed, as an engine judges
// it that nobody of this project wrote.
func TestRolesAreAllowedWhatScenariosCall(t *testing.T) {
	t.Parallel()
	granted, asked := rolePolicies(t), permissionsAsked(t)
	var requests []iamengine.Request
	for _, p := range asked {
		requests = append(requests, p.request(granted))
	}
	for n, verdict := range iamengine.Judged(t, requests) {
		if verdict != iamengine.Allowed {
			t.Errorf("%s: %s", asked[n], verdict)
		}
	}
	t.Logf("%d permissions judged", len(asked))
}

// What changes something, and another function or machine needs it, a role is denied: on the ledger by the
// kind of item, of functions and machines by which is called, elsewhere by the action.
func TestRolesAreDeniedWhatOthersChange(t *testing.T) {
	t.Parallel()
	granted, asked := rolePolicies(t), permissionsAsked(t)
	own := map[string]bool{}
	for _, p := range asked {
		own[p.function+" "+p.power()] = true
	}
	tried := map[string]permission{}
	for function := range roleOf {
		for _, p := range asked {
			if p.changes() && !own[function+" "+p.power()] && !slices.Contains(mayToo[function], p.power()) {
				p.function = function
				tried[p.String()] = p
			}
		}
	}
	var requests []iamengine.Request
	all := slices.Sorted(maps.Keys(tried))
	for _, key := range all {
		requests = append(requests, tried[key].request(granted))
	}
	allowed := map[string]bool{}
	for n, verdict := range iamengine.Judged(t, requests) {
		p := tried[all[n]]
		if power := p.function + " may " + p.power(); verdict == iamengine.Allowed && !allowed[power] {
			allowed[power] = true
			t.Errorf("%s, which it never needs: %s", power, p)
		}
	}
	t.Logf("%d permissions judged", len(all))
}

// mayToo are powers that no scenario here uses, and that the code or a definition does: incidents about a
// key are contained by the function that may change it, who asks hands over a decision that is on record,
// a finding whose nested execution said nothing is read again to be asked about, and what a measure of any
// group holds is put right.
var mayToo = map[string][]string{
	"measures-identity": {"dynamodb:UpdateItem INCIDENT", "dynamodb:UpdateItem RESOURCE", "dynamodb:UpdateItem BRAKE"},
	"approval":          {"dynamodb:DeleteItem TOKEN"},
	wiring.Approval:     {"lambda:InvokeFunction triage"},
	wiring.Watch:        {"lambda:InvokeFunction measures-identity", "lambda:InvokeFunction measures-instance"},
}

// changes tells what does more than read.
func (p permission) changes() bool {
	_, operation, _ := strings.Cut(p.action, ":")
	for _, reading := range []string{"Describe", "Get", "Query", "List", "ConditionCheck"} {
		if strings.HasPrefix(operation, reading) {
			return false
		}
	}
	return true
}

// power is the action, and on the ledger the kind of item that it is for, or the function or the machine
// that it calls.
func (p permission) power() string {
	if service, _, _ := strings.Cut(p.action, ":"); service == "lambda" || service == "states" {
		return p.action + " " + p.resource[strings.LastIndex(p.resource, ":")+1:]
	}
	keys, is := p.context["dynamodb:LeadingKeys"].([]string)
	if !is {
		return p.action
	}
	parts := strings.Split(keys[0], "#")
	kind := parts[0]
	if kind == "HOLD" {
		kind += "#" + parts[1]
	}
	return p.action + " " + kind
}

func (p permission) String() string {
	text, err := json.Marshal(p.context)
	if err != nil {
		panic(err) // it is made of texts
	}
	return p.function + " on " + p.action + " of " + p.resource + " with " + string(text)
}

func (p permission) request(granted map[string][]json.RawMessage) iamengine.Request {
	context := p.context
	if context == nil {
		context = map[string]any{}
	}
	return iamengine.Request{
		Principal: "arn:aws:sts::111122223333:assumed-role/quarantine-" + p.function + "/function",
		Action:    p.action, Resource: p.resource, Account: "111122223333", Context: context, Policies: granted[p.function],
	}
}

// rolePolicies are the policies of functions and machines as the template deploys them.
func rolePolicies(t *testing.T) map[string][]json.RawMessage {
	t.Helper()
	src, err := os.ReadFile("../../../infra/template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s, err := template.Parse(src)
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]string{
		"AWS::Partition": "aws", "AWS::AccountId": "111122223333", "AWS::Region": "eu-west-1", "AWS::StackName": "quarantine",
		"Ledger.Arn": ledgerARN, "AlertsTopic": "arn:aws:sns:" + inRegion + "quarantine-alerts", "ProtectedRolePath": "/break-glass/",
		"OperationsTopic": "arn:aws:sns:" + inRegion + "quarantine-operations", "FindingsRule.Arn": "arn:aws:events:" + inRegion + "rule/quarantine-FindingsRule-1A2B",
		"FindingsDeadLetterQueue.Arn": "arn:aws:sqs:" + inRegion + "quarantine-FindingsDeadLetterQueue-1A2B", "WatchDeadLetterQueue.Arn": "arn:aws:sqs:" + inRegion + "quarantine-WatchDeadLetterQueue-1A2B",
	}
	for id := range s.Of("AWS::IAM::Role") {
		values[id+".Arn"] = "arn:aws:iam::111122223333:role/quarantine-" + id
	}
	for function, role := range roleOf {
		id := strings.TrimSuffix(role, "Role")
		if _, is := deployedAs[function]; is {
			values[id], values[id+".Name"] = deployedMachine(function), deployedAs[function]
		} else {
			values[id+".Arn"] = "arn:aws:lambda:" + inRegion + "function:" + function
		}
	}
	out := map[string][]json.RawMessage{}
	for function, role := range roleOf {
		for _, document := range s.Policies(role) {
			text, err := template.Deployed(document, values)
			if err != nil {
				t.Fatal(err)
			}
			out[function] = append(out[function], text)
		}
		if len(out[function]) == 0 || strings.Contains(string(out[function][0]), "${Ledger") {
			t.Errorf("%s has no policy that can be judged: %s", role, out[function])
		}
	}
	return out
}
