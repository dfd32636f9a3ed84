package slack

import (
	"encoding/json"
	"regexp"
	"unicode/utf8"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
)

// Limits of Block Kit, in characters: https://docs.slack.dev/reference/block-kit/blocks
// The last is not documented; what has been refused is all blocks together as JSON:
// https://github.com/slackapi/bolt-js/issues/2509
const (
	maxBlocks    = 50
	maxHeader    = 150
	maxText      = 3000
	maxAllBlocks = 13_200
)

// block is what is limited of one.
type block struct {
	Type     string
	Text     struct{ Text string }
	Elements []json.RawMessage
}

// laidOut is what is limited of a message. Blocks of an attachment count as those of the message.
type laidOut struct {
	Blocks      []json.RawMessage
	Attachments []attachment
}

type attachment struct {
	Color  string
	Blocks []json.RawMessage
}

// colorForm is a color of an attachment: https://docs.slack.dev/legacy/legacy-messaging/legacy-secondary-message-attachments
var colorForm = regexp.MustCompile(`^(#[0-9a-f]{6}|good|warning|danger|)$`)

// checkBlocks refuses what Slack refuses.
func checkBlocks(body []byte) error {
	var message laidOut
	if json.Unmarshal(body, &message) != nil {
		return call.Fail("invalid_blocks", "400")
	}
	blocks := message.Blocks
	for _, a := range message.Attachments {
		if !colorForm.MatchString(a.Color) || len(a.Blocks) == 0 {
			return call.Fail("invalid_attachments", "400")
		}
		blocks = append(blocks, a.Blocks...)
	}
	if len(blocks) > maxBlocks {
		return call.Fail("invalid_blocks", "400")
	}
	all := 0
	for _, raw := range blocks {
		if !fits(raw) {
			return call.Fail("invalid_blocks", "400")
		}
		all += length(raw)
	}
	if all > maxAllBlocks {
		return call.Fail("msg_blocks_too_long", "400")
	}
	return nil
}

// fits tells whether a block's texts are not too long.
func fits(raw json.RawMessage) bool {
	var b block
	if json.Unmarshal(raw, &b) != nil {
		return false
	}
	limit := maxText
	if b.Type == "header" {
		limit = maxHeader
	}
	if b.Type == "context" {
		for _, e := range b.Elements {
			var text struct{ Text string }
			if json.Unmarshal(e, &text) != nil || text.Text == "" || utf8.RuneCountInString(text.Text) > maxText {
				return false
			}
		}
	}
	return utf8.RuneCountInString(b.Text.Text) <= limit
}

// length is that of the JSON without the escapes that its sender chose.
func length(raw json.RawMessage) int {
	var v any
	if json.Unmarshal(raw, &v) != nil {
		return len(raw)
	}
	return lengthOf(v)
}

// lengthOf counts the characters of a value as JSON.
func lengthOf(v any) (n int) {
	const quotes, colon, comma, brackets = 2, 1, 1, 2
	switch v := v.(type) {
	case string:
		return quotes + utf8.RuneCountInString(v)
	case map[string]any:
		for key, value := range v {
			n += quotes + len(key) + colon + lengthOf(value) + comma
		}
		return n + brackets
	case []any:
		for _, value := range v {
			n += lengthOf(value) + comma
		}
		return n + brackets
	default:
		return len("false")
	}
}
