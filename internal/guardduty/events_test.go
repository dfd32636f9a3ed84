package guardduty_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/internal/guardduty"
	"github.com/ec2-quarantine/quarantine/internal/guardduty/gdtest"
)

func inText(t *testing.T, v []byte) string {
	t.Helper()
	text, err := json.Marshal(string(v))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Each file holds the miner's event, and says where.
func TestAnEventIsTakenOutOfWhatItCameIn(t *testing.T) {
	t.Parallel()
	miner := gdtest.Fixture("miner")
	text := inText(t, miner)
	notification := fmt.Sprintf(`{"Type":"Notification","TopicArn":"arn:aws:sns:eu-west-1:111122223333:t","MessageId":"1","Message":%s}`, text)
	for within, file := range map[string]string{
		"":                                string(miner),
		"in a message of SNS":             notification,
		"in a batch, from SNS, in":        fmt.Sprintf(`{"Records":[{"EventSource":"aws:sns","Sns":%s}]}`, notification),
		"in a batch, in a message of SQS": fmt.Sprintf(`{"Records":[{"messageId":"1","receiptHandle":"x","body":%s}]}`, text),
		"from a queue of SQS, in a message of SQS":    fmt.Sprintf(`{"Messages":[{"MessageId":"1","ReceiptHandle":"x","Body":%s}]}`, text),
		"in a message of SQS, in a message of SNS":    fmt.Sprintf(`{"messageId":"1","body":%s}`, inText(t, []byte(notification))),
		"in a batch, in a message of SQS, in a messa": fmt.Sprintf(`{"Records":[{"messageId":"1","body":%s}]}`, inText(t, []byte(notification))),
	} {
		events := guardduty.Events([]byte(file))
		if len(events) != 1 || !strings.HasPrefix(events[0].Within, within) {
			t.Fatalf("%s: %+v", within, events)
		}
		if f, err := events[0].Finding(); err != nil || f.Type != "CryptoCurrency:EC2/BitcoinTool.B!DNS" {
			t.Errorf("%s: %v", within, err)
		}
	}
}

func TestSeveralEventsInAFileAreTold(t *testing.T) {
	t.Parallel()
	miner, probe := string(gdtest.Fixture("miner")), string(gdtest.Fixture("port-probe"))
	for _, file := range []string{miner + "\n" + probe + "\n", "[" + miner + "," + probe + "]"} {
		events := guardduty.Events([]byte(file))
		if len(events) != 2 || events[1].Name("findings.jsonl") != "findings.jsonl, event 2" {
			t.Fatalf("%+v", events)
		}
		if f, err := events[1].Finding(); err != nil || f.ActionType != "PORT_PROBE" {
			t.Errorf("%v", err)
		}
	}
}

const getFindings = `{"Findings":[{"AccountId":"111122223333","Region":"eu-west-1","Id":"f1","Type":"Backdoor:EC2/Spambot","Severity":8,
	"UpdatedAt":"2026-03-04T05:03:00.000Z","Resource":{"ResourceType":"Instance","InstanceDetails":{"InstanceId":"i-0a1b2c3d4e5f60718",
	"Tags":[{"Key":"Name","Value":"web"}],"NetworkInterfaces":[{"Ipv6Addresses":["2001:db8::1"],"PublicIp":"198.51.100.10"}]}},
	"Service":{"Count":2,"Archived":false,"AdditionalInfo":{"Type":"default","Value":"{\"sample\":%t}"}}}]}`

func TestAResponseOfGetFindingsIsRead(t *testing.T) {
	t.Parallel()
	for _, sample := range []bool{true, false} {
		text := fmt.Appendf(nil, getFindings, sample)
		events := guardduty.Events(text)
		wire := guardduty.Events([]byte(strings.NewReplacer("Findings", "findings", "AccountId", "accountId", "Severity", "severity").Replace(string(text))))
		if len(wire) != 1 || !bytes.Equal(wire[0].Body, events[0].Body) {
			t.Errorf("as it is on the wire, it is another event: %s", wire[0].Body)
		}
		f, err := events[0].Finding()
		if err != nil || len(events) != 1 {
			t.Fatal(events, err)
		}
		i := one(f)
		if f.Sample != sample || f.Count != 2 || i.Tags["Name"] != "web" || i.PublicIPs()[0] != "198.51.100.10" || len(i.Interfaces[0].IPv6) != 1 || len(f.LeftOut) > 0 {
			t.Errorf("%+v", f)
		}
	}
}

// A finding as it stands under detail, alone or one a line, is read as its event is.
func TestAFindingWithoutItsEventIsRead(t *testing.T) {
	t.Parallel()
	var event struct{ Detail json.RawMessage }
	if err := json.Unmarshal(gdtest.Fixture("miner"), &event); err != nil {
		t.Fatal(err)
	}
	want, err := guardduty.Parse(gdtest.Fixture("miner"))
	if err != nil {
		t.Fatal(err)
	}
	var line bytes.Buffer
	if err := json.Compact(&line, event.Detail); err != nil {
		t.Fatal(err)
	}
	for file, within := range map[string]string{
		string(event.Detail):                        "a finding without its event",
		line.String() + "\n" + line.String() + "\n": "event 1, a finding without its event",
		"[" + string(event.Detail) + "]":            "a finding without its event",
	} {
		events := guardduty.Events([]byte(file))
		got, err := events[0].Finding()
		want.EventTime = got.EventTime // the event's own time is not in it
		if diff := cmp.Diff(want, got); err != nil || diff != "" || events[0].Within != within {
			t.Errorf("%q: %v\n%s", events[0].Within, err, diff)
		}
		if !got.EventTime.Equal(got.UpdatedAt) {
			t.Errorf("the event's time is %s, want when the finding was updated, %s", got.EventTime, got.UpdatedAt)
		}
	}
}

func TestWhatHoldsNoWholeEventIsNamed(t *testing.T) {
	t.Parallel()
	for file, says := range map[string]string{
		`{"TopicArn":"arn:aws:sns:eu-west-1:111122223333:t","Message":"Alarm: a finding"}`:                                 "in a message of SNS: ",
		`{"messageId":"1","body":"{\"detail\":"}`:                                                                          "in a message of SQS: ",
		`{"Findings":[{"Severity":8,"Type":"x","Resource":{}}]}`:                                                           "in a response of GetFindings: ",
		`{"Findings":[{"Severity":8},{"Severity":8}]}`:                                                                     "in a response of GetFindings, finding 1: ",
		`{"Findings":[{"Id":"1","Service":{"AdditionalInfo":{"Sample":true,"sample":false}},"Severity":8,"Resource":{}}]}`: "in a response of GetFindings: ",
		`{"Findings":[{"Id":"1","id":"2","Severity":8}]}`:                                                                  "in a response of GetFindings: ",
		`{"severity":8,"resource":{}}` + "\n" + `{"severity":8,"resource":{}}`:                                             "event 1: no GuardDuty finding can be read: detail should be the finding",
	} {
		_, err := guardduty.Events([]byte(file))[0].Finding()
		_ = malformed(t, err)
		if !strings.HasPrefix(err.Error(), says) {
			t.Errorf("%s: %v", file, err)
		}
	}
}

// There is always an event, and no finding is read that Parse would not read.
func FuzzEvents(f *testing.F) {
	for _, name := range gdtest.Names() {
		f.Add(gdtest.Fixture(name))
	}
	f.Add(fmt.Appendf(nil, getFindings, true))
	f.Add([]byte(`{"Records":[{"messageId":"1","body":"[{}]"}]}`))
	f.Fuzz(func(t *testing.T, file []byte) {
		events := guardduty.Events(file)
		if len(events) == 0 {
			t.Fatal("no event")
		}
		for _, e := range events {
			if finding, err := e.Finding(); err == nil {
				sound(t, finding)
			} else {
				_ = malformed(t, err)
			}
		}
	})
}
