package message

import (
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/command"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Where nothing is deployed, there is no execution to start again or to look at, and what a state
// machine does is done from here.
func TestWhereNothingIsDeployedACommandRunsFromHere(t *testing.T) {
	t.Parallel()
	at := command.Place{Table: "quarantine-ledger", Region: "eu-west-1", Profile: "security"}
	for kind, want := range map[quarantine.MessageKind]string{
		quarantine.KindReleaseFailed:     "quarantine release " + incident + " --table quarantine-ledger --here --region eu-west-1 --profile security --reason 'SAY WHY'",
		quarantine.KindContainmentFailed: "quarantine respond --event finding.json --table quarantine-ledger --region eu-west-1 --profile security",
	} {
		n := notContained(quarantine.AccessDenied, "why")
		n.Kind = kind
		m, err := Compose(n, Record{At: at})
		if err != nil {
			t.Fatal(err)
		}
		text := strings.Join(strings.Fields(strings.ReplaceAll(m.Text, `\`, "")), " ")
		if !strings.Contains(text, want) {
			t.Errorf("%s lacks %q:\n%s", kind, want, m.Text)
		}
		if strings.Contains(m.Text, "describe-execution") || strings.Contains(m.Text, "/states/home") {
			t.Errorf("%s leads to an execution:\n%s", kind, m.Text)
		}
	}
}

// What runs from here with a stack's ledger stays in that ledger, and has no execution either.
func TestWhatRunsFromHereIsStartedAgainInTheLedgerOfTheStack(t *testing.T) {
	t.Parallel()
	at := command.Place{Stack: "guard", Region: "eu-west-1", Here: true}
	m, err := Compose(notContained(quarantine.AccessDenied, "why"), Record{At: at})
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(strings.Fields(strings.ReplaceAll(m.Text, `\`, "")), " ")
	if !strings.Contains(text, "quarantine respond --event finding.json --stack guard --region eu-west-1") || strings.Contains(text, "describe-execution") || strings.Contains(text, "/states/home") {
		t.Error(m.Text)
	}
}

// A channel that shortens says where the rest is.
func TestAMessageSaysHowAllOfItIsShown(t *testing.T) {
	t.Parallel()
	m, err := Compose(notContained(quarantine.Throttled, "why"), Record{At: command.Place{Stack: "guard", Region: "eu-west-1"}})
	if want := "quarantine show " + incident + " --stack guard --region eu-west-1"; err != nil || m.Show != want {
		t.Errorf("%q, %v; want %q", m.Show, err, want)
	}
}

// Who is on call for several accounts knows from every message where it is.
func TestEveryMessageNamesTheAccountAndTheRegion(t *testing.T) {
	t.Parallel()
	for name, n := range oneOfEach() {
		if n.Kind == quarantine.KindMalformed {
			continue // it may name none
		}
		m := compose(t, n)
		if where := account + "/" + region; !strings.Contains(m.Subject+unwrapped(m.Text), where) {
			t.Errorf("%s does not say %s:\n%s\n%s", name, where, m.Subject, m.Text)
		}
	}
}

// A finding has the tag that the instance had when GuardDuty looked: messages of one incident do not differ.
func TestAnIncidentHasOneNameInAllItsMessages(t *testing.T) {
	t.Parallel()
	r := onRecord()
	r.Incident.Described = &quarantine.Described{Name: "web-1"}
	tagged := triage()
	tagged.Finding.Instances[0].Tags = map[string]string{quarantine.TagName: "old-name"}
	for name, n := range oneOfEach() {
		if n.Triage != nil {
			n.Triage = tagged
		}
		if n.Incident == "" {
			continue
		}
		m := composed(t, n, r)
		if strings.Contains(m.Subject+m.Text, "old-name") || !strings.Contains(unwrapped(m.Text), `"web-1"`) {
			t.Errorf("%s does not call it web-1:\n%s\n%s", name, m.Subject, m.Text)
		}
	}
}
