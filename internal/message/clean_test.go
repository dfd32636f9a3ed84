package message

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func TestClean(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ in, want string }{
		"as it is":      {"a plain title: ü, 漢字, 5 < 6 & 7", "a plain title: ü, 漢字, 5 < 6 & 7"},
		"line breaks":   {" a\r\n\tb\u2028c\u0085d \n", "a b c d"},
		"escape":        {"\x1b[31mred", `\u001b[31mred`},
		"bidi":          {"a\u202egpj.exe\u2066b", `a\u202egpj.exe\u2066b`},
		"zero width":    {"ad\u200bmin\ufeff", `ad\u200bmin\ufeff`},
		"invalid UTF-8": {"a\xffb", "a\ufffdb"},
		"nul":           {"a\x00b", `a\u0000b`},
		"long":          {strings.Repeat("x", 50), strings.Repeat("x", 37) + "..."},
		"nothing":       {" \n ", ""},
	}
	for name, tt := range tests {
		if got := Clean(tt.in, 40); got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}

func FuzzClean(f *testing.F) {
	for _, s := range []string{"", "a b", "a\r\nb", "\u202ex", "\xff\xfe", "\u200b\u2066", "  ", strings.Repeat("é ", 60)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		const limit = 40
		got := Clean(s, limit)
		if !utf8.ValidString(got) || utf8.RuneCountInString(got) > limit {
			t.Errorf("%q: %d characters", got, utf8.RuneCountInString(got))
		}
		if strings.ContainsFunc(got, func(r rune) bool { return !unicode.IsPrint(r) }) || strings.Contains(got, "  ") {
			t.Errorf("%q shows what cannot be seen", got)
		}
		if again := Clean(got, limit); again != got {
			t.Errorf("cleaned twice: %q, then %q", got, again)
		}
	})
}

// The shell is the judge of what it takes for one word.
func FuzzArg(f *testing.F) {
	for _, s := range []string{"", "a b", "it's", "$(id)", "`id`", `\`, "a\nb", "-n", "x;y&z|w>v<u", "*?~#!"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		out, err := exec.Command("/bin/sh", "-c", "printf %s "+arg(s)).Output()
		if err != nil || string(out) != Clean(s, maxLine) {
			t.Errorf("%q as %s: the shell reads %q (%v)", s, arg(s), out, err)
		}
	})
}

func FuzzCompose(f *testing.F) {
	f.Add("title", "type", "cause", "region")
	f.Add("\r\n\u202e", "<!channel>", `{"errorMessage":"x\ny"}`, "evil.example/")
	f.Add("\xff", "&<>", `{"errorMessage":1}`, "cn-north-1")
	kinds := []quarantine.MessageKind{
		quarantine.KindContained, quarantine.KindContainmentFailed, quarantine.KindMeasureFailed, quarantine.KindEvidenceFailed,
		quarantine.KindToldOnly, quarantine.KindObserved, quarantine.KindMalformed, quarantine.KindApprovalAsked, quarantine.KindApprovalExpired,
		quarantine.KindReleased, quarantine.KindReleaseFailed, quarantine.KindReopened, quarantine.KindNarrowed, quarantine.KindNarrowFailed,
	}
	f.Fuzz(func(t *testing.T, title, kind, cause, region string) {
		for _, k := range kinds {
			n := contained()
			n.Kind, n.Event = k, []byte(title)
			n.Triage.Finding.Title, n.Triage.Finding.Type, n.Triage.Resource.Region = title, kind, region
			n.Triage.Finding.ThreatNames = []string{cause, title}
			n.Containment.Instance.Tags["Name"] = title
			n.Failure = &quarantine.CaughtError{Error: kind, Cause: cause}
			n.Approval, n.Link = request(quarantine.PurposeRelease), "https://"+region+"/"+title
			n.Approval.ID, n.Approval.Finding.Title, n.Approval.Asked = "req-"+kind, title, []string{cause}
			n.Release = release(restored("subnet-"+title), outcome("subnet-1", quarantine.Drifted, cause))
			n.Release.By, n.Release.Reason, n.Measure = title, cause, title
			n.Drifts = reopened(func(d *quarantine.Drift) { d.Thing, d.What, d.By, d.Failed = title, kind, cause, region }).Drifts
			m, err := Compose(n, Record{})
			if err != nil {
				t.Fatal(err)
			}
			checkShown(t, m)
		}
	})
}

// checkShown holds for every message, whatever it was made of.
func checkShown(t *testing.T, m quarantine.Message) {
	t.Helper()
	shown := []string{m.Subject}
	for _, s := range m.Sections {
		shown = append(append(shown, s.Title), s.Lines...)
	}
	shown = append(shown, strings.Split(m.Text, "\n")...)
	for _, s := range shown {
		if !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) {
			t.Errorf("%q shows what cannot be seen", s)
		}
	}
	if utf8.RuneCountInString(m.Subject) > maxSubject || len(m.Text) > maxText || len(m.Data) > maxData {
		t.Errorf("subject %d, text %d, data %d", len(m.Subject), len(m.Text), len(m.Data))
	}
	for _, l := range asLinks(m) {
		if !strings.HasPrefix(l.URL, "https://") || strings.ContainsAny(l.URL, "<>| \"") {
			t.Errorf("link to %q", l.URL)
		}
	}
}

// asLinks are all addresses of a message.
func asLinks(m quarantine.Message) []quarantine.Link {
	if m.Ask == nil || m.Ask.Link == "" {
		return m.Links
	}
	return append(slices.Clone(m.Links), quarantine.Link{Label: "Ask", URL: m.Ask.Link})
}
