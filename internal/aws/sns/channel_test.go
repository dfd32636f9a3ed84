package sns

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"
	"github.com/aws/smithy-go"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

const topic = "arn:aws:sns:eu-central-1:111122223333:quarantine"

// publisher records the last input and returns err.
type publisher struct {
	in  *sns.PublishInput
	err error
}

func (p *publisher) Publish(_ context.Context, in *sns.PublishInput, _ ...func(*sns.Options)) (*sns.PublishOutput, error) {
	p.in = in
	return &sns.PublishOutput{}, p.err
}

func sent(t *testing.T, m quarantine.Message) *sns.PublishInput {
	t.Helper()
	p := &publisher{}
	if err := New(p, topic).Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	return p.in
}

func TestEveryProtocolHasItsForm(t *testing.T) {
	t.Parallel()
	in := sent(t, quarantine.Message{Subject: "s", Text: "text <&>\n", Data: json.RawMessage(`{"a":1}`)})
	if *in.TopicArn != topic || *in.MessageStructure != "json" {
		t.Errorf("%s as %s", *in.TopicArn, *in.MessageStructure)
	}
	var got map[string]string
	if err := json.Unmarshal([]byte(*in.Message), &got); err != nil {
		t.Fatal(err)
	}
	for _, p := range []string{"default", "email"} {
		if got[p] != "text <&>\n" {
			t.Errorf("%s gets %q", p, got[p])
		}
	}
	for _, p := range []string{"sqs", "lambda", "http", "https"} {
		if got[p] != `{"a":1}` {
			t.Errorf("%s gets %q", p, got[p])
		}
	}
}

func TestAttributesHaveTypesAndNoneIsEmpty(t *testing.T) {
	t.Parallel()
	in := sent(t, quarantine.Message{Subject: "s", Attributes: map[string]string{
		"kind": "contained", "severity": "8.5", "score": "high", "incident": "",
	}})
	want := map[string]string{"kind": "String contained", "severity": "Number 8.5", "score": "String high"}
	if len(in.MessageAttributes) != len(want) {
		t.Errorf("%d attributes, want %d", len(in.MessageAttributes), len(want))
	}
	for name, v := range in.MessageAttributes {
		if got := *v.DataType + " " + *v.StringValue; got != want[name] {
			t.Errorf("%s is %s, want %s", name, got, want[name])
		}
	}
}

func TestAttributesFitARawDelivery(t *testing.T) {
	t.Parallel()
	many := map[string]string{}
	for i := range 30 {
		many[fmt.Sprint("a", i)] = "x"
	}
	if got := len(sent(t, quarantine.Message{Attributes: many}).MessageAttributes); got != 10 {
		t.Errorf("%d attributes", got)
	}
}

func TestErrorsAreNamedByTheirCode(t *testing.T) {
	t.Parallel()
	api := func(code string) error {
		return &smithy.GenericAPIError{Code: code, Message: "Invalid AccessDenied Throttled"}
	}
	tests := []struct {
		err        error
		name, says string
	}{
		{&types.AuthorizationErrorException{}, quarantine.AccessDenied, "sns:Publish"},
		{api("AccessDenied"), quarantine.AccessDenied, "sns:Publish"},
		{api("ExpiredToken"), quarantine.AccessDenied, "sns:Publish"},
		{&types.KMSAccessDeniedException{}, quarantine.AccessDenied, "kms:GenerateDataKey"},
		{&types.ThrottledException{}, quarantine.Throttled, "later"},
		{&types.KMSThrottlingException{}, quarantine.Throttled, "later"},
		{&types.InternalErrorException{}, quarantine.Unavailable, "again"},
		{api("ServiceUnavailable"), quarantine.Unavailable, "again"},
		{&smithy.GenericAPIError{Code: "New", Fault: smithy.FaultServer}, quarantine.Unavailable, "again"},
		{&types.NotFoundException{}, quarantine.BadRequest, "topic's ARN"},
		{&types.InvalidParameterException{}, quarantine.BadRequest, "standard"},
		{&types.KMSDisabledException{}, quarantine.BadRequest, "enable"},
		{api("New"), quarantine.BadRequest, "standard"},
		{context.DeadlineExceeded, quarantine.Unavailable, "did not answer"},
		{errors.New("AccessDenied"), quarantine.Unavailable, "did not answer"},
	}
	for _, tt := range tests {
		wrapped := &smithy.OperationError{ServiceID: "SNS", OperationName: "Publish", Err: tt.err}
		err := New(&publisher{err: wrapped}, topic).Send(t.Context(), quarantine.Message{})
		if !quarantine.Is(err, tt.name) || !strings.Contains(err.Error(), tt.says) || !errors.Is(err, tt.err) {
			t.Errorf("%T %v: got %s: %v; want %s saying %q", tt.err, tt.err, quarantine.NameOf(err), err, tt.name, tt.says)
		}
	}
}

func FuzzSubject(f *testing.F) {
	for _, s := range []string{"", " ", "CONTAINED: i-1", "a\r\nBcc: x", "\u202e\U0001f525", "\xff\x00", strings.Repeat("x ", 90)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := subject(s)
		if got == "" || len(got) >= 100 || got[0] == ' ' || strings.ContainsFunc(got, func(r rune) bool { return r < ' ' || r > '~' }) {
			t.Errorf("%q gives %q", s, got)
		}
		if again := subject(got); again != got {
			t.Errorf("twice: %q, then %q", got, again)
		}
	})
}

func FuzzStructured(f *testing.F) {
	f.Add("text", "data", uint16(0))
	f.Add("\xff\u2028<&>\"", "\x00\\", uint16(2_999))
	f.Add(strings.Repeat("\"", 100), strings.Repeat("d", 100), uint16(3_999))
	f.Fuzz(func(t *testing.T, text, data string, times uint16) {
		text, data = text[:min(len(text), 100)], data[:min(len(data), 100)]
		raw, err := json.Marshal(strings.Repeat(data, int(times)%3_000))
		if err != nil {
			t.Fatal(err)
		}
		got := structured(quarantine.Message{Text: strings.Repeat(text, int(times)%4_000), Data: raw, Subject: text}, maxSize)
		var all map[string]string
		if err := json.Unmarshal([]byte(got), &all); err != nil || len(got) > maxSize || !utf8.ValidString(got) {
			t.Fatalf("%d bytes: %v", len(got), err)
		}
		if all["default"] == "" || all["default"] != all["email"] || !json.Valid([]byte(all["sqs"])) {
			t.Errorf("default %q, sqs %q", all["default"], all["sqs"])
		}
	})
}
