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

	"github.com/ec2-quarantine/quarantine/internal/kinds"
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
	Words       kinds.Words // of the kind of its resource
	Held        holdings
	Approve     choice
	Narrow      choice // where Held has one
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
	words := kinds.Of(r.Resource.Kind)
	q := question{
		Title:   fmt.Sprintf(words.Button, words.What(r.Resource, nil)),
		Approve: choice{Label: "Approve: " + words.DoIt(), Does: kinds.Capital(words.Ask.Approve) + " Then evidence is taken."},
		Deny:    choice{Label: "Deny: leave it", Does: "Nothing is " + words.Short + ". The decision goes on record, and people are told."},
		Silence: "Nothing is " + words.Short + ", and people are told.",
	}
	if r.OnSilence == quarantine.ActionIsolate {
		q.Silence = "The " + words.Noun + " is " + words.Past + " as if somebody had approved: so says the policy."
	}
	for _, name := range r.Measures {
		q.Approve.Further = append(q.Approve.Further, "It "+register.Named(name).Does+" ("+name+").")
	}
	if r.Purpose == quarantine.PurposeRelease {
		q.Title = "Release " + words.What(r.Resource, held.Known) + " from quarantine?"
		q.Approve = choice{Label: "Approve: release it", Does: kinds.Capital(words.Ask.PutBack) +
			" What another incident holds stays as it is, and what somebody has changed by hand is left alone."}
		q.Narrow = choice{Label: "Narrow: give the subnets back, keep the instance cut by its security group", Does: "The subnets are put back, except where another incident holds them or somebody has changed them, and their other hosts can be reached again. " +
			"The instance stays contained by its security group, and the incident goes on: this is asked again, with another link."}
		q.Deny = choice{Label: "Deny: keep the quarantine", Does: "The quarantine stays until somebody releases it on the command line."}
		q.Silence = "The quarantine stays, and people are told."
	}
	q.Request, q.Words, q.Held, q.Left, q.MaxReason = r, words, held, left(r.ExpiresAt.Sub(now)), maxReason
	render(w, http.StatusOK, "question.html", q)
}

var resourceID = regexp.MustCompile(`\b(?:[a-z]{1,8}-[0-9a-f]{8,17}|AKIA[0-9A-Z]{16})\b`)

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
