package simulate_test

import (
	"bytes"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/jsonschema-go/jsonschema"

	"github.com/ec2-quarantine/quarantine/infra/template"
	"github.com/ec2-quarantine/quarantine/internal/aws/eventbridge"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// detail is what is compared of an event's.
type detail struct {
	Kind                                    quarantine.MessageKind
	Outcome                                 quarantine.Outcome
	Key, Thread, Subject, Summary, Incident string
}

func detailOf(t *testing.T, e simulate.BusEvent) (d detail) {
	t.Helper()
	if err := json.Unmarshal(e.Detail, &d); err != nil {
		t.Fatal(err)
	}
	return d
}

// everyEvent are the events of all ways on which people are told something. They are made once.
var everyEvent = sync.OnceValue(func() func(t *testing.T) []simulate.BusEvent {
	var once sync.Once
	var all []simulate.BusEvent
	return func(t *testing.T) []simulate.BusEvent {
		t.Helper()
		once.Do(func() {
			for _, c := range tellings(t) {
				r, _ := c.report(t)
				all = append(all, r.Events...)
			}
		})
		return all
	}
})()

// What people are told, programs are.
func TestEachNewsIsAnEvent(t *testing.T) {
	t.Parallel()
	r := run(t, nil, miner(hostA, 1))
	if len(r.Events) == 0 || len(r.Events)*2 != len(r.Notifications) {
		t.Errorf("%d events of %d messages in two channels", len(r.Events), len(r.Notifications))
	}
	for _, e := range r.Events {
		d := detailOf(t, e)
		told := slices.ContainsFunc(r.Notifications, func(n simulate.Notification) bool {
			return n.Channel == "sns" && n.Kind == string(d.Kind) && n.Subject == d.Subject && strings.Contains(n.Text, strings.SplitN(d.Summary, "\n", 2)[0][:20])
		})
		if !told || e.Source != eventbridge.Source || e.DetailType != eventbridge.DetailType(d.Kind) {
			t.Errorf("%s of %s: %s", e.DetailType, e.Source, e.Detail)
		}
	}
}

// A report has what Slack was posted, to look at.
func TestANotificationHasWhatIsPostedToSlack(t *testing.T) {
	t.Parallel()
	r := run(t, nil, miner(hostA, 1))
	for _, n := range r.Notifications {
		var posted struct {
			Text        string
			Attachments []struct{ Color string }
		}
		if (n.Slack != nil) != (n.Channel == "slack") {
			t.Errorf("%s has %s", n.Channel, n.Slack)
		} else if n.Slack != nil && (json.Unmarshal(n.Slack, &posted) != nil || posted.Text != n.Subject || len(posted.Attachments) != 1 || posted.Attachments[0].Color != "#2eb67d") {
			t.Errorf("%s of Slack: %s", n.Subject, n.Slack)
		}
	}
}

// eventSchema is what receivers are promised.
func eventSchema(t *testing.T) *jsonschema.Resolved {
	t.Helper()
	raw, err := os.ReadFile("../../../docs/events.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	var schema jsonschema.Schema
	if err := json.Unmarshal(raw, &schema); err != nil {
		t.Fatal(err)
	}
	resolved, err := schema.Resolve(nil)
	if err != nil {
		t.Fatal(err)
	}
	return resolved
}

func TestEveryEventIsOfTheSchema(t *testing.T) {
	t.Parallel()
	resolved := eventSchema(t)
	kinds := map[quarantine.MessageKind]bool{}
	for _, e := range everyEvent(t) {
		if err := resolved.Validate(asJSON(t, e.Detail)); err != nil {
			t.Errorf("%s: %v", e.DetailType, err)
		}
		if len(e.Detail) > 24<<10 {
			t.Errorf("%s has %d bytes", e.DetailType, len(e.Detail))
		}
		kinds[detailOf(t, e).Kind] = true
	}
	if len(kinds) < 14 {
		t.Errorf("only %d kinds of news were seen", len(kinds))
	}
}

// I11: the links let whoever has one decide. They are signed, and people get them.
func TestNoEventHasALink(t *testing.T) {
	t.Parallel()
	for _, e := range everyEvent(t) {
		if bytes.Contains(e.Detail, []byte("approvals.example")) || bytes.Contains(e.Detail, []byte("hooks.slack")) {
			t.Errorf("%s: %s", e.DetailType, e.Detail)
		}
	}
}

// An incident's news has its thread, and no two have one key.
func TestKeysTellNewsApart(t *testing.T) {
	t.Parallel()
	r := run(t, nil, miner(hostA, 1), miner(hostA2, 2))
	seen := map[string]bool{}
	for _, e := range r.Events {
		d := detailOf(t, e)
		if seen[d.Key] || d.Incident != "" && d.Thread != d.Incident {
			t.Errorf("key %s (seen: %t), thread %s of %s", d.Key, seen[d.Key], d.Thread, d.Incident)
		}
		seen[d.Key] = true
	}
	if len(seen) < 4 {
		t.Errorf("%d events", len(seen))
	}
}

// The news is told twice, because the answer to the first time was lost.
func TestWhatIsToldTwiceHasOneKey(t *testing.T) {
	t.Parallel()
	r := run(t, with(account.Fault{Service: "events", Kind: account.StopAfter, Times: 1}), miner(hostA, 1))
	keys := map[string]int{}
	for _, e := range r.Events {
		keys[detailOf(t, e).Key]++
	}
	if len(keys) != len(r.Events)-1 {
		t.Errorf("keys %v of %d events, one of which was put twice", keys, len(r.Events))
	}
}

func TestABusThatTakesNothingKeepsNobodyFromBeingTold(t *testing.T) {
	t.Parallel()
	for _, kind := range []account.Kind{account.Deny, account.Throttle, account.ServerError, account.TimeoutBefore} {
		r := run(t, with(account.Fault{Service: "events", Kind: kind}), miner(hostA, 1))
		if got := end(r.Executions[0]); got != "Contained" || len(r.Events) != 0 || len(r.Notifications) != 4 {
			t.Errorf("fault %d: %s with %d events and %d messages", kind, got, len(r.Events), len(r.Notifications))
		}
	}
}

// Nobody reads a bus at three in the morning.
func TestAnEventTellsNobody(t *testing.T) {
	t.Parallel()
	r := run(t, func(a *account.Account) {
		a.Inject(account.Fault{Service: "sns", Kind: account.Deny})
		a.Inject(account.Fault{Service: "slack", Kind: account.Deny})
	}, miner(hostA, 1))
	if got := end(r.Executions[0]); got != "ContainedButUntold" || len(r.Events) == 0 {
		t.Errorf("ended in %s with %d events", got, len(r.Events))
	}
}

// receivers check what a rule's target gets against what it takes.
var receivers = map[string]func(t *testing.T, got map[string]any){
	"PagerDuty": func(t *testing.T, got map[string]any) { // https://developer.pagerduty.com/api-reference/368ae3d938c9e-send-an-event-to-pager-duty
		payload := template.Map(got["payload"])
		if key, _ := got["dedup_key"].(string); key == "" || len(key) > 255 {
			t.Errorf("dedup_key %v", got["dedup_key"])
		}
		summary, _ := payload["summary"].(string)
		if got["event_action"] == "trigger" && (summary == "" || len(summary) > 1024 || payload["source"] == "" || payload["severity"] != "critical") {
			t.Errorf("payload %v", payload)
		}
	},
	"Jira": func(t *testing.T, got map[string]any) { // https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/
		fields := template.Map(got["fields"])
		if summary, _ := fields["summary"].(string); summary == "" || len(summary) > 255 || strings.Contains(summary, "\n") {
			t.Errorf("summary %q", summary)
		}
		for _, label := range template.List(fields["labels"]) {
			if label, _ := label.(string); label == "" || strings.Contains(label, " ") {
				t.Errorf("label %q", label)
			}
		}
	},
	"Amazon Q Developer in chat applications": func(t *testing.T, got map[string]any) { // https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html
		content := template.Map(got["content"])
		title, _ := content["title"].(string)
		description, _ := content["description"].(string)
		if got["version"] != "1.0" || got["source"] != "custom" || len(title) > 250 || description == "" || len(description) > 8000 {
			t.Errorf("%v", got)
		}
	},
}

// https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format.html
func TestTheDocumentedStateMachineMakesFindings(t *testing.T) {
	t.Parallel()
	machine := documented(t)["Security Hub"].Resources()["HubStateMachine"].Properties
	arguments := template.Map(template.Map(template.Map(template.Map(machine["Definition"])["States"])["Import"])["Arguments"])
	for _, e := range everyEvent(t) {
		finding := template.Map(evaluated(t, template.List(arguments["Findings"])[0], e))
		for _, field := range []string{"SchemaVersion", "Id", "ProductArn", "GeneratorId", "AwsAccountId", "CreatedAt", "UpdatedAt", "Title", "Description"} {
			if value, _ := finding[field].(string); value == "" || len(value) > 1024 {
				t.Errorf("%s: %s is %v", e.DetailType, field, finding[field])
			}
		}
		severity := map[quarantine.Outcome]string{"bad": "HIGH", "ask": "MEDIUM", "good": "INFORMATIONAL", "info": "INFORMATIONAL"}
		if got := template.Map(finding["Severity"])["Label"]; got != severity[detailOf(t, e).Outcome] {
			t.Errorf("%s: severity %v", e.DetailType, got)
		}
		if resource := template.Map(template.List(finding["Resources"])[0]); resource["Id"] == "" || resource["Type"] != "Other" {
			t.Errorf("%s: resource %v", e.DetailType, resource)
		}
	}
}

func TestTheDocumentedRulesTakeTheEventsOfRuns(t *testing.T) {
	t.Parallel()
	all := documented(t)
	for name, check := range receivers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, r := range busRules(all[name]) {
				matched := 0
				for _, e := range everyEvent(t) {
					if matches(t, r.pattern, asJSON(t, e)) {
						matched++
						check(t, transformed(t, r.targets[0], e))
					}
				}
				if matched == 0 || matched == len(everyEvent(t)) {
					t.Errorf("%s matches %d of %d events", r.id, matched, len(everyEvent(t)))
				}
			}
			if len(busRules(all[name])) == 0 {
				t.Error("there is no rule")
			}
		})
	}
}
