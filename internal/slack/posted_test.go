package slack

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// posted is a payload as Slack parses it.
type posted struct {
	Text        string        `json:"text"`
	Blocks      []postedBlock `json:"blocks"`
	Attachments []struct {
		Color    string        `json:"color"`
		Fallback string        `json:"fallback"`
		Blocks   []postedBlock `json:"blocks"`
	} `json:"attachments"`
}

type postedBlock struct {
	Type     string            `json:"type"`
	Text     postedText        `json:"text"`
	Expand   bool              `json:"expand"`
	BlockID  string            `json:"block_id"`
	Elements []json.RawMessage `json:"elements"`
}

type postedText struct {
	Type     string `json:"type"`
	Text     string `json:"text"`
	Verbatim bool   `json:"verbatim"`
}

// elements are those of a block, as buttons or as texts.
func elements[E any](t *testing.T, b postedBlock) []E {
	t.Helper()
	out := make([]E, len(b.Elements))
	for i, raw := range b.Elements {
		if err := json.Unmarshal(raw, &out[i]); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// detail are the blocks behind those that are always shown.
func (p posted) detail() (all []postedBlock) {
	for _, a := range p.Attachments {
		all = append(all, a.Blocks...)
	}
	return all
}

// links is the text of the block with the links, which is the last of those always shown, or "".
func (p posted) links(t *testing.T) string {
	t.Helper()
	last := p.Blocks[len(p.Blocks)-1]
	if last.Type != "context" {
		return ""
	}
	return elements[postedText](t, last)[0].Text
}

// checkWhole checks that all blocks together are no longer than Slack takes, whichever way it
// counts: here as JSON of ASCII characters alone, with an id for each block.
func checkWhole(t *testing.T, m quarantine.Message) {
	t.Helper()
	var raw bytes.Buffer
	e := json.NewEncoder(&raw)
	e.SetEscapeHTML(false)
	p := payload(m)
	blocks := p.Blocks.BlockSet
	for _, a := range p.Attachments {
		blocks = append(blocks, a.Blocks.BlockSet...)
	}
	if err := e.Encode(blocks); err != nil {
		t.Fatal(err)
	}
	length := len(blocks)*len(`"block_id":"AbCdE",`) + strings.Count(raw.String(), "/")
	for _, unit := range utf16.Encode([]rune(raw.String())) {
		length++
		if unit > '~' {
			length += len(`\u00e9`) - 1
		}
	}
	if length > maxWeight {
		t.Errorf("%d characters in all: %.200s", length, raw.String())
	}
}

// pushed is a button as Slack parses it.
type pushed struct {
	Type string `json:"type"`
	Text struct {
		Type string `json:"type"`
		Text string `json:"text"`
	} `json:"text"`
	ActionID string `json:"action_id"`
	Value    string `json:"value"`
	URL      string `json:"url"`
	Style    string `json:"style"`
}

func read(t *testing.T, m quarantine.Message) posted {
	t.Helper()
	raw, err := json.Marshal(payload(m))
	if err != nil {
		t.Fatal(err)
	}
	var out posted
	if err := json.Unmarshal(raw, &out); err != nil {
		t.Fatal(err)
	}
	checkWhole(t, m)
	return out
}

// link matches a link, the only markup that a payload holds.
var link = regexp.MustCompile(`<https://[^<>|\s]+\|[^<>|]*>`)

// maxBlocks are those of a message: https://docs.slack.dev/reference/block-kit/blocks
const maxBlocks = 50

// checkPosted checks what holds for every payload.
func checkPosted(t *testing.T, p posted) {
	t.Helper()
	if n := len(p.Blocks) + len(p.detail()); len(p.Blocks) == 0 || n > maxBlocks || p.Blocks[0].Type != "header" {
		t.Fatalf("%d blocks", n)
	}
	checkText(t, p.Blocks[0].Text.Text, maxHeader)
	for i, b := range p.Blocks[1:] {
		switch b.Type {
		case "actions":
			checkButtons(t, b.BlockID, elements[pushed](t, b))
		case "context":
			if i != len(p.Blocks)-2 || len(b.Elements) != 1 || !elements[postedText](t, b)[0].Verbatim {
				t.Errorf("links: %+v", b)
			}
			checkText(t, link.ReplaceAllString(p.links(t), "-"), maxSection)
		default:
			checkSection(t, b, true)
		}
	}
	for _, a := range p.Attachments {
		if len(a.Blocks) == 0 || a.Fallback != p.Text {
			t.Errorf("attachment %+v", a)
		}
		for _, b := range a.Blocks {
			checkSection(t, b, false)
		}
	}
	if strings.ContainsAny(p.Text, "<>\n") || p.Text == "" {
		t.Errorf("text %q", p.Text)
	}
}

func checkSection(t *testing.T, b postedBlock, expand bool) {
	t.Helper()
	if b.Type != "section" || b.Text.Type != "mrkdwn" || !b.Text.Verbatim || b.Expand != expand {
		t.Errorf("%+v", b)
	}
	checkText(t, b.Text.Text, maxSection)
}

// checkText wants a text that is not empty, not too long, and without markup.
func checkText(t *testing.T, text string, limit int) {
	t.Helper()
	if n := utf8.RuneCountInString(text); n == 0 || n > limit {
		t.Errorf("%d characters of text", n)
	}
	if strings.ContainsAny(text, "<>") || strings.Contains(text, "``") {
		t.Errorf("markup: %s", text)
	}
}
