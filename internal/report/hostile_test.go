package report_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/history/timeline"
	"github.com/ec2-quarantine/quarantine/internal/report"
)

// hostile is a report in which every text that somebody else can have written is that one.
func hostile(text string, slack json.RawMessage) report.Report {
	r := ofAccount(text)
	r.Where = text
	r.Executions = append(r.Executions, history.FromEvents(text, []history.Event{
		{ID: 1, Type: "ExecutionStarted", Timestamp: noon}, {ID: 2, Type: "TaskStateEntered", Timestamp: noon, StateEntered: &history.StateEntered{Name: text}},
		{ID: 3, PreviousEventID: 2, Type: "ExecutionFailed", Timestamp: noon.Add(time.Second), ExecutionFailed: &history.Problem{Error: text, Cause: text}},
	}))
	host := report.Host{ID: "i-1", Name: text, Subnet: text, VPC: text}
	r.Network = &report.Network{Moments: []string{"before"}, Notes: []string{text}, Ways: []report.Way{
		{From: host, To: report.Host{ID: report.Internet, Name: text}, What: text, At: []report.Passage{{Pass: report.Open, Word: text, Reason: text}}},
	}}
	r.Cuts = []report.Cut{{Execution: r.Executions[0].Name, Rounds: 1, Calls: []report.Call{{Call: timeline.Call{Name: text, Started: noon, Ended: noon}, Round: 1}}}}
	r.Messages = append(r.Messages, report.Message{Subject: text, By: text, Channels: []string{text}, Failed: []string{text}, Text: text, Slack: slack})
	return r
}

var (
	tag     = regexp.MustCompile(`<[^>]*>`)
	tagName = regexp.MustCompile(`^</?([a-zA-Z0-9!]+)`)
	quoted  = regexp.MustCompile(`"[^"]*"`)
	handler = regexp.MustCompile(`\son[a-z]+\s*=`)
	address = regexp.MustCompile(`(?:src|href|action|data|xlink:href|background)="([^"]*)"`)
	known   = []string{
		"!doctype", "html", "head", "meta", "title", "style", "body", "header", "main", "footer", "nav", "section", "article", "figure", "figcaption", "details", "summary",
		"h1", "h2", "h3", "p", "a", "ul", "ol", "li", "dl", "dt", "dd", "div", "span", "strong", "time", "em", "i", "small", "code", "pre", "br", "hr",
		"table", "thead", "tbody", "tr", "th", "td", "svg", "g", "rect", "line", "polygon", "circle", "path", "text", "tspan",
	}
)

// safe fails the test if the page has anything but what its template makes.
func safe(t *testing.T, text string) {
	t.Helper()
	for _, found := range tag.FindAllString(text, -1) {
		if name := tagName.FindStringSubmatch(found); name == nil || !slices.Contains(known, strings.ToLower(name[1])) || handler.MatchString(quoted.ReplaceAllString(found, `""`)) {
			t.Errorf("the page has %q", found)
		}
	}
	for _, found := range address.FindAllStringSubmatch(text, -1) {
		if !strings.HasPrefix(found[1], "#") && !strings.HasPrefix(found[1], "https://") {
			t.Errorf("the page leads to %q", found[1])
		}
	}
	if _, styles, _ := strings.Cut(text, "<style>"); strings.Contains(strings.ToLower(styles), "url(") || strings.Contains(styles, "@import") {
		t.Error("the page loads something by its style")
	}
	if !strings.Contains(text, `content="default-src &#39;none&#39;; base-uri`) {
		t.Error("the page has no policy of its content")
	}
}

var attacks = []string{
	`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `'onmouseover='x`, `</title></style></pre></svg><b>`, `javascript:alert(1)`,
	"&lt;script&gt;", "<!--", "]]>", "{{.}}", "\u202egnp.exe", "\x00\x1b[31m", "<https://x.example|y>", "<javascript:x|y>", "*a* _b_ `c`", "a\nb", strings.Repeat("<", 5000),
}

func TestNoTextBreaksOutOfAGraph(t *testing.T) {
	t.Parallel()
	for _, text := range attacks[:5] {
		safe(t, page(t, hostile(text, nil)))
	}
}

// What attackers name their things is text: the page is the same but for that.
func FuzzNoTextBreaksOut(f *testing.F) {
	for _, text := range attacks {
		f.Add(text)
	}
	shape := func(text string) [3]int {
		return [3]int{strings.Count(text, "<"), strings.Count(text, ">"), strings.Count(text, `"`)}
	}
	usual := hostile("xyz", nil)
	usual.Executions = usual.Executions[1:]
	want := shape(page(f, usual))
	f.Fuzz(func(t *testing.T, text string) {
		text = "x" + text // an empty one leaves things out
		r := hostile(text, nil)
		r.Executions = r.Executions[1:] // the first has a graph, whose layout takes long
		got := page(t, r)
		safe(t, got)
		if shape(got) != want {
			t.Errorf("%q makes %v of the %v marks of the page", text, shape(got), want)
		}
		block, err := json.Marshal(map[string]any{"text": text, "attachments": []any{map[string]any{"color": text, "blocks": []any{
			map[string]any{"type": "header", "text": map[string]string{"type": "plain_text", "text": text}},
			map[string]any{"type": "section", "text": map[string]string{"type": "mrkdwn", "text": text}, "fields": []any{map[string]string{"type": "mrkdwn", "text": text}}},
			map[string]any{"type": "context", "elements": []any{map[string]string{"type": "mrkdwn", "text": text}}},
			map[string]any{"type": "actions", "elements": []any{map[string]any{"type": "button", "url": text, "text": map[string]string{"text": text}}}},
			map[string]any{"type": text},
		}}}})
		if err != nil {
			t.Fatal(err)
		}
		for _, slack := range []json.RawMessage{block, json.RawMessage(text)} {
			safe(t, page(t, report.Report{Messages: []report.Message{{Subject: text, Slack: slack}}}))
		}
	})
}
