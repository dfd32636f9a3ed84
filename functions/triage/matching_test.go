package triage_test

import (
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// matching is a policy with one rule, ignore, whose condition is as given.
func matching(condition string) string {
	return "version: 1\noverrides:\n  - name: probe\n    reason: probe\n    action: ignore\n    when: |\n      " + condition + "\n"
}

// passedOver is the reason why the rule was not applied, for too much work.
const passedOver = "passed over, because its condition could not be evaluated: " +
	"the patterns of the policy need more work on this finding than the limit of 5000000 (instructions times bytes)"

// Whoever causes a finding has a say in its texts: a name of 150 KB must not keep the
// verdict waiting until the function's time is up.
func TestMatchingIsBounded(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		condition string
		given     func(*quarantine.Finding)
	}{
		"a long text": {"finding.description matches `a{300}a{300}a{300}b`", func(f *quarantine.Finding) {
			f.Description = strings.Repeat("a", 150_000)
		}},
		"a text in a loop": {"any(finding.remote, finding.description matches `(a|aa){100}b`)", func(f *quarantine.Finding) {
			f.Description, f.Remote = strings.Repeat("a", 4000), make([]string, 5000)
		}},
		"many patterns": {strings.Repeat("finding.description matches `a{900}b` or ", 80) + "false", func(f *quarantine.Finding) {
			f.Description = strings.Repeat("a", 1000)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := finding(t, "miner", c.given)
			p, err := triage.ParsePolicy([]byte(matching(c.condition)))
			if err != nil {
				t.Fatal(err)
			}
			began := time.Now()
			v := p.Judge(f, noon)
			if got := reason(v, "override/probe"); got != passedOver || v.Action == quarantine.ActionIgnore {
				t.Errorf("%s, because %q", v.Action, got)
			}
			if took := time.Since(began); took > 10*time.Second { // it is 0.5 s at most on an idle computer
				t.Errorf("the verdict took %s", took)
			}
		})
	}
}

// The work of all rules counts together, and each verdict begins anew.
func TestTheLimitOfMatchingIsOneForAVerdict(t *testing.T) {
	t.Parallel()
	rule := "  - {name: NAME, reason: probe, action: ignore, when: 'finding.description matches \"a{900}b\"'}\n"
	p, err := triage.ParsePolicy([]byte("version: 1\noverrides:\n" + strings.Replace(rule, "NAME", "first", 1) + strings.Replace(rule, "NAME", "second", 1)))
	if err != nil {
		t.Fatal(err)
	}
	f := finding(t, "miner", func(f *quarantine.Finding) { f.Description = strings.Repeat("a", 3000) })
	for range 3 {
		v := p.Judge(f, noon)
		if first, second := reason(v, "override/first"), reason(v, "override/second"); first != "" || second != passedOver {
			t.Errorf("the first rule: %q; the second: %q", first, second)
		}
	}
}

// A pattern means what it means to Go's package regexp, or the rule is passed over where
// the text is long.
func FuzzMatching(f *testing.F) {
	f.Add("^[0-9a-f]{32}$", "0123456789abcdef0123456789abcdef", uint16(1))
	f.Add("a{1000}a{1000}a{1000}b", "a", uint16(2000))
	f.Add("(a|aa){300}b", "ab", uint16(3000))
	f.Add(`(?i)\bMINER\b`, "a miner \xff", uint16(2))
	f.Add("(", "(", uint16(0))
	f.Add(`\pL{500}|(x*)*y`, "xé", uint16(9000))
	miner := finding(f, "miner")
	f.Fuzz(func(t *testing.T, source, text string, times uint16) {
		if strings.ContainsAny(source, "`\n\r") || !utf8.ValidString(source) || len(text) > 40 {
			return
		}
		p, err := triage.ParsePolicy([]byte(matching("finding.description matches `" + source + "`")))
		if err != nil {
			return
		}
		of := miner
		of.Description = strings.Repeat(text, int(times))
		began := time.Now()
		v := p.Judge(of, noon)
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("%q took %s on %d bytes", source, took, len(of.Description))
		}
		if reason(v, "override/probe") == passedOver {
			if len(of.Description) < 4999 {
				t.Errorf("%q was not matched with %d bytes", source, len(of.Description))
			}
			return
		}
		want, err := regexp.MatchString(source, of.Description)
		if got := v.Action == quarantine.ActionIgnore; err != nil || got != want {
			t.Errorf("%q matches %.100q: %t, want %t, %v", source, of.Description, got, want, err)
		}
	})
}
