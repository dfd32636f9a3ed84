package simaws_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/simaws"
)

// https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
func TestPublish(t *testing.T) {
	t.Parallel()
	a := simaws.New(simaws.Options{})
	topic := a.AddTopic("told")
	text := func(kind, v string) types.MessageAttributeValue {
		return types.MessageAttributeValue{DataType: &kind, StringValue: &v}
	}
	for name, c := range map[string]struct {
		in   sns.PublishInput
		code string
	}{
		"plain":                    {sns.PublishInput{Message: ptr("m")}, ""},
		"100 characters":           {sns.PublishInput{Message: ptr("m"), Subject: ptr(strings.Repeat("s", 100))}, ""},
		"101 characters":           {sns.PublishInput{Message: ptr("m"), Subject: ptr(strings.Repeat("s", 101))}, "InvalidParameter"},
		"line break":               {sns.PublishInput{Message: ptr("m"), Subject: ptr("a\nb")}, "InvalidParameter"},
		"begins with a blank":      {sns.PublishInput{Message: ptr("m"), Subject: ptr(" a")}, "InvalidParameter"},
		"not ASCII":                {sns.PublishInput{Message: ptr("m"), Subject: ptr("é")}, "InvalidParameter"},
		"empty subject":            {sns.PublishInput{Message: ptr("m"), Subject: ptr("")}, "InvalidParameter"},
		"empty message":            {sns.PublishInput{Message: ptr("")}, "InvalidParameter"},
		"256 KiB":                  {sns.PublishInput{Message: ptr(strings.Repeat("m", 256<<10))}, ""},
		"more than 256 KiB":        {sns.PublishInput{Message: ptr(strings.Repeat("m", 256<<10+1))}, "InvalidParameter"},
		"other topic":              {sns.PublishInput{Message: ptr("m"), TopicArn: ptr(topic + "x")}, "NotFound"},
		"attributes":               {sns.PublishInput{Message: ptr("m"), MessageAttributes: map[string]types.MessageAttributeValue{"kind": text("String", "contained"), "n": text("Number", "1.5")}}, ""},
		"empty attribute":          {sns.PublishInput{Message: ptr("m"), MessageAttributes: map[string]types.MessageAttributeValue{"kind": text("String", "")}}, "ParameterValueInvalid"},
		"attribute of no type":     {sns.PublishInput{Message: ptr("m"), MessageAttributes: map[string]types.MessageAttributeValue{"kind": text("Text", "x")}}, "ParameterValueInvalid"},
		"number that is none":      {sns.PublishInput{Message: ptr("m"), MessageAttributes: map[string]types.MessageAttributeValue{"n": text("Number", "x")}}, "ParameterValueInvalid"},
		"attribute with bad name":  {sns.PublishInput{Message: ptr("m"), MessageAttributes: map[string]types.MessageAttributeValue{"a b": text("String", "x")}}, "ParameterValueInvalid"},
		"text a protocol":          {sns.PublishInput{Message: ptr(`{"default":"m"}`), MessageStructure: ptr("json")}, ""},
		"text without the default": {sns.PublishInput{Message: ptr(`{"email":"m"}`), MessageStructure: ptr("json")}, "InvalidParameter"},
		"text that is not JSON":    {sns.PublishInput{Message: ptr(`m`), MessageStructure: ptr("json")}, "InvalidParameter"},
	} {
		if c.in.TopicArn == nil {
			c.in.TopicArn = &topic
		}
		before := len(a.Published())
		out, err := a.SNS().Publish(t.Context(), &c.in)
		switch {
		case c.code != "":
			wantCode(t, err, c.code)
		case err != nil:
			t.Errorf("%s: %v", name, err)
		default:
			if m := a.Published()[before]; m.ID != *out.MessageId || m.Text != *c.in.Message || len(m.Attributes) != len(c.in.MessageAttributes) {
				t.Errorf("%s: published %v", name, m)
			}
		}
	}
	_, err := a.SNS().Publish(t.Context(), &sns.PublishInput{PhoneNumber: ptr("+1"), Message: ptr("m")})
	wantUnsupported(t, err, "input field PhoneNumber")
}

// https://api.slack.com/messaging/webhooks
func TestWebhook(t *testing.T) {
	t.Parallel()
	a := simaws.New(simaws.Options{})
	client := &http.Client{Transport: a.Webhook()}
	post := func(body string) (int, string) {
		r, err := client.Post("https://hooks.slack.example/services/SECRET", "application/json", strings.NewReader(body))
		noErr(t, err)
		defer func() { _ = r.Body.Close() }()
		text, err := io.ReadAll(r.Body)
		noErr(t, err)
		return r.StatusCode, string(text)
	}
	for _, c := range []struct {
		body   string
		status int
		answer string
	}{
		{`{"text":"contained"}`, 200, "ok"},
		{`{"text":`, 400, "invalid_payload"},
		{`{"channel":"x"}`, 400, "no_text"},
	} {
		if status, answer := post(c.body); status != c.status || answer != c.answer {
			t.Errorf("%s: %d %s", c.body, status, answer)
		}
	}
	for kind, want := range map[simaws.Kind]int{simaws.Throttle: 429, simaws.ServerError: 500, simaws.Deny: 403} {
		remove := a.Inject(simaws.Fault{Service: "slack", Kind: kind})
		if status, _ := post(`{"text":"x"}`); status != want {
			t.Errorf("kind %d gave %d, want %d", kind, status, want)
		}
		remove()
	}
	a.Inject(simaws.Fault{Service: "slack", Operation: "PostWebhook", Kind: simaws.TimeoutBefore})
	if _, err := client.Post("https://hooks.slack.example/", "application/json", strings.NewReader(`{"text":"x"}`)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error is %v", err)
	}
	if posts := a.Posts(); len(posts) != 1 || string(posts[0].Body) != `{"text":"contained"}` {
		t.Errorf("posts are %s", posts)
	}
}
