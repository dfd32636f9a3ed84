package message

import (
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// A message does not say of one thing what was read of it, and that nothing was.
func TestWhatTheErrorHasReadIsNotCalledUnread(t *testing.T) {
	t.Parallel()
	r := onRecord()
	r.Incident.Holds[1].VerifiedAt = time.Time{}
	const contradicts = "no read-back is on record"
	for name, c := range map[string]struct {
		text   string
		unread bool
	}{
		"read":             {"read back after the failure: subnet-0aaa1111 cut off under acl-0q, subnet-0bbb2222 not cut off (under acl-1). The failure: no", false},
		"read of another":  {"read back after the failure: subnet-0aaa1111 cut off under acl-0q. The failure: no", true},
		"of what it tried": {"subnet-0bbb2222: EC2 denied it", true},
	} {
		text := unwrapped(composed(t, notContained(quarantine.AccessDenied, c.text), r).Text)
		if strings.Contains(text, contradicts) != c.unread || strings.Contains(text, "subnet-0bbb2222: NOT KNOWN to be as it was put. What went wrong says") == c.unread {
			t.Errorf("%s:\n%s", name, text)
		}
	}
}

// "Look for yourself" comes with how.
func TestWhatWasNotVerifiedIsLookedAtByACommand(t *testing.T) {
	t.Parallel()
	n := measureFailed()
	n.Measure, n.Failure = "metadata", caught(quarantine.NotVerified, instanceID+": the read-back does not show what was put: endpoint is enabled")
	text := unwrapped(compose(t, n).Text)
	look, take := strings.Index(text, "MetadataOptions.[HttpEndpoint,State]"), strings.Index(text, "do it by hand.")
	if look < 0 || look > take {
		t.Errorf("look at %d, take at %d:\n%s", look, take, text)
	}
}
