package infra_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/internal/lab/golden"
	"github.com/ec2-quarantine/quarantine/internal/preflight"
	"github.com/ec2-quarantine/quarantine/internal/preflight/account"
)

// inPreflight is what a preflight calls the function.
func (f function) inPreflight() string {
	if f.id == "ApprovalPageFunction" {
		return "approval-page"
	}
	return f.name()
}

// What a preflight asks IAM about is what the functions' documentation lists, which other tests hold to
// the code and to the roles.
func TestThePreflightKnowsTheDocumentedActions(t *testing.T) {
	t.Parallel()
	p, all := code(t), map[string][]string{}
	for _, f := range functions {
		if f.folder == "preflight" {
			continue
		}
		said, ok := f.said(p)
		if !ok || len(said) == 0 {
			t.Errorf("%s documents no action", f.id)
		}
		all[f.inPreflight()] = slices.DeleteFunc(said, func(a string) bool { return strings.HasPrefix(a, "kms:") }) // customers' own keys
	}
	text, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	golden.File(t, "../functions/preflight/actions.json", string(text)+"\n")
}

// Each function of the stack is asked, and no other.
func TestEveryFunctionIsAskedInAPreflight(t *testing.T) {
	t.Parallel()
	asked := map[string]preflight.Function{}
	for _, f := range preflight.All() {
		asked[f.Name] = f
	}
	resources := stack(t).Resources()
	for _, f := range functions {
		if f.folder == "preflight" {
			continue
		}
		of, is := asked[f.inPreflight()]
		if !is || of.ARN() != f.id+"Arn" {
			t.Errorf("%s is asked as %+v", f.id, of)
		}
		if optional := resources[f.id].Body["Condition"] != nil; optional != (of.Instead != "") {
			t.Errorf("%s is optional: %t; a preflight has %+v", f.id, optional, of)
		}
		delete(asked, f.inPreflight())
	}
	for name := range asked {
		t.Errorf("a preflight asks %s, and there is no such function", name)
	}
}

// An alarm that was deleted by hand is missed by its name alone.
func TestThePreflightKnowsEveryAlarm(t *testing.T) {
	t.Parallel()
	var all []string
	for _, a := range stack(t).Of("AWS::CloudWatch::Alarm") {
		if a.Body["Condition"] == nil {
			all = append(all, strings.TrimPrefix(text(a.Properties, "AlarmName"), "${AWS::StackName}-"))
		}
	}
	slices.Sort(all)
	if diff := cmp.Diff(all, account.Alarms()); diff != "" {
		t.Errorf("the template's alarms without a condition, and those in internal/preflight/account/alarms.go:\n%s", diff)
	}
}
