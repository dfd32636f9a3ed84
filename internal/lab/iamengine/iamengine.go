// Package iamengine has policies that the product writes be judged by an IAM engine that nobody of
// this project wrote: npm's @cloud-copilot/iam-simulate, and held to what iam-data, beside it, has of AWS's reference.
package iamengine

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// folder has the npm package; "" skips the test.
var folder = os.Getenv("QUARANTINE_IAM_SIMULATE") //nolint:forbidigo // for tests, and here only

//go:embed judge.mjs
var judge []byte

// Request is one that somebody makes, whose identity has the policies.
type Request struct {
	Principal string            `json:"principal"`
	Action    string            `json:"action"`
	Resource  string            `json:"resource"`
	Account   string            `json:"account"`
	Context   map[string]any    `json:"context"`
	Policies  []json.RawMessage `json:"policies"`
}

// The verdicts.
const (
	Denied  = "ExplicitlyDenied"
	Allowed = "Allowed"
)

// Administrator is a policy of who may do everything that is not denied.
const Administrator = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`

// Everywhere are actions on services of all kinds, each with a resource of its own.
var Everywhere = map[string]string{
	"s3:GetObject":                  "arn:aws:s3:::data/secret",
	"s3:ListAllMyBuckets":           "*",
	"sts:AssumeRole":                "arn:aws:iam::123456789012:role/other",
	"iam:CreateAccessKey":           "arn:aws:iam::123456789012:user/alice",
	"ec2:RunInstances":              "arn:aws:ec2:us-west-2:123456789012:instance/*",
	"secretsmanager:GetSecretValue": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf",
	"lambda:InvokeFunction":         "arn:aws:lambda:eu-west-1:123456789012:function:pay",
	"dynamodb:GetItem":              "arn:aws:dynamodb:eu-west-1:123456789012:table/customers",
}

// Judged are the verdicts of the requests, one each. It skips the test where the engine is not there.
func Judged(t *testing.T, requests []Request) []string {
	t.Helper()
	lines := make([]string, len(requests))
	for n, r := range requests {
		text, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		lines[n] = string(text)
	}
	return answers[string](t, judge, lines)
}

//go:embed describe.mjs
var describe []byte

// Action is what AWS's service authorization reference has of an action.
type Action struct {
	Name      string   `json:"name"`
	Resources []string `json:"resources"` // the types' ARNs, with ${...} for what differs; none where it takes * alone
	Keys      []string `json:"keys"`      // condition keys, of the action and of its resources
}

// Described are the actions by name, nil of one that does not exist, and the condition keys that every
// request has. It skips the test where the data are not there.
func Described(t *testing.T, names []string) (actions map[string]*Action, global []string) {
	t.Helper()
	said := answers[*Action](t, describe, append([]string{""}, names...))
	actions = map[string]*Action{}
	for n, name := range names {
		actions[name] = said[n+1]
	}
	return actions, said[0].Keys
}

// answers are what a program says, which reads and writes a line each.
func answers[T any](t *testing.T, source []byte, lines []string) []T {
	t.Helper()
	if folder == "" {
		t.Skip("policies are judged by @cloud-copilot/iam-simulate where QUARANTINE_IAM_SIMULATE names the folder that has it: go tool task iam-simulate, or .ci/run")
	}
	if _, err := os.Stat(filepath.Join(folder, "node_modules", "@cloud-copilot", "iam-simulate")); err != nil {
		t.Fatalf("QUARANTINE_IAM_SIMULATE names no folder that has the engine (go tool task iam-simulate): %v", err)
	}
	program := filepath.Join(t.TempDir(), "program.mjs")
	if err := os.WriteFile(program, source, 0o600); err != nil {
		t.Fatal(err)
	}
	engine := exec.CommandContext(t.Context(), "node", program, folder)
	engine.Stdin, engine.Stderr = strings.NewReader(strings.Join(lines, "\n")+"\n"), os.Stderr
	said, err := engine.Output()
	if err != nil {
		t.Fatal(err)
	}
	var out []T
	for d := json.NewDecoder(bytes.NewReader(said)); d.More(); {
		var one T
		if err := d.Decode(&one); err != nil {
			t.Fatal(err)
		}
		out = append(out, one)
	}
	if len(out) != len(lines) {
		t.Fatalf("there are %d answers to %d lines: %s", len(out), len(lines), said)
	}
	return out
}
