package slack

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/ec2-quarantine/quarantine/internal/lab/golden"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// posted is a payload as Slack parses it.
type posted struct {
	Text   string `json:"text"`
	Blocks []struct {
		Type string `json:"type"`
		Text struct {
			Type     string `json:"type"`
			Text     string `json:"text"`
			Verbatim bool   `json:"verbatim"`
		} `json:"text"`
		BlockID  string   `json:"block_id"`
		Elements []pushed `json:"elements"`
	} `json:"blocks"`
}

// checkWhole checks that all blocks together are no longer than Slack takes, whichever way it
// counts: here as JSON of ASCII characters alone, with an id for each block.
func checkWhole(t *testing.T, m quarantine.Message) {
	t.Helper()
	var raw bytes.Buffer
	e := json.NewEncoder(&raw)
	e.SetEscapeHTML(false)
	blocks := payload(m).Blocks.BlockSet
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

func TestPayloadsMatchTheGoldenFile(t *testing.T) {
	compare(t, "testdata/payload.json", news())
	compare(t, "testdata/question.json", question())
}

func compare(t *testing.T, file string, m quarantine.Message) {
	t.Helper()
	raw, err := json.MarshalIndent(payload(m), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	golden.File(t, file, string(raw)+"\n")
}

func TestAFindingCannotAddMentionsOrLinks(t *testing.T) {
	t.Parallel()
	evil := "<!channel> <@U1> <https://evil.example|click> ```code *a* & b"
	got := read(t, quarantine.Message{
		Subject: evil, Sections: []quarantine.Section{{Title: evil, Lines: []string{evil, "$ run " + evil}}},
		Links: []quarantine.Link{
			{Label: evil, URL: "https://console.aws.amazon.com/x"}, {Label: "x", URL: "javascript:alert(1)"},
			{Label: "x", URL: "https://evil.example|https://good.example"},
		},
	})
	checkPosted(t, got)
	if links := got.Blocks[len(got.Blocks)-1].Text.Text; strings.Count(links, "<") != 1 {
		t.Errorf("links: %s", links)
	}
}

func TestLongMessagesStayWithinBlockKitsLimits(t *testing.T) {
	t.Parallel()
	m := quarantine.Message{Subject: strings.Repeat("&", 400), Ask: question().Ask}
	for i := range 80 {
		m.Sections = append(m.Sections, quarantine.Section{Title: strings.Repeat("t<", 300),
			Lines: []string{strings.Repeat("<", 9_000), "$ " + strings.Repeat("&x", 4_000), fmt.Sprint(i)}})
		m.Links = append(m.Links, quarantine.Link{Label: strings.Repeat("l", 500), URL: "https://example.com/" + strings.Repeat("x", 200)})
	}
	checkShortened(t, read(t, m))
}

func TestMessagesOfManyPartsStayWithinBlockKitsLimits(t *testing.T) {
	t.Parallel()
	m := quarantine.Message{Subject: "subject", Ask: question().Ask, Links: []quarantine.Link{{Label: "l", URL: "https://example.com"}}}
	for i := range 80 {
		m.Sections = append(m.Sections, quarantine.Section{Lines: []string{fmt.Sprint(i)}})
	}
	got := read(t, m)
	checkShortened(t, got)
}

// Slack refuses what is longer in all, though no block is too long.
func TestAMessageIsAsLongAsSlackTakes(t *testing.T) {
	t.Parallel()
	m := quarantine.Message{Subject: "subject"}
	for range 3 {
		m.Sections = append(m.Sections, quarantine.Section{Lines: []string{strings.Repeat("x", 2900)}})
	}
	m.Show = "quarantine show inc-1 --stack guard"
	if got := read(t, m); len(got.Blocks) != 4 || strings.Contains(got.Blocks[3].Text.Text, "Shortened") {
		t.Errorf("a message that fits: %d blocks", len(got.Blocks))
	}
	m.Sections = append(m.Sections, m.Sections...)
	if got := read(t, m); len(got.Blocks) != 5 || !strings.HasPrefix(got.Blocks[4].Text.Text, "_Shortened. ") ||
		!strings.HasSuffix(got.Blocks[4].Text.Text, "`quarantine show inc-1 --stack guard`") {
		t.Errorf("a message that does not fit: %d blocks", len(got.Blocks))
	}
}

// checkShortened finds the note before the buttons and the links, which stay.
func checkShortened(t *testing.T, got posted) {
	t.Helper()
	checkPosted(t, got)
	n := len(got.Blocks)
	if n < 4 || !strings.HasPrefix(got.Blocks[n-3].Text.Text, "_Shortened. ") || len(got.Blocks[n-2].Elements) != 3 || !link.MatchString(got.Blocks[n-1].Text.Text) {
		t.Errorf("%d blocks: %+v", n, got.Blocks)
	}
}

func TestAnEmptyMessageCanBePosted(t *testing.T) {
	t.Parallel()
	checkPosted(t, read(t, quarantine.Message{Sections: []quarantine.Section{{}, {Lines: []string{" "}}}}))
}

// link matches a link, the only markup that a payload holds.
var link = regexp.MustCompile(`<https://[^<>|\s]+\|[^<>|]*>`)

// checkPosted checks what holds for every payload.
func checkPosted(t *testing.T, p posted) {
	t.Helper()
	if len(p.Blocks) == 0 || len(p.Blocks) > maxBlocks || p.Blocks[0].Type != "header" {
		t.Fatalf("%d blocks", len(p.Blocks))
	}
	for i, b := range p.Blocks {
		if b.Type == "actions" {
			checkButtons(t, b.BlockID, b.Elements)
			continue
		}
		limit := maxSection
		if i == 0 {
			limit = maxHeader
		} else if b.Type != "section" || b.Text.Type != "mrkdwn" || !b.Text.Verbatim {
			t.Errorf("block %d is a %s of %s", i, b.Type, b.Text.Type)
		}
		if n := utf8.RuneCountInString(b.Text.Text); n == 0 || n > limit {
			t.Errorf("block %d has %d characters", i, n)
		}
		rest := b.Text.Text
		if i == len(p.Blocks)-1 {
			rest = link.ReplaceAllString(rest, "")
		}
		if strings.ContainsAny(rest, "<>") || strings.Contains(rest, "``") {
			t.Errorf("block %d has markup: %s", i, rest)
		}
	}
	if strings.ContainsAny(p.Text, "<>\n") || p.Text == "" {
		t.Errorf("text %q", p.Text)
	}
}

func FuzzPayload(f *testing.F) {
	f.Add("subject", "title", "line", "label", "https://example.com/?a=b&c=d", "req-1")
	f.Add("<!here>\n", "*", "$ `id`", "a|b>", "https://x|y", "")
	f.Add("\xff", "\u202e", "$ ", "", "javascript:x", "\xff")
	f.Add("&&&", "<>", "$  <", "&", "https://a/<b>", "<!here>")
	f.Fuzz(func(t *testing.T, subject, title, line, label, url, request string) {
		checkPosted(t, read(t, quarantine.Message{
			Subject:  subject,
			Sections: []quarantine.Section{{Title: title, Lines: []string{line, line + title}}, {Lines: []string{line}}},
			Links:    []quarantine.Link{{Label: label, URL: url}},
			Ask:      &quarantine.MessageAsk{Buttons: true, RequestID: request, Link: url},
		}))
	})
}
