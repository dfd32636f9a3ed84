package report

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"strings"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/message"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

//go:embed page.html
var pageText string

//go:embed style.css
var style string

var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{
	"policy": func() string { return policy },
	"style":  func() template.CSS { return template.CSS(style) }, //nolint:gosec // a file of this folder
	"clean":  func(text string) string { return message.Clean(text, maxLine) },
	"text":   func(kind quarantine.EventKind) string { return string(kind) },
	"lines":  lines,
	"clock":  func(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05") },
	"px":     func(v float64) string { return fmt.Sprintf("%.1f", v) },
}).Parse(pageText))

// maxLine is how many characters of a line from outside are shown.
const maxLine = 2000

// policy lets the page do nothing but use its own style: whatever text got into it, nothing is loaded
// and no script runs.
var policy = "default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'sha256-" + hashOf(style) + "'"

func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// Write writes the page.
func Write(w io.Writer, r Report) error {
	p, err := view(r)
	if err != nil {
		return err
	}
	return pageTemplate.Execute(w, p)
}

// lines are those of a text, each made safe to show with its indentation.
func lines(text string) string {
	var out []string
	for line := range strings.Lines(text) {
		body := strings.TrimLeft(line, " ")
		out = append(out, strings.Repeat(" ", min(len(line)-len(body), 40))+message.Clean(body, maxLine))
	}
	return strings.Join(out, "\n")
}

// seconds is a duration as people read it.
func seconds(d time.Duration) string {
	switch {
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < time.Minute:
		return fmt.Sprintf("%.1f s", d.Seconds())
	case d < time.Hour:
		return fmt.Sprintf("%d min %02d s", int(d.Minutes()), int(d.Seconds())%60)
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h %02d min", int(d.Hours()), int(d.Minutes())%60)
	}
	return fmt.Sprintf("%d days", int(d.Hours()/24))
}
