package slack

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// alphabet has what is counted in different ways: plain text, what JSON or mrkdwn escapes, and
// characters of two, three and four bytes.
var alphabet = []rune(`abcdefghij 0123456789 -.:/\"&<>'` + "`_*~äßé→日本語😀\n\t")

func random(r *rand.Rand, most int) string {
	var b strings.Builder
	plain := r.IntN(2) == 0
	for range r.IntN(most + 1) {
		if plain {
			b.WriteByte("abc def "[r.IntN(8)])
		} else {
			b.WriteRune(alphabet[r.IntN(len(alphabet))])
		}
	}
	return b.String()
}

// randomMessage is one with many short parts, with few long ones, or with both.
func randomMessage(r *rand.Rand) quarantine.Message {
	m := quarantine.Message{Subject: random(r, 300), Show: "quarantine show inc-20261102-0123456789"}
	parts, lines, longest := r.IntN(80), 1+r.IntN(20), 1+r.IntN(4000)
	for range parts {
		s := quarantine.Section{Title: random(r, 250)}
		for range r.IntN(lines) {
			s.Lines = append(s.Lines, []string{"", "$ "}[r.IntN(2)]+random(r, longest))
		}
		m.Sections = append(m.Sections, s)
	}
	for n := range r.IntN(6) {
		m.Links = append(m.Links, quarantine.Link{Label: random(r, 80), URL: fmt.Sprintf("https://console.example/%d/%s", n, strings.Repeat("a", r.IntN(300)))})
	}
	if r.IntN(2) == 0 {
		m.Ask = question().Ask
	}
	return m
}

// Whatever a message holds, Slack takes it: the account in memory refuses what Slack has refused.
// The links stay, and so do the buttons and a word on where the rest is, if there is one.
func TestEveryLongMessageIsTaken(t *testing.T) {
	t.Parallel()
	acct := account.New(account.Options{})
	channel, err := New(webhook, &http.Client{Transport: acct.Webhook()})
	if err != nil {
		t.Fatal(err)
	}
	cut := 0
	for seed := range uint64(400) {
		m := randomMessage(rand.New(rand.NewPCG(seed, 1)))
		got := read(t, m)
		checkPosted(t, got)
		if err := channel.Send(t.Context(), m); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		if len(m.Links) > 0 && !link.MatchString(got.links(t)) {
			t.Errorf("seed %d: the links are lost: %+v", seed, got.Blocks)
		}
		if wantNoTextAfterTheNote(t, got) {
			cut++
		}
	}
	if cut < 100 || cut > 390 {
		t.Errorf("%d of 400 messages are shortened: the others show nothing", cut)
	}
}

// wantNoTextAfterTheNote tells whether there is a note, which says where the rest is and is the last text.
func wantNoTextAfterTheNote(t *testing.T, p posted) (cut bool) {
	t.Helper()
	for _, b := range append(slices.Clone(p.Blocks), p.detail()...) {
		switch {
		case b.Type != "section":
		case cut:
			t.Errorf("after the note: %q", b.Text.Text)
		case strings.HasPrefix(b.Text.Text, "_Shortened. "):
			cut = true
			if !strings.Contains(b.Text.Text, "quarantine show inc-20261102-0123456789") {
				t.Errorf("the note says %q", b.Text.Text)
			}
		}
	}
	return cut
}
