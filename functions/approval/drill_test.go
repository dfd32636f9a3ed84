package approval_test

import (
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Before a cut no incident is on record: the resource's own record says that it is a drill.
func TestAQuestionAboutADrillsInstanceSaysSo(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		of    quarantine.Resource
		title string
		says  bool
	}{
		"a drill's instance":                  {of: asked(quarantine.PurposeIsolate).Resource, title: "It phones home", says: true},
		"another instance, and a title of it": {of: quarantine.Resource{Kind: quarantine.KindInstance, ID: "i-other"}, title: "DRILL. It is a drill"},
	} {
		w := emptyWorld(t)
		if err := w.ledger.BeginDrill(t.Context(), quarantine.Drill{Resource: c.of, By: "alice", From: noon, Until: noon.Add(time.Hour)}); err != nil {
			t.Fatal(err)
		}
		q := w.payload(nil)
		q.Triage.Finding.Title = c.title
		got, err := w.asker.Handle(t.Context(), q)
		if err != nil || got.Status != quarantine.RequestPending {
			t.Fatalf("%s: %+v, %v", name, got, err)
		}
		for _, sent := range w.mails() {
			subject, text, _ := strings.Cut(sent, "\n")
			if strings.HasPrefix(subject, "[DRILL] ") != c.says || strings.HasPrefix(text, "DRILL. ") != c.says || !strings.Contains(text, "DECISION NEEDED") {
				t.Errorf("%s: it was sent %s", name, sent)
			}
		}
	}
}

// Whoever decides has the page before them, and not the message: what the ledger has says so, and a title never.
func TestThePageOfAQuestionAboutADrillsInstanceSaysSo(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		of   string
		says bool
	}{"a drill's instance": {says: true}, "another instance, and a title of it": {of: "i-other"}} {
		w := serve(t, func(r *quarantine.ApprovalRequest) { r.Finding.Title = "DRILL by somebody" })
		of := w.request.Resource
		if c.of != "" {
			of.ID = c.of
		}
		if err := w.ledger.BeginDrill(t.Context(), quarantine.Drill{Resource: of, By: "alice", From: noon, Until: noon.Add(time.Hour)}); err != nil {
			t.Fatal(err)
		}
		_, text := w.get(t, w.link())
		if got := strings.Contains(text, "DRILL · Decision needed") && strings.Contains(text, "A drill, begun by alice"); got != c.says || strings.Contains(text, "DRILL ·") != c.says {
			t.Errorf("%s: the page has %s", name, text)
		}
	}
}
