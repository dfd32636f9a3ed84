package slack

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

const (
	requestID = "req-0123456789abcdef0123"
	page      = "https://approve.example/r/" + requestID + "?exp=1&sig=abc"
)

func question() quarantine.Message {
	m := news()
	m.Kind, m.Subject = quarantine.KindApprovalAsked, "DECISION NEEDED (release): i-1"
	m.Ask = &quarantine.MessageAsk{Buttons: true, RequestID: requestID, Link: page}
	return m
}

// pressable returns the buttons of a payload, as action_id -> value or URL.
func pressable(t *testing.T, p posted) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, b := range p.Blocks {
		if b.Type != "actions" {
			continue
		}
		for _, e := range elements[pushed](t, b) {
			out[e.ActionID] = e.Value + e.URL
		}
	}
	return out
}

func TestOnlyAQuestionHasButtons(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		ask  *quarantine.MessageAsk
		want map[string]string
	}{
		"a question": {&quarantine.MessageAsk{Buttons: true, RequestID: requestID, Link: page},
			map[string]string{"approve": requestID, "deny": requestID, "open": page}},
		"one that may narrow": {&quarantine.MessageAsk{Buttons: true, Narrow: true, RequestID: requestID},
			map[string]string{"approve": requestID, "narrow": requestID, "deny": requestID}},
		"one that may narrow, on the page alone": {&quarantine.MessageAsk{Narrow: true, RequestID: requestID, Link: page}, map[string]string{"open": page}},
		"without a page":                         {&quarantine.MessageAsk{Buttons: true, RequestID: requestID}, map[string]string{"approve": requestID, "deny": requestID}},
		"a page of this machine":                 {&quarantine.MessageAsk{Buttons: true, RequestID: requestID, Link: "http://127.0.0.1:1/"}, map[string]string{"approve": requestID, "deny": requestID}},
		"a page that is too long":                {&quarantine.MessageAsk{Link: "https://a.example/" + strings.Repeat("x", maxURL)}, map[string]string{}},
		"an id that is too long":                 {&quarantine.MessageAsk{Buttons: true, RequestID: strings.Repeat("x", maxValue+1), Link: page}, map[string]string{"open": page}},
		"an id that is not valid UTF-8":          {&quarantine.MessageAsk{Buttons: true, RequestID: "\xff"}, map[string]string{}},
		"no interactivity endpoint":              {&quarantine.MessageAsk{RequestID: requestID, Link: page}, map[string]string{"open": page}},
		"an empty question":                      {&quarantine.MessageAsk{}, map[string]string{}},
		"no question":                            {nil, map[string]string{}},
	}
	for name, tt := range tests {
		m := news()
		m.Ask = tt.ask
		got := read(t, m)
		checkPosted(t, got)
		if diff := cmp.Diff(tt.want, pressable(t, got)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// The address is only in the button, where Slack shows it to nobody who does not
// press it, and not in the notification or the text.
func TestOnlyTheButtonHoldsThePagesAddress(t *testing.T) {
	t.Parallel()
	got := read(t, question())
	for _, b := range append(got.Blocks, got.detail()...) {
		if strings.Contains(b.Text.Text, "sig=abc") {
			t.Errorf("a %s shows %s", b.Type, b.Text.Text)
		}
	}
	if strings.Contains(got.Text, "sig=abc") {
		t.Errorf("the notification shows %s", got.Text)
	}
}

// checkButtons checks what holds for the buttons of every question.
func checkButtons(t *testing.T, blockID string, all []pushed) {
	t.Helper()
	if blockID != "approval" || len(all) == 0 || len(all) > 3 {
		t.Errorf("block %q has %d buttons", blockID, len(all))
	}
	seen := map[string]bool{}
	for _, b := range all {
		if b.Type != "button" || b.Text.Type != "plain_text" || b.Text.Text == "" || b.Style != "" || seen[b.ActionID] {
			t.Errorf("%+v", b)
		}
		seen[b.ActionID] = true
		if utf8.RuneCountInString(b.Value) > maxValue || len(b.URL) > maxURL || (b.Value == "") == (b.URL == "") {
			t.Errorf("%s has value %q and leads to %q", b.ActionID, b.Value, b.URL)
		}
		if b.URL != "" && (!strings.HasPrefix(b.URL, "https://") || strings.ContainsAny(b.URL, "<>| `")) {
			t.Errorf("leads to %q", b.URL)
		}
	}
}
