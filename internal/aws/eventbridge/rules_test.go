package eventbridge_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsevents "github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/internal/aws/eventbridge"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/moto"
	"github.com/ec2-quarantine/quarantine/internal/preflight"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

const (
	pattern = `{"source":["aws.guardduty"],"detail":{"accountId":["123456789012"]}}`
	machine = "arn:aws:states:eu-west-1:123456789012:stateMachine:guard"
	letters = "arn:aws:sqs:eu-west-1:123456789012:dead"
)

func event(id string) string {
	return `{"version":"0","id":"1","detail-type":"GuardDuty Finding","source":"aws.guardduty","account":"123456789012","time":"2026-03-04T05:06:07Z","region":"eu-west-1","resources":[],"detail":{"accountId":"` + id + `"}}`
}

// readsRule holds a client to an account with the rule findings, which is disabled.
func readsRule(t *testing.T, api eventbridge.RulesAPI) {
	t.Helper()
	r := eventbridge.NewRules(api)
	got, err := r.Rule(t.Context(), "findings")
	want := preflight.Rule{Pattern: pattern, Targets: []preflight.RuleTarget{{ARN: machine, DeadLetters: letters}}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
	if _, err := r.Rule(t.Context(), "no-such-rule"); !quarantine.Is(err, quarantine.ThingGone) {
		t.Errorf("a rule that is not there: %v", err)
	}
}

func TestARuleIsReadWithItsTargets(t *testing.T) {
	t.Parallel()
	a := account.New(account.Options{})
	a.SetRule(account.EventRule{Name: "findings", Disabled: true, Pattern: pattern, Targets: []account.RuleTarget{{ARN: machine, DeadLetters: letters}}})
	readsRule(t, a.EventBridge())
}

func TestARuleIsReadWithItsTargetsOverMoto(t *testing.T) {
	t.Parallel()
	api := awsevents.NewFromConfig(moto.NewAccount(t).Config())
	if _, err := api.PutRule(t.Context(), &awsevents.PutRuleInput{Name: aws.String("findings"), State: types.RuleStateDisabled, EventPattern: aws.String(pattern)}); err != nil {
		t.Fatal(err)
	}
	if _, err := api.PutTargets(t.Context(), &awsevents.PutTargetsInput{Rule: aws.String("findings"), Targets: []types.Target{
		{Id: aws.String("StateMachine"), Arn: aws.String(machine), DeadLetterConfig: &types.DeadLetterConfig{Arn: aws.String(letters)}},
	}}); err != nil {
		t.Fatal(err)
	}
	readsRule(t, api)
}

func TestAPatternIsTriedOnAnEvent(t *testing.T) {
	t.Parallel()
	r := eventbridge.NewRules(account.New(account.Options{}).EventBridge())
	for id, want := range map[string]bool{"123456789012": true, "444455556666": false} {
		if got, err := r.Matches(t.Context(), pattern, event(id)); err != nil || got != want {
			t.Errorf("%s: %t, %v", id, got, err)
		}
	}
	if _, err := r.Matches(t.Context(), pattern, "{}"); !quarantine.Is(err, quarantine.Unexpected) {
		t.Errorf("what is no event: %v", err)
	}
}
