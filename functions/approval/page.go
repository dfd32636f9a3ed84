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
	"strings"
	"time"
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
		"parted": parted,
		"second": second,
	}).ParseFS(files, "web/*.html"))

	// styleHash permits the style sheet embedded in the page, and no other:
	// https://www.w3.org/TR/CSP3/#framework-directive-source-list
	styleHash = func() string {
		sum := sha256.Sum256([]byte(style))
		return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
	}()
)

var resourceID = regexp.MustCompile(`\b(?:[a-z]{1,8}-[0-9a-f]{8,17}|AKIA[0-9A-Z]{16})\b`)

// whole wraps ids in text so that no line breaks within one.
func whole(text string) template.HTML {
	return template.HTML(resourceID.ReplaceAllString(template.HTMLEscapeString(text), `<span class="whole">$0</span>`))
}

// parted lets the type of a finding break into lines where it is put together.
func parted(text string) template.HTML {
	return template.HTML(strings.NewReplacer(":", ":<wbr>", "/", "/<wbr>", ".", ".<wbr>").Replace(template.HTMLEscapeString(text)))
}

// moment formats a time for people, to the minute.
func moment(t time.Time) string { return t.UTC().Format("2 January 2006, 15:04") + " UTC" }

// second formats a time to the second, in UTC, in a list of them.
func second(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05") }

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
