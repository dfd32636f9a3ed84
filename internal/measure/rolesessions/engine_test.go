package rolesessions_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// engineFolder has the npm package; "" skips the test.
var engineFolder = os.Getenv("QUARANTINE_IAM_SIMULATE") //nolint:forbidigo // in tests, and here only

// request is one that somebody makes with credentials of the role web.
type request struct {
	Principal string            `json:"principal"`
	Action    string            `json:"action"`
	Resource  string            `json:"resource"`
	Account   string            `json:"account"`
	Context   map[string]any    `json:"context"`
	Policies  []json.RawMessage `json:"policies"`
}

// judged are the verdicts of an IAM engine that nobody of this project wrote.
func judged(t *testing.T, requests []request) []string {
	t.Helper()
	if engineFolder == "" {
		t.Skip("the policy is judged by @cloud-copilot/iam-simulate where QUARANTINE_IAM_SIMULATE names the folder that has it: go tool task iam-simulate, or .ci/run")
	}
	if _, err := os.Stat(filepath.Join(engineFolder, "node_modules", "@cloud-copilot", "iam-simulate")); err != nil {
		t.Fatalf("QUARANTINE_IAM_SIMULATE names no folder that has the engine (go tool task iam-simulate): %v", err)
	}
	var in bytes.Buffer
	for _, r := range requests {
		if err := json.NewEncoder(&in).Encode(r); err != nil {
			t.Fatal(err)
		}
	}
	engine := exec.CommandContext(t.Context(), "node", "testdata/judge.mjs", engineFolder)
	engine.Stdin, engine.Stderr = &in, os.Stderr
	said, err := engine.Output()
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for lines := bufio.NewScanner(bytes.NewReader(said)); lines.Scan(); {
		var verdict string
		if err := json.Unmarshal(lines.Bytes(), &verdict); err != nil {
			t.Fatal(err)
		}
		out = append(out, verdict)
	}
	if len(out) != len(requests) {
		t.Fatalf("there are %d verdicts of %d requests: %s", len(out), len(requests), said)
	}
	return out
}

// everywhere are requests to services of all kinds, each to a resource of its own.
var everywhere = map[string]string{
	"s3:GetObject":                  "arn:aws:s3:::data/secret",
	"s3:ListAllMyBuckets":           "*",
	"sts:AssumeRole":                "arn:aws:iam::123456789012:role/other",
	"iam:CreateAccessKey":           "arn:aws:iam::123456789012:user/alice",
	"ec2:RunInstances":              "arn:aws:ec2:us-west-2:123456789012:instance/*",
	"secretsmanager:GetSecretValue": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf",
	"lambda:InvokeFunction":         "arn:aws:lambda:eu-west-1:123456789012:function:pay",
	"dynamodb:GetItem":              "arn:aws:dynamodb:eu-west-1:123456789012:table/customers",
}

// An administrator's role: what is not denied is allowed.
const administrator = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`

func TestAnEngineOfOthersDeniesTheInstanceEverywhereAndItsSiblingsNowhere(t *testing.T) {
	t.Parallel()
	o := newOffice()
	c := o.Incident(t, 1, o.one)
	o.Apply(t, o, c)
	policies := []json.RawMessage{json.RawMessage(administrator)}
	for _, document := range o.Policies("web") {
		policies = append(policies, json.RawMessage(document))
	}
	arn := func(instance string) string { return "arn:aws:ec2:eu-west-1:123456789012:instance/" + instance }
	const denied, allowed = "ExplicitlyDenied", "Allowed"
	var requests []request
	var what, want []string
	for name, of := range map[string]struct {
		session string
		keys    map[string]any
		want    string
	}{
		"the instance":                        {o.one, map[string]any{"ec2:SourceInstanceARN": arn(o.one)}, denied},
		"the instance, by its session alone":  {o.one, nil, denied},
		"the instance, by its ARN alone":      {"renamed", map[string]any{"ec2:SourceInstanceARN": arn(o.one)}, denied},
		"its sibling":                         {o.theirs, map[string]any{"ec2:SourceInstanceARN": arn(o.theirs)}, allowed},
		"one whose id begins like its":        {o.one + "0", map[string]any{"ec2:SourceInstanceARN": arn(o.one + "0")}, allowed},
		"a person who has the role":           {"alice", nil, allowed},
		"an instance with that id, elsewhere": {"other", map[string]any{"ec2:SourceInstanceARN": "arn:aws:ec2:us-east-1:123456789012:instance/" + o.one}, allowed},
	} {
		for action, resource := range everywhere {
			keys := map[string]any{"aws:userId": o.roleID + ":" + of.session}
			for key, value := range of.keys {
				keys[key] = value
			}
			requests = append(requests, request{
				Principal: "arn:aws:sts::123456789012:assumed-role/web/" + of.session, Action: action, Resource: resource,
				Account: "123456789012", Context: keys, Policies: policies,
			})
			what, want = append(what, name+", "+action), append(want, of.want)
		}
	}
	for n, got := range judged(t, requests) {
		if got != want[n] {
			t.Errorf("%s: %s, want %s", what[n], got, want[n])
		}
	}
	o.Undo(t, o, c)
	if left := o.Policies("web"); len(left) > 0 {
		t.Errorf("after the release the role has %v", left)
	}
}
