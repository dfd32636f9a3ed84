package events

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
)

// EventRule is a rule of the default bus.
type EventRule struct {
	Name     string
	Disabled bool
	Pattern  string // JSON, with lists of texts alone
	Targets  []RuleTarget
}

// RuleTarget is what a rule hands its events to.
type RuleTarget struct{ ARN, DeadLetters string }

// SetRule makes a rule, or changes the one of that name.
func (b *Buses) SetRule(of EventRule) {
	defer b.service.Change()()
	of.Targets = slices.Clone(of.Targets)
	b.rules[of.Name] = of
}

// RemoveRule deletes a rule.
func (b *Buses) RemoveRule(name string) {
	defer b.service.Change()()
	delete(b.rules, name)
}

var (
	describeRule = call.Operation{Name: "DescribeRule", Needs: []string{"Name"}}
	listTargets  = call.Operation{Name: "ListTargetsByRule", Needs: []string{"Rule"}}
	testPattern  = call.Operation{Name: "TestEventPattern", Needs: []string{"EventPattern", "Event"}}
)

func (b *Buses) rule(name string) (EventRule, error) {
	of, there := b.rules[name]
	if !there {
		return EventRule{}, &types.ResourceNotFoundException{Message: aws.String("Rule " + name + " does not exist on EventBus default.")}
	}
	return of, nil
}

// DescribeRule follows https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DescribeRule.html
func (c *Client) DescribeRule(ctx context.Context, in *eventbridge.DescribeRuleInput, _ ...func(*eventbridge.Options)) (*eventbridge.DescribeRuleOutput, error) {
	b := c.buses
	return call.Invoke(ctx, b.service, describeRule, in, func(in *eventbridge.DescribeRuleInput) (*eventbridge.DescribeRuleOutput, error) {
		of, err := b.rule(*in.Name)
		if err != nil {
			return nil, err
		}
		out := &eventbridge.DescribeRuleOutput{Name: in.Name, EventPattern: &of.Pattern, State: types.RuleStateEnabled}
		if of.Disabled {
			out.State = types.RuleStateDisabled
		}
		return out, nil
	})
}

// ListTargetsByRule follows https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListTargetsByRule.html
func (c *Client) ListTargetsByRule(ctx context.Context, in *eventbridge.ListTargetsByRuleInput, _ ...func(*eventbridge.Options)) (*eventbridge.ListTargetsByRuleOutput, error) {
	b := c.buses
	return call.Invoke(ctx, b.service, listTargets, in, func(in *eventbridge.ListTargetsByRuleInput) (*eventbridge.ListTargetsByRuleOutput, error) {
		of, err := b.rule(*in.Rule)
		if err != nil {
			return nil, err
		}
		out := &eventbridge.ListTargetsByRuleOutput{}
		for _, t := range of.Targets {
			target := types.Target{Id: aws.String("StateMachine"), Arn: &t.ARN}
			if t.DeadLetters != "" {
				target.DeadLetterConfig = &types.DeadLetterConfig{Arn: &t.DeadLetters}
			}
			out.Targets = append(out.Targets, target)
		}
		return out, nil
	})
}

// required are the fields that TestEventPattern wants of an event.
var required = []string{"id", "account", "source", "time", "region", "resources", "detail-type"}

// TestEventPattern follows https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_TestEventPattern.html
// Of patterns it knows lists of texts.
func (c *Client) TestEventPattern(ctx context.Context, in *eventbridge.TestEventPatternInput, _ ...func(*eventbridge.Options)) (*eventbridge.TestEventPatternOutput, error) {
	return call.Invoke(ctx, c.buses.service, testPattern, in, func(in *eventbridge.TestEventPatternInput) (*eventbridge.TestEventPatternOutput, error) {
		var pattern, event map[string]any
		if json.Unmarshal([]byte(*in.EventPattern), &pattern) != nil || len(pattern) == 0 {
			return nil, &types.InvalidEventPatternException{Message: aws.String("Event pattern is not valid.")}
		}
		if json.Unmarshal([]byte(*in.Event), &event) != nil {
			return nil, call.Fail("ValidationException", "Parameter Event is not valid. Reason: Event is not a valid JSON object")
		}
		if keys := slices.Collect(maps.Keys(event)); slices.ContainsFunc(required, func(field string) bool { return !slices.Contains(keys, field) }) {
			return nil, call.Fail("ValidationException", "Parameter Event is not valid. Reason: a required field is missing")
		}
		return &eventbridge.TestEventPatternOutput{Result: fits(pattern, event)}, nil
	})
}

func fits(pattern, event map[string]any) bool {
	for field, want := range pattern {
		switch want := want.(type) {
		case map[string]any:
			if below, is := event[field].(map[string]any); !is || !fits(want, below) {
				return false
			}
		case []any:
			if !slices.Contains(want, event[field]) {
				return false
			}
		}
	}
	return true
}
