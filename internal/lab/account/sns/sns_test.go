package sns_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/accounttest"
)

// https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
func TestPublish(t *testing.T) {
	t.Parallel()
	a := account.New(account.Options{})
	topic := a.AddTopic("told")
	text := func(kind, v string) types.MessageAttributeValue {
		return types.MessageAttributeValue{DataType: &kind, StringValue: &v}
	}
	for name, c := range map[string]struct {
		in   sns.PublishInput
		code string
	}{
		"plain":                        {sns.PublishInput{Message: aws.String("m")}, ""},
		"100 characters":               {sns.PublishInput{Message: aws.String("m"), Subject: aws.String(strings.Repeat("s", 100))}, ""},
		"101 characters":               {sns.PublishInput{Message: aws.String("m"), Subject: aws.String(strings.Repeat("s", 101))}, "InvalidParameter"},
		"line break":                   {sns.PublishInput{Message: aws.String("m"), Subject: aws.String("a\nb")}, "InvalidParameter"},
		"begins with a blank":          {sns.PublishInput{Message: aws.String("m"), Subject: aws.String(" a")}, "InvalidParameter"},
		"not ASCII":                    {sns.PublishInput{Message: aws.String("m"), Subject: aws.String("é")}, "InvalidParameter"},
		"empty subject":                {sns.PublishInput{Message: aws.String("m"), Subject: aws.String("")}, "InvalidParameter"},
		"empty message":                {sns.PublishInput{Message: aws.String("")}, "InvalidParameter"},
		"256 KiB":                      {sns.PublishInput{Message: aws.String(strings.Repeat("m", 256<<10))}, ""},
		"more than 256 KiB":            {sns.PublishInput{Message: aws.String(strings.Repeat("m", 256<<10+1))}, "InvalidParameter"},
		"other topic":                  {sns.PublishInput{Message: aws.String("m"), TopicArn: aws.String(topic + "x")}, "NotFound"},
		"attributes":                   {sns.PublishInput{Message: aws.String("m"), MessageAttributes: map[string]types.MessageAttributeValue{"kind": text("String", "contained"), "n": text("Number", "1.5")}}, ""},
		"empty attribute":              {sns.PublishInput{Message: aws.String("m"), MessageAttributes: map[string]types.MessageAttributeValue{"kind": text("String", "")}}, "ParameterValueInvalid"},
		"attribute of an unknown type": {sns.PublishInput{Message: aws.String("m"), MessageAttributes: map[string]types.MessageAttributeValue{"kind": text("Text", "x")}}, "ParameterValueInvalid"},
		"invalid number":               {sns.PublishInput{Message: aws.String("m"), MessageAttributes: map[string]types.MessageAttributeValue{"n": text("Number", "x")}}, "ParameterValueInvalid"},
		"attribute with bad name":      {sns.PublishInput{Message: aws.String("m"), MessageAttributes: map[string]types.MessageAttributeValue{"a b": text("String", "x")}}, "ParameterValueInvalid"},
		"text per protocol":            {sns.PublishInput{Message: aws.String(`{"default":"m"}`), MessageStructure: aws.String("json")}, ""},
		"text without the default":     {sns.PublishInput{Message: aws.String(`{"email":"m"}`), MessageStructure: aws.String("json")}, "InvalidParameter"},
		"text that is not JSON":        {sns.PublishInput{Message: aws.String(`m`), MessageStructure: aws.String("json")}, "InvalidParameter"},
	} {
		if c.in.TopicArn == nil {
			c.in.TopicArn = &topic
		}
		before := len(a.Published())
		out, err := a.SNS().Publish(t.Context(), &c.in)
		switch {
		case c.code != "":
			accounttest.WantCode(t, err, c.code)
		case err != nil:
			t.Errorf("%s: %v", name, err)
		default:
			if m := a.Published()[before]; m.ID != *out.MessageId || m.Text != *c.in.Message || len(m.Attributes) != len(c.in.MessageAttributes) {
				t.Errorf("%s: published %v", name, m)
			}
		}
	}
	_, err := a.SNS().Publish(t.Context(), &sns.PublishInput{PhoneNumber: aws.String("+1"), Message: aws.String("m")})
	accounttest.WantUnsupported(t, err, "input field PhoneNumber")
}

// https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html
func TestListSubscriptionsByTopic(t *testing.T) {
	t.Parallel()
	a := account.New(account.Options{})
	topic := a.AddTopic("told")
	a.SetSubscribers(topic, account.Subscribers{Confirmed: 2, Pending: 99, Deleted: 100})
	got := map[string]int{}
	var sizes []int
	pages := sns.NewListSubscriptionsByTopicPaginator(a.SNS(), &sns.ListSubscriptionsByTopicInput{TopicArn: &topic})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		sizes = append(sizes, len(page.Subscriptions))
		for _, s := range page.Subscriptions {
			got[*s.SubscriptionArn]++
		}
	}
	want := map[string]int{
		"Deleted": 100, "PendingConfirmation": 99,
		topic + ":00000000-0000-4000-8000-000000000000": 1, topic + ":00000000-0000-4000-8000-000000000001": 1,
	}
	if !maps.Equal(got, want) || !slices.Equal(sizes, []int{100, 100, 1}) {
		t.Errorf("pages of %v: %v", sizes, got)
	}
	for _, token := range []string{"made up", "-1", "202"} {
		_, err := a.SNS().ListSubscriptionsByTopic(t.Context(), &sns.ListSubscriptionsByTopicInput{TopicArn: &topic, NextToken: &token})
		accounttest.WantCode(t, err, "InvalidParameter")
	}
}
