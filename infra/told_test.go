package infra_test

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/infra/template"
)

func TestADeploymentThatTellsNobodyIsRefused(t *testing.T) {
	t.Parallel()
	s := stack(t)
	for given, told := range map[string]bool{
		"":                                false,
		"OperationsEmail=ops@example.com": false,
		"OwnSubscribers=no":               false,
		"AlertEmail=security@example.com": true,
		"SlackWebhookParameter=/quarantine/webhook":  true,
		"OwnSubscribers=yes":                         true,
		"OwnSubscribers=no AlertEmail=a@example.com": true,
	} {
		got := strings.Join(refusals(t, s, given), "; ")
		if told && got != "" || !told && !strings.Contains(got, "Nobody would be told of an incident") {
			t.Errorf("%q is refused with %q", given, got)
		}
	}
}

func TestButtonsAreRefusedWithoutApproversAndThePage(t *testing.T) {
	t.Parallel()
	s := stack(t)
	all := "AlertEmail=a@example.com SlackSigningParameter=/s SlackApprovers=U1 ApprovalKeyParameter=/k SlackTokenParameter=/t"
	if got := refusals(t, s, all); len(got) > 0 {
		t.Errorf("refused with %q", got)
	}
	for without, want := range map[string]string{
		" SlackApprovers=U1":        "SlackSigningParameter needs SlackApprovers",
		" ApprovalKeyParameter=/k":  "needs ApprovalKeyParameter",
		" SlackSigningParameter=/s": "SlackApprovers needs SlackSigningParameter",
	} {
		if got := strings.Join(refusals(t, s, strings.Replace(all, without, "", 1)), "; "); !strings.Contains(got, want) {
			t.Errorf("without%s: refused with %q, want %q", without, got, want)
		}
	}
}

// A question whose reminders come late, or never, expires with nobody warned.
func TestRemindersThatComeTooLateAreRefused(t *testing.T) {
	t.Parallel()
	s := stack(t)
	values := func(parameter string) []any {
		return template.List(at(s.Body, "Parameters", parameter, "AllowedValues"))
	}
	refused, all := 0, 0
	for _, r := range values("ReminderSeconds") {
		for _, e := range values("ExpirySeconds") {
			given := fmt.Sprintf("AlertEmail=a@example.com ReminderSeconds=%v ExpirySeconds=%v", r, e)
			said := strings.Join(refusals(t, s, given), "; ")
			late := 4*number(t, r) > number(t, e)
			if late != strings.HasPrefix(said, "ReminderSeconds is more than a quarter of ExpirySeconds") {
				t.Errorf("%s is refused with %q", given, said)
			}
			if all++; late {
				refused++
			}
		}
	}
	if refused == 0 || refused == all {
		t.Errorf("%d of %d are refused", refused, all)
	}
}

func number(t *testing.T, v any) int {
	t.Helper()
	n, err := strconv.Atoi(fmt.Sprint(v))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestALimitOfAPageThatThereIsNotIsRefused(t *testing.T) {
	t.Parallel()
	s := stack(t)
	const base = "AlertEmail=a@example.com PageConcurrency=5"
	if got := refusals(t, s, base); len(got) != 1 || !strings.Contains(got[0], "ApprovalKeyParameter") {
		t.Errorf("refused with %q", got)
	}
	if got := refusals(t, s, base+" ApprovalKeyParameter=/k"); len(got) > 0 {
		t.Errorf("refused with %q", got)
	}
}

// The topic is a channel where somebody is said to have subscribed to it: else it
// would be one that fails with every message.
func TestTheTopicIsAChannelWhereItHasSubscribers(t *testing.T) {
	t.Parallel()
	s := stack(t)
	for given, want := range map[string]bool{
		"SlackWebhookParameter=/w": false, "AlertEmail=a@example.com": true, "OwnSubscribers=yes": true,
		"SlackWebhookParameter=/w OwnSubscribers=yes": true,
	} {
		holds := evaluator{t, s, parametersOf(s, given)}
		for _, id := range []string{"NotifyFunction", "ApprovalFunction"} {
			choice, _ := at(s.Resources()[id].Properties, "Environment", "Variables", "ALERTS_TOPIC_ARN", "Fn::If").([]any)
			if len(choice) != 3 || text(choice[1]) != "${AlertsTopic}" || text(choice[2]) != "${AWS::NoValue}" || holds.is(map[string]any{"Condition": choice[0]}) != want {
				t.Errorf("%s: %s: the topic should be a channel: %t; it is by %v", given, id, want, choice)
			}
		}
	}
}

// refusals are what CloudFormation says to parameters, as its rules do:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html
func refusals(t *testing.T, s *template.Template, given string) (said []string) {
	t.Helper()
	holds := evaluator{t, s, parametersOf(s, given)}
	rules := template.Map(s.Body["Rules"])
	for _, name := range slices.Sorted(maps.Keys(rules)) {
		if when := at(rules[name], "RuleCondition"); when != nil && !holds.is(when) {
			continue
		}
		for _, a := range template.List(at(rules[name], "Assertions")) {
			if !holds.is(at(a, "Assert")) {
				said = append(said, text(a, "AssertDescription"))
			}
		}
	}
	return said
}

// parametersOf are all parameters' values: what is given, and defaults.
func parametersOf(s *template.Template, given string) map[string]string {
	out := map[string]string{}
	for name, p := range template.Map(s.Body["Parameters"]) {
		out[name] = fmt.Sprint(at(p, "Default"))
	}
	for _, setting := range strings.Fields(given) {
		name, value, _ := strings.Cut(setting, "=")
		out[name] = value
	}
	return out
}

// evaluator decides conditions by the values of parameters.
type evaluator struct {
	t          *testing.T
	of         *template.Template
	parameters map[string]string
}

func (e evaluator) is(v any) bool {
	e.t.Helper()
	for function, argument := range template.Map(v) {
		list := template.List(argument)
		switch function {
		case "Fn::Not":
			return !e.is(list[0])
		case "Fn::Or":
			return slices.ContainsFunc(list, e.is)
		case "Fn::And":
			return !slices.ContainsFunc(list, func(v any) bool { return !e.is(v) })
		case "Fn::Equals":
			return e.value(list[0]) == e.value(list[1])
		case "Fn::Contains":
			return slices.ContainsFunc(template.List(list[0]), func(v any) bool { return e.value(v) == e.value(list[1]) })
		case "Condition":
			return e.is(at(e.of.Body, "Conditions", argument.(string)))
		}
	}
	e.t.Fatalf("%v is no condition that these tests know", v)
	return false
}

func (e evaluator) value(v any) string {
	e.t.Helper()
	name := template.Map(v)["Ref"]
	if name == nil {
		return fmt.Sprint(v)
	}
	value, ok := e.parameters[name.(string)]
	if !ok {
		e.t.Fatalf("%v is no parameter", name)
	}
	return value
}
