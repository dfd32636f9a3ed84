package main

import (
	"bytes"
	"strings"
	"testing"
)

// Whoever knows what people call an instance need not look for an id.
func TestWhatTakesANameSaysSo(t *testing.T) {
	t.Parallel()
	for _, command := range []string{"show", "report"} {
		var out bytes.Buffer
		if code := run(t.Context(), []string{command, "--help"}, streams{out: &out, err: &out}); code != exitOK {
			t.Errorf("%s: exit code %d", command, code)
		}
		if text := strings.Join(strings.Fields(out.String()), " "); !strings.Contains(text, "or the instance's tag Name as it was then") {
			t.Errorf("%s --help does not say that it takes a name:\n%s", command, &out)
		}
	}
}

func TestEveryCommandForPeopleOnCallSaysHowItIsUsedAndWhatItMayCall(t *testing.T) {
	t.Parallel()
	for _, command := range []string{"list", "show", "approvals", "approve", "deny", "release", "narrow", "pause", "leave", "resume", "history", "uninstall"} {
		var out bytes.Buffer
		if code := run(t.Context(), []string{command, "--help"}, streams{out: &out, err: &out}); code != exitOK {
			t.Errorf("%s: exit code %d", command, code)
		}
		for _, want := range []string{"For example:\n\n    quarantine " + command + " ", "IAM actions: ", "--json", "--region", "--endpoint-url", "--table", "--stack", "cloudformation:DescribeStacks"} {
			if !strings.Contains(out.String(), want) {
				t.Errorf("%s --help lacks %q:\n%s", command, want, &out)
			}
		}
	}
}

func TestTheCommandsOfThePolicySayHowTheyAreUsedAndWhatTheyMayCall(t *testing.T) {
	t.Parallel()
	for command, wants := range map[string][]string{
		"policy show": {"cloudformation:DescribeStacks", "ssm:GetParameterHistory", "--json", "--stack"},
		"policy push": {"cloudformation:DescribeStacks", "ssm:PutParameter", "guardduty:GetFindings", "--json", "--stack", "--yes"},
	} {
		var out bytes.Buffer
		if code := run(t.Context(), append(strings.Fields(command), "--help"), streams{out: &out, err: &out}); code != exitOK {
			t.Errorf("%s: exit code %d", command, code)
		}
		for _, want := range append(wants, "For example:\n\n    quarantine "+command, "IAM actions: ", "--region", "--endpoint-url", "--profile") {
			if !strings.Contains(out.String(), want) {
				t.Errorf("%s --help lacks %q:\n%s", command, want, &out)
			}
		}
	}
}
