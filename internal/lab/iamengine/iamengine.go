// Package iamengine has policies that the product writes be judged by an IAM engine that nobody of
// this project wrote: npm's @cloud-copilot/iam-simulate.
package iamengine

import (
	"bufio"
	"bytes"
	_ "embed"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
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
	if folder == "" {
		t.Skip("the policy is judged by @cloud-copilot/iam-simulate where QUARANTINE_IAM_SIMULATE names the folder that has it: go tool task iam-simulate, or .ci/run")
	}
	if _, err := os.Stat(filepath.Join(folder, "node_modules", "@cloud-copilot", "iam-simulate")); err != nil {
		t.Fatalf("QUARANTINE_IAM_SIMULATE names no folder that has the engine (go tool task iam-simulate): %v", err)
	}
	var in bytes.Buffer
	for _, r := range requests {
		if err := json.NewEncoder(&in).Encode(r); err != nil {
			t.Fatal(err)
		}
	}
	program := filepath.Join(t.TempDir(), "judge.mjs")
	if err := os.WriteFile(program, judge, 0o600); err != nil {
		t.Fatal(err)
	}
	engine := exec.CommandContext(t.Context(), "node", program, folder)
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
