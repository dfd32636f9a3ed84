package reach

import (
	"strings"
	"testing"
)

// Every rule says what it is about, and where AWS says so.
func TestEveryRuleHasItsDocument(t *testing.T) {
	t.Parallel()
	if len(rules) < 18 {
		t.Errorf("%d rules", len(rules))
	}
	for r := range rules {
		about := r != RuleDescription // that one is about the description that was loaded
		if r.Says() == "" || strings.HasPrefix(r.Document(), "https://docs.aws.amazon.com/") != about {
			t.Errorf("%s says %q, in %q", r, r.Says(), r.Document())
		}
	}
}
