package triage_test

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/guardduty"
	"github.com/ec2-quarantine/quarantine/internal/guardduty/gdtest"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/quarantine/clocktest"
)

// said is a person's word about an instance.
func said() quarantine.Finding {
	about := quarantine.Resource{Kind: quarantine.KindInstance, AccountID: "111122223333", Region: "us-east-1", ID: "i-0abcdef1234567890"}
	word := quarantine.Word{By: "arn:aws:iam::111122223333:user/kim", Reason: "it sends our data away", At: noon}
	return word.Finding(about, quarantine.Instance{ID: about.ID, Tags: map[string]string{"team": "web"},
		Interfaces: []quarantine.Interface{{VPCID: "vpc-0123456789abcdef0", SubnetID: "subnet-0123456789abcdef0"}}})
}

func handler(p *triage.Policy) *triage.Handler {
	return &triage.Handler{Policies: triage.Always(p), Clock: clocktest.At(noon), Log: slog.New(slog.NewTextHandler(io.Discard, nil))}
}

// weighed is what triage makes of the word by a policy.
func weighed(t *testing.T, p *triage.Policy) quarantine.Triage {
	t.Helper()
	out, err := handler(p).Judge(t.Context(), execution, said())
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestAPersonsWordIsolatesAndIsNotScored(t *testing.T) {
	t.Parallel()
	out := weighed(t, triage.DefaultPolicy().Confirmed())
	v := out.Verdict
	if v.Action != quarantine.ActionIsolate || !v.Unscored || v.Score != 0 || len(v.Reasons) != 1 || v.Reasons[0].Name != quarantine.ReasonWord {
		t.Errorf("%+v", v)
	}
	if out.Resource == nil || out.Incident == "" || !out.Confirmed || out.Finding.Word == nil || out.Finding.Severity != 0 {
		t.Errorf("%+v", out)
	}
}

// A policy's overrides and thresholds are about findings.
func TestNoThresholdOrOverrideHoldsForAPersonsWord(t *testing.T) {
	t.Parallel()
	p := policy(t, `overrides: [{name: never, when: "true", action: ignore, reason: x}]`)
	if v := p.Judge(said(), noon); v.Action != quarantine.ActionIsolate {
		t.Errorf("%+v", v)
	}
}

func TestWhatIsExemptIsExemptFromAPersonsWord(t *testing.T) {
	t.Parallel()
	for _, exempt := range []string{`accounts: ["111122223333"]`, "vpcs: [vpc-0123456789abcdef0]", "subnets: [subnet-0123456789abcdef0]", "tags: {team: web}"} {
		v := policy(t, "exempt: {"+exempt+"}").Judge(said(), noon)
		if last := v.Reasons[len(v.Reasons)-1]; v.Action != quarantine.ActionNotify || last.Name != "exempt" || !v.Unscored {
			t.Errorf("%s: %+v", exempt, v)
		}
	}
}

// What is deployed judges GuardDuty's findings alone: whatever an event holds, it is refused, or judged as
// the finding that it is.
func TestNoEventMakesAPersonsWord(t *testing.T) {
	t.Parallel()
	whole, err := json.Marshal(said())
	if err != nil {
		t.Fatal(err)
	}
	word, _ := json.Marshal(said().Word)
	genuine := gdtest.Fixture("miner")
	want, _, err := handle(t, "miner", triage.DefaultPolicy())
	if err != nil {
		t.Fatal(err)
	}
	into := func(object, field string, value []byte) []byte {
		i := bytes.Index(genuine, []byte(object)) + len(object)
		return append(append(append([]byte{}, genuine[:i]...), []byte(`"`+field+`":`+string(value)+`,`)...), genuine[i:]...)
	}
	resource, _ := json.Marshal(said().Resources()[0])
	for name, event := range map[string][]byte{
		"the command line's own input":   []byte(`{"word":` + string(word) + `,"resource":` + string(resource) + `}`),
		"the word as triage hands it on": whole,
		"the word as the detail":         []byte(`{"source":"aws.guardduty","detail-type":"GuardDuty Finding","detail":` + string(whole) + `}`),
		"its type in a finding":          bytes.Replace(genuine, []byte(want.Finding.Type), []byte(quarantine.TypeWord), 1),
		"a word beside the detail":       into("{", "word", word),
		"a word in the detail":           into(`"detail": {`, "word", word),
		"unscored in the detail":         into(`"detail": {`, "unscored", []byte("true")),
		"a verdict beside the detail":    into("{", "verdict", []byte(`{"action":"isolate","unscored":true}`)),
		"a confirmation":                 into("{", "confirmed", []byte("true")),
	} {
		if !json.Valid(event) || bytes.Equal(event, genuine) {
			t.Fatalf("%s: the event is not forged: %s", name, event)
		}
		out, err := handler(triage.DefaultPolicy()).Handle(t.Context(), triage.Request{Event: event, Execution: execution})
		if err != nil {
			if !quarantine.Is(err, quarantine.MalformedEvent) {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if diff := cmp.Diff(want, out); diff != "" {
			t.Errorf("%s: it is judged as something else (-genuine +forged):\n%s", name, diff)
		}
	}
}

// The type is none that GuardDuty could come to have.
func TestAPersonsWordHasNoTypeOfGuardDutys(t *testing.T) {
	t.Parallel()
	if !strings.Contains(quarantine.TypeWord, " ") || strings.Contains(quarantine.TypeWord, ":") {
		t.Error(quarantine.TypeWord)
	}
	for _, known := range guardduty.KnownTypes() {
		if known == quarantine.TypeWord {
			t.Error(known)
		}
	}
}
