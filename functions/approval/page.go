package approval

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"regexp"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

var (
	//go:embed web/*.html
	files embed.FS
	//go:embed web/style.css
	style string

	templates = template.Must(template.New("").Funcs(template.FuncMap{
		"style":  func() template.CSS { return template.CSS(style) },
		"moment": moment,
		"whole":  whole,
	}).ParseFS(files, "web/*.html"))

	// styleHash permits the style sheet embedded in the page, and no other:
	// https://www.w3.org/TR/CSP3/#framework-directive-source-list
	styleHash = func() string {
		sum := sha256.Sum256([]byte(style))
		return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
	}()
)

// question is the data of the page for a request that can be decided.
type question struct {
	Title, Left string
	Request     quarantine.ApprovalRequest
	Held        holdings
	Approve     choice
	Deny        choice
	Silence     string
	MaxReason   int
}

// choice is a button's label and the effect of pressing it; Further is what else it has done.
type choice struct {
	Label, Does string
	Further     []string
}

func ask(w http.ResponseWriter, r quarantine.ApprovalRequest, held holdings, now time.Time) {
	q := question{
		Title: "Cut " + r.Resource.ID + " off the network?",
		Approve: choice{Label: "Approve: cut it off", Does: "Every subnet of the instance is put " + register.Cut().Under + ", in and out. " +
			"All other hosts of those subnets are cut off with it. Then evidence is taken."},
		Deny:    choice{Label: "Deny: leave it", Does: "Nothing is cut. The decision goes on record, and people are told."},
		Silence: "Nothing is cut, and people are told.",
	}
	if r.OnSilence == quarantine.ActionIsolate {
		q.Silence = "The instance is cut off as if somebody had approved: so says the policy."
	}
	for _, name := range r.Measures {
		q.Approve.Further = append(q.Approve.Further, "It "+register.Named(name).Does+" ("+name+").")
	}
	if r.Purpose == quarantine.PurposeRelease {
		q.Title = "Release " + r.Resource.ID + " from quarantine?"
		q.Approve = choice{Label: "Approve: release it", Does: "What stood before the quarantine is put back, as it is on record, and the hosts of its subnets can be reached again. " +
			"What another incident holds stays as it is, and what somebody has changed by hand is left alone."}
		q.Deny = choice{Label: "Deny: keep the quarantine", Does: "The quarantine stays until somebody releases it on the command line."}
		q.Silence = "The quarantine stays, and people are told."
	}
	q.Request, q.Held, q.Left, q.MaxReason = r, held, left(r.ExpiresAt.Sub(now)), maxReason
	render(w, http.StatusOK, "question.html", q)
}

var resourceID = regexp.MustCompile(`\b[a-z]{1,8}-[0-9a-f]{8,17}\b`)

// whole wraps ids in text so that no line breaks within one.
func whole(text string) template.HTML {
	return template.HTML(resourceID.ReplaceAllString(template.HTMLEscapeString(text), `<span class="whole">$0</span>`))
}

// moment formats a time for people, to the minute.
func moment(t time.Time) string { return t.UTC().Format("2 January 2006, 15:04") + " UTC" }

// left formats the remaining time, rounded down so that it never shows too much.
func left(d time.Duration) string {
	switch {
	case d >= 48*time.Hour:
		return fmt.Sprintf("in %d days", int(d.Hours())/24)
	case d >= 2*time.Hour:
		return fmt.Sprintf("in %d hours", int(d.Hours()))
	case d >= 2*time.Minute:
		return fmt.Sprintf("in %d minutes", int(d.Minutes()))
	default:
		return "in less than two minutes"
	}
}

// render writes either the whole page or an error.
func render(w http.ResponseWriter, code int, name string, data any) {
	var b bytes.Buffer
	if err := templates.ExecuteTemplate(&b, name, data); err != nil {
		slog.Error("the approval page could not be made", "template", name, "error", err.Error())
		http.Error(w, "the page could not be made", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(code)
	_, _ = b.WriteTo(w) // the client may have disconnected
}
