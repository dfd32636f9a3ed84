package watch_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/ec2-quarantine/quarantine/functions/watch"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func parsed(t *testing.T, input string) watch.Input {
	t.Helper()
	in, err := watch.ParseInput(json.RawMessage(input))
	if err != nil {
		t.Fatal(err)
	}
	return in
}

func TestTheScheduleNamesNoIncident(t *testing.T) {
	t.Parallel()
	for _, input := range []string{``, " \n", `{}`, `null`, `{"incident": ""}`, `{"other": [1]}`} {
		if in := parsed(t, input); in.Incident != "" || watch.Since(in) != time.Minute || in.By("eni-1") != "" {
			t.Errorf("%q is read as %+v", input, in)
		}
	}
	if in := parsed(t, `{"incident": "inc-20260304-0123456789"}`); in.Incident != "inc-20260304-0123456789" || watch.Since(in) != time.Minute {
		t.Errorf("a joining finding's input is read as %+v", in)
	}
}

// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
func TestAHintSaysWhoIfTheCallIsAboutTheThing(t *testing.T) {
	t.Parallel()
	const call = `"eventName": "ModifyNetworkInterfaceAttribute", "eventTime": "2026-03-04T12:00:00Z", "sourceIPAddress": "198.51.100.7",
		"requestParameters": {"networkInterfaceId": "eni-1", "groupSet": {"items": [{"groupId": "sg-1"}]}}, "responseElements": {"newAssociationId": "aclassoc-2"}`
	const rest = " by ModifyNetworkInterfaceAttribute at 2026-03-04T12:00:00Z from 198.51.100.7"
	for name, tt := range map[string]struct{ identity, who string }{
		"a role's session": {`"userIdentity": {"type": "AssumedRole", "arn": "arn:aws:sts::1:assumed-role/r/s", "principalId": "AROA:s"}`, "arn:aws:sts::1:assumed-role/r/s"},
		"a service":        {`"userIdentity": {"type": "AWSService", "invokedBy": "autoscaling.amazonaws.com"}`, "autoscaling.amazonaws.com"},
		"another account":  {`"userIdentity": {"type": "AWSAccount", "principalId": "AIDA"}`, "AIDA"},
		"a kind alone":     {`"userIdentity": {"type": "Unknown"}`, "Unknown"},
		"nobody":           {`"userIdentity": {}`, "somebody"},
	} {
		in := parsed(t, `{"detail-type": "AWS API Call via CloudTrail", "detail": {`+tt.identity+`, `+call+`}}`)
		for _, mark := range []string{"eni-1", "sg-1", "aclassoc-2"} {
			if got := in.By("i-0", mark); got != tt.who+rest {
				t.Errorf("%s: who did that to %s is %q", name, mark, got)
			}
		}
		for _, mark := range []string{"", "eni-12", "eni", "sg-2", "198.51.100.7"} {
			if got := in.By(mark); got != "" {
				t.Errorf("%s: it is about %q by %q", name, mark, got)
			}
		}
		if watch.Since(in) != 10*time.Second {
			t.Errorf("%s: it looks again after %s", name, watch.Since(in))
		}
	}
	if got := parsed(t, `{"detail": {"requestParameters": {"groupId": "sg-1"}}}`).By("sg-1"); got != "somebody" {
		t.Errorf("of a call without a name is said %q", got)
	}
}

// A hint only decorates: one that cannot be read keeps nobody from looking.
func TestAHintThatCannotBeReadIsLeftOut(t *testing.T) {
	t.Parallel()
	for _, detail := range []string{`"text"`, `[]`, `7`, `{"eventName": 7}`, `{"eventName": "X", "userIdentity": "root"}`, `null`} {
		in := parsed(t, `{"detail": `+detail+`}`)
		if watch.Since(in) != time.Minute || in.By("eni-1") != "" {
			t.Errorf("%s is read as %+v", detail, in)
		}
	}
}

func FuzzInput(f *testing.F) {
	for _, seed := range []string{
		``, `{}`, `{"incident": "inc-20260304-0123456789"}`, `{"incident": "inc-1"}`, `[]`, `{"detail": {"eventName": 7}}`,
		`{"detail": {"eventName": "X", "userIdentity": {"arn": "a"}, "requestParameters": {"groupId": "sg-1"}}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		in, err := watch.ParseInput(raw)
		if err != nil {
			if !quarantine.Is(err, quarantine.BadRequest) {
				t.Errorf("%q: %v", raw, err)
			}
			return
		}
		if in.Incident != "" && !quarantine.IsIncidentID(in.Incident) {
			t.Errorf("%q names the incident %q", raw, in.Incident)
		}
		if got := watch.Since(in); got != time.Minute && got != 10*time.Second {
			t.Errorf("%q looks again after %s", raw, got)
		}
		if by := in.By("sg-1"); by != "" && !strings.Contains(string(raw), `"sg-1"`) || !utf8.ValidString(by) {
			t.Errorf("%q is about sg-1, by %q", raw, by)
		}
		if by := in.By(""); by != "" {
			t.Errorf("%q is about nothing, by %q", raw, by)
		}
	})
}
