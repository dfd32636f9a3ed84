package main

import (
	"log/slog"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/boundary/lambdaboundary"
)

func whole() config {
	return config{
		Roles: "isolate=arn:aws:iam::123456789012:role/isolate", Ledger: lambdaboundary.Ledger{Table: "ledger"}, Place: lambdaboundary.Place{Account: "123456789012"},
		Stack: lambdaboundary.Stack{Name: "guard"}, Rule: "guard-FindingsRule", RuleTarget: "arn:aws:states:eu-west-1:123456789012:stateMachine:guard-contain",
		DeadLetters: "https://sqs.eu-west-1.amazonaws.com/123456789012/dead", WatchDeadLetters: "https://sqs.eu-west-1.amazonaws.com/123456789012/watch-dead",
		Operations: "arn:aws:sns:eu-west-1:123456789012:operations",
	}
}

func TestItStartsWithWhatATemplateGivesIt(t *testing.T) {
	t.Setenv("AWS_REGION", "eu-west-1")
	if _, err := build(t.Context(), whole(), slog.New(slog.DiscardHandler)); err != nil {
		t.Error(err)
	}
}

// A check that is left out because a name is missing would be seen by nobody.
func TestWhatIsMissingIsNamed(t *testing.T) {
	t.Setenv("AWS_REGION", "eu-west-1")
	for name, lacks := range map[string]func(*config){
		"STACK_NAME": func(c *config) { c.Stack.Name = "" }, "FINDINGS_RULE": func(c *config) { c.Rule = "" }, "RULE_TARGET_ARN": func(c *config) { c.RuleTarget = "" },
		"DEAD_LETTER_QUEUE_URL": func(c *config) { c.DeadLetters = "" }, "WATCH_DEAD_LETTER_QUEUE_URL": func(c *config) { c.WatchDeadLetters = "" },
		"OPERATIONS_TOPIC_ARN": func(c *config) { c.Operations = "" }, "LEDGER_TABLE": func(c *config) { c.Ledger.Table = "" }, "ACCOUNT_ID": func(c *config) { c.Place.Account = "" },
		"FUNCTION_ROLES": func(c *config) { c.Roles = "isolate" },
	} {
		c := whole()
		lacks(&c)
		if _, err := build(t.Context(), c, slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("without %s: %v", name, err)
		}
	}
}
