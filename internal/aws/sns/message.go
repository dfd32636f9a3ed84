package sns

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Limits of SNS: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
const (
	maxSubject = 99        // characters: less than 100
	maxSize    = 256 << 10 // bytes, the message and its attributes together
	// maxAttributes is the maximum for raw message delivery to SQS:
	// https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html
	maxAttributes = 10
)

// subject converts a subject to ASCII, which every mail program shows alike, and to one
// line, so that it cannot add mail headers, and cuts it to SNS's length. It begins with
// a visible character, as SNS requires.
func subject(s string) string {
	ascii := strings.Map(func(r rune) rune {
		switch {
		case r >= ' ' && r <= '~':
			return r
		case r == '\t' || r == '\n' || r == '\r':
			return ' '
		default:
			return '?'
		}
	}, s)
	ascii = strings.Join(strings.Fields(ascii), " ")
	if len(ascii) > maxSubject {
		ascii = strings.TrimRight(ascii[:maxSubject-len("...")], " ") + "..."
	}
	if ascii == "" {
		return "(no subject)"
	}
	return ascii
}

// asJSON are the protocols of programs, which get the JSON form.
var asJSON = []string{"http", "https", "lambda", "sqs"}

// structured is the message with a form for each protocol, in at most limit bytes: SNS
// refuses a longer message, and then it would reach nobody. If it is too long, the
// JSON is cut first, down to its essence, and then the end of the text.
// https://docs.aws.amazon.com/sns/latest/dg/sns-send-custom-platform-specific-payloads-mobile-devices.html
func structured(m quarantine.Message, limit int) string {
	text := strings.ToValidUTF8(m.Text, "?")
	if text == "" {
		text = subject(m.Subject)
	}
	data := string(m.Data)
	out := protocols(text, data)
	if len(out) > limit || !json.Valid(m.Data) {
		data = essence(m)
		out = protocols(text, data)
	}
	for len(out) > limit && text != "" {
		text = strings.ToValidUTF8(text[:len(text)/2], "")
		out = protocols(text+"\n(shortened)\n", data)
	}
	return out
}

func protocols(text, data string) string {
	all := map[string]string{"default": text, "email": text}
	for _, p := range asJSON {
		all[p] = data
	}
	return encode(all)
}

// essence is the shortened JSON body of a message that is too large.
func essence(m quarantine.Message) string {
	return encode(map[string]any{
		"version": 1, "kind": m.Kind, "subject": subject(m.Subject), "shortened": true,
	})
}

// encode does not escape < > &: the JSON is not read as HTML, and repeated escaping
// would only make the message longer.
func encode(v any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err) // strings, numbers and booleans always encode
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// numeric are the attributes that subscription filter policies compare as numbers:
// https://docs.aws.amazon.com/sns/latest/dg/string-value-matching.html
var numeric = []string{"score", "severity"}

// attributesOf leaves out the attributes for which SNS would refuse the whole message.
func attributesOf(all map[string]string) map[string]types.MessageAttributeValue {
	out := map[string]types.MessageAttributeValue{}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		value := strings.ToValidUTF8(all[name], "?")
		if len(out) == maxAttributes || value == "" {
			continue
		}
		out[name] = types.MessageAttributeValue{DataType: aws.String(dataType(name, value)), StringValue: &value}
	}
	return out
}

func dataType(name, value string) string {
	if slices.Contains(numeric, name) && json.Valid([]byte(value)) {
		if _, err := strconv.ParseFloat(value, 64); err == nil {
			return "Number"
		}
	}
	return "String"
}

// size is the attributes' size as SNS counts it: name, type and value.
func size(attributes map[string]types.MessageAttributeValue) int {
	n := 0
	for name, v := range attributes {
		n += len(name) + len(*v.DataType) + len(*v.StringValue)
	}
	return n
}
