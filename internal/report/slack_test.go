package report_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/report"
)

// A message is shown as Slack shows it, as far as text goes.
func TestAMessageIsShownAsSlackDoes(t *testing.T) {
	t.Parallel()
	sent := json.RawMessage(`{"text": "short", "blocks": [{"type": "header", "text": {"type": "plain_text", "text": "NOT *bold* &amp; CUT"}}],
		"attachments": [{"color": "#c62828", "blocks": [
			{"type": "section", "text": {"type": "mrkdwn", "text": "*What next* or _later_\n` + "`quarantine show inc-1`" + ` 3*4*5\n<https://x.example/a?b=c&amp;d=e|The page> <!here> <@U1|kim>"}},
			{"type": "divider"},
			{"type": "context", "elements": [{"type": "mrkdwn", "text": "&lt;b&gt;"}, {"type": "image", "image_url": "https://x.example/p.png"}]},
			{"type": "actions", "elements": [{"type": "button", "text": {"type": "plain_text", "text": "Approve"}, "url": "https://x.example/decide"}]}]}]}`)
	text := page(t, report.Report{Messages: []report.Message{{Subject: "told", Channels: []string{"slack"}, Slack: sent}}})
	for _, want := range []string{
		`<div class="slack bad">`, `<p class="slack-header">NOT *bold* &amp; CUT</p>`, "<strong>What next</strong> or <em>later</em>",
		"<code>quarantine show inc-1</code> 3*4*5", `<a href="https://x.example/a?b=c&amp;d=e" rel="noreferrer">The page</a> !here kim`,
		"<hr>", "<p>&lt;b&gt;</p>", `<span class="slack-button">Approve</span>`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in the page:\n%s", want, text[strings.Index(text, `<div class="slack`):])
		}
	}
	if strings.Contains(text, "p.png") || strings.Contains(text, "decide") {
		t.Error("the page has a picture from elsewhere, or a button that does something")
	}
}
