package snstest

import (
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awssns "github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"
	"github.com/aws/smithy-go"

	"github.com/ec2-quarantine/quarantine/internal/lab/moto"
)

// Limits that the channel assumes, checked with the topic itself: if one of them
// changed, messages would be cut without need, or refused.
// https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
const limit = 256 << 10 // bytes of message and attributes

func text(message string) *awssns.PublishInput { return &awssns.PublishInput{Message: &message} }

func titled(subject string) *awssns.PublishInput {
	in := text("text")
	in.Subject = &subject
	return in
}

func structured(message string) *awssns.PublishInput {
	in := text(message)
	in.MessageStructure = aws.String("json")
	return in
}

func attributed(message, dataType, value string) *awssns.PublishInput {
	in := text(message)
	in.MessageAttributes = map[string]types.MessageAttributeValue{"name": {DataType: &dataType, StringValue: &value}}
	return in
}

func takesWithin(t *testing.T, env Env) {
	within := map[string]*awssns.PublishInput{
		"the longest message":             text(strings.Repeat("x", limit)),
		"the longest with an attribute":   attributed(strings.Repeat("x", limit-len("nameStringvalue")), "String", "value"),
		"the longest of two-byte letters": text(strings.Repeat("\u00e9", limit/2)),
		"a subject of 99 characters":      titled(strings.Repeat("x", 99)),
		"forms with a default":            structured(`{"default":"text"}`),
		"a number":                        attributed("text", "Number", "8.5"),
	}
	for name, in := range within {
		if err := publish(t, env, in); err != nil {
			t.Errorf("%s was refused: %v", name, err)
		}
	}
	if got := len(env.Published(t)); got != len(within) {
		t.Errorf("%d of %d messages arrived", got, len(within))
	}
}

func refusesBeyond(t *testing.T, env Env) {
	beyond := map[string]*awssns.PublishInput{
		"a byte too many":             text(strings.Repeat("x", limit+1)),
		"a subject of 101 characters": titled(strings.Repeat("x", 101)),
		"forms without a default":     structured(`{"email":"text"}`),
		"forms that are no JSON":      structured(`text`),
		"an empty attribute":          attributed("text", "String", ""),
		"a number that is none":       attributed("text", "Number", "many"),
	}
	if !env.Differs.Has(t, moto.SizeInCharacters) {
		beyond["two-byte letters"] = text(strings.Repeat("\u00e9", limit/2+1))
		beyond["an attribute too many"] = attributed(strings.Repeat("x", limit-len("nameStringvalue")+1), "String", "value")
	}
	if !env.Differs.Has(t, moto.SubjectOfAnything) {
		beyond["a subject of two lines"] = titled("a\nb")
		beyond["a subject with a control character"] = titled("a\x1bb")
		beyond["a subject that begins with a space"] = titled(" a")
	}
	for name, in := range beyond {
		err := publish(t, env, in)
		if refusal, ok := errors.AsType[smithy.APIError](err); !ok || refusal.ErrorFault() == smithy.FaultServer {
			t.Errorf("%s: got %v, want a refusal", name, err)
		}
	}
	if all := env.Published(t); len(all) != 0 {
		t.Errorf("%d messages arrived", len(all))
	}
}

func publish(t *testing.T, env Env, in *awssns.PublishInput) error {
	t.Helper()
	in.TopicArn = &env.TopicARN
	_, err := env.Client.Publish(t.Context(), in)
	return err
}
