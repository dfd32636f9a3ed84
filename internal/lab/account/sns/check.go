package sns

import (
	"encoding/json"
	"fmt"
	"regexp"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"
)

// maxMessage is the maximum size in bytes of a message with its attributes:
// https://docs.aws.amazon.com/general/latest/gr/sns.html#limits_sns
const maxMessage = 256 << 10

// subjectForm matches a valid subject: at most 100 ASCII characters, beginning with a letter, number
// or punctuation mark, without line breaks or control characters. Newer documentation allows UTF-8,
// but mail programs handle that differently, so the older and narrower rule is used here:
// https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
var subjectForm = regexp.MustCompile(`^[!-~][ -~]{0,99}$`)

func (t *Topics) checkPublish(in *sns.PublishInput) error {
	if in.TopicArn == nil {
		return badParameter("TopicArn or TargetArn Reason: no value for required parameter")
	}
	if _, ok := t.topics[*in.TopicArn]; !ok {
		return noTopic()
	}
	if in.Subject != nil && !subjectForm.MatchString(*in.Subject) {
		return badParameter("Subject")
	}
	if err := checkMessage(in); err != nil {
		return err
	}
	size := len(*in.Message)
	for name, v := range in.MessageAttributes {
		if err := checkAttribute(name, v); err != nil {
			return err
		}
		size += len(name) + len(aws.ToString(v.DataType)) + len(aws.ToString(v.StringValue)) + len(v.BinaryValue)
	}
	if size > maxMessage {
		return badParameter("Message too long")
	}
	return nil
}

func checkMessage(in *sns.PublishInput) error {
	switch {
	case *in.Message == "":
		return badParameter("Empty message")
	case !utf8.ValidString(*in.Message):
		return badParameter("Message is not valid UTF-8")
	case in.MessageStructure == nil:
		return nil
	case *in.MessageStructure != "json":
		return badParameter("MessageStructure")
	}
	var byProtocol map[string]any
	if err := json.Unmarshal([]byte(*in.Message), &byProtocol); err != nil {
		return badParameter("Message Structure - JSON message body failed to parse")
	}
	if _, ok := byProtocol["default"].(string); !ok {
		return badParameter("Message Structure - No default entry in JSON message body")
	}
	return nil
}

var attributeName = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,256}$`)

// checkAttribute validates a message attribute:
// https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html
func checkAttribute(name string, v types.MessageAttributeValue) error {
	if !attributeName.MatchString(name) {
		return badValue("The message attribute name '%s' is invalid", name)
	}
	empty := aws.ToString(v.StringValue) == ""
	switch kind := aws.ToString(v.DataType); kind {
	case "String", "String.Array", "Number":
		if kind == "Number" && json.Unmarshal([]byte(aws.ToString(v.StringValue)), new(float64)) != nil {
			return badValue("Could not cast message attribute '%s' value to number.", name)
		}
	case "Binary":
		empty = len(v.BinaryValue) == 0
	default:
		return badValue("The message attribute '%s' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.", name)
	}
	if empty {
		return badValue("The message attribute '%s' must contain non-empty message attribute value.", name)
	}
	return nil
}

func newMessage(in *sns.PublishInput) Message {
	m := Message{
		TopicARN: *in.TopicArn, Subject: aws.ToString(in.Subject), Text: *in.Message,
		Structure: aws.ToString(in.MessageStructure), Attributes: map[string]string{},
	}
	for name, v := range in.MessageAttributes {
		m.Attributes[name] = aws.ToString(v.StringValue)
		if v.BinaryValue != nil {
			m.Attributes[name] = string(v.BinaryValue)
		}
	}
	return m
}

func noTopic() error {
	return &types.NotFoundException{Message: aws.String("Topic does not exist")}
}

func badParameter(what string) error {
	return &types.InvalidParameterException{Message: aws.String("Invalid parameter: " + what)}
}

func badValue(format string, args ...any) error {
	return &types.InvalidParameterValueException{Message: aws.String(fmt.Sprintf(format, args...))}
}
