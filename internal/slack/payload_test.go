package slack

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/internal/lab/golden"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func TestPayloadsMatchTheGoldenFile(t *testing.T) {
	for file, c := range map[string]struct {
		m       quarantine.Message
		outcome quarantine.Outcome
	}{"payload": {news(), quarantine.OutcomeGood}, "question": {question(), quarantine.OutcomeAsk}} {
		c.m.Outcome = c.outcome
		c.m.Sections = append([]quarantine.Section{{Lines: []string{"i-1 (web) is cut off.", "$ quarantine show i-1"}}}, c.m.Sections...)
		compare(t, "testdata/"+file+".json", c.m)
	}
}

// The first screen of a phone has what happened, to what, and what to do; the rest is behind it.
func TestTheSummaryIsShownWholeAndTheDetailIsBehindIt(t *testing.T) {
	t.Parallel()
	m := question()
	m.Sections = append([]quarantine.Section{{Lines: []string{"i-1 (web) is cut off.", "$ quarantine show i-1"}}}, m.Sections...)
	got := read(t, m)
	checkPosted(t, got)
	var shown []string
	for _, b := range got.Blocks {
		shown = append(shown, b.Type)
	}
	if diff := cmp.Diff([]string{"header", "section", "actions", "context"}, shown); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if b := got.Blocks[1]; b.Text.Text != "i-1 (web) is cut off.\n`quarantine show i-1`" || !b.Expand {
		t.Errorf("the summary is %+v", b)
	}
	behind := got.detail()
	if len(behind) != 1 || !strings.HasPrefix(behind[0].Text.Text, "*Why*\n") || behind[0].Expand {
		t.Errorf("behind it is %+v", behind)
	}
}

func TestAnOutcomeHasASignAndAColor(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for outcome, sign := range map[quarantine.Outcome]string{
		quarantine.OutcomeGood: "\U0001f7e2 ", quarantine.OutcomeBad: "\U0001f534 ", quarantine.OutcomeAsk: "\U0001f7e0 ", quarantine.OutcomeInfo: "\U0001f535 ", "": "",
	} {
		m := news()
		m.Outcome, m.Sections = outcome, append(m.Sections, m.Sections...)
		got := read(t, m)
		checkPosted(t, got)
		if got.Blocks[0].Text.Text != sign+m.Subject || got.Text != m.Subject {
			t.Errorf("%s: header %q, notification %q", outcome, got.Blocks[0].Text.Text, got.Text)
		}
		if color := got.Attachments[0].Color; seen[color] || (color == "") != (outcome == "") {
			t.Errorf("%s has the color %q", outcome, color)
		}
		seen[got.Attachments[0].Color] = true
	}
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
	if links := got.links(t); strings.Count(links, "<") != 1 {
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

// Slack folds a long block, and shows short ones one under the other.
func TestManyPartsAreFewBlocks(t *testing.T) {
	t.Parallel()
	m := quarantine.Message{Subject: "subject", Ask: question().Ask, Links: []quarantine.Link{{Label: "l", URL: "https://example.com"}}}
	for i := range 80 {
		m.Sections = append(m.Sections, quarantine.Section{Title: "title", Lines: []string{fmt.Sprint(i)}})
	}
	got := read(t, m)
	checkPosted(t, got)
	if behind := got.detail(); len(behind) != 1 || !strings.HasSuffix(behind[0].Text.Text, "\n\n*title*\n79") {
		t.Errorf("%d blocks of detail: %+v", len(behind), behind)
	}
}

// Slack refuses what is longer in all, though no block is too long.
func TestAMessageIsAsLongAsSlackTakes(t *testing.T) {
	t.Parallel()
	m := quarantine.Message{Subject: "subject"}
	for range 3 {
		m.Sections = append(m.Sections, quarantine.Section{Lines: []string{strings.Repeat("x", 2900)}})
	}
	m.Show = "quarantine show inc-1 --stack guard"
	if got := read(t, m).detail(); len(got) != 2 || strings.Contains(got[1].Text.Text, "Shortened") {
		t.Errorf("a message that fits: %d blocks of detail", len(got))
	}
	m.Sections = append(m.Sections, m.Sections...)
	if got := read(t, m).detail(); len(got) != 3 || !strings.HasPrefix(got[2].Text.Text, "_Shortened. ") ||
		!strings.HasSuffix(got[2].Text.Text, "`quarantine show inc-1 --stack guard`") {
		t.Errorf("a message that does not fit: %d blocks of detail", len(got))
	}
}

// checkShortened finds the note at the end of what is said, and the buttons and the links, which stay.
func checkShortened(t *testing.T, got posted) {
	t.Helper()
	checkPosted(t, got)
	n, behind := len(got.Blocks), got.detail()
	if n < 3 || len(behind) == 0 || !strings.HasPrefix(behind[len(behind)-1].Text.Text, "_Shortened. ") ||
		len(got.Blocks[n-2].Elements) != 3 || !link.MatchString(got.links(t)) {
		t.Errorf("%d blocks: %+v", n, got)
	}
}

// A summary that does not fit is all that is told.
func TestASummaryThatIsTooLongIsShortenedItself(t *testing.T) {
	t.Parallel()
	m := quarantine.Message{Subject: "subject", Sections: []quarantine.Section{{Lines: slices.Repeat([]string{strings.Repeat("x", 2900)}, 9)}, {Lines: []string{"detail"}}}}
	got := read(t, m)
	checkPosted(t, got)
	if last := got.Blocks[len(got.Blocks)-1]; !strings.HasPrefix(last.Text.Text, "_Shortened. ") || len(got.Attachments) != 0 {
		t.Errorf("%+v", got)
	}
}

func TestAnEmptyMessageCanBePosted(t *testing.T) {
	t.Parallel()
	checkPosted(t, read(t, quarantine.Message{Sections: []quarantine.Section{{}, {Lines: []string{" "}}}}))
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
