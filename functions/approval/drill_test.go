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
