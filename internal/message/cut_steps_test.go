package message

import (
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// A cut by hand is on no record. Whoever can cut from a computer is led there first, and is warned where
// there is nothing but the cut by hand.
func TestACutByHandComesAfterOneThatIsOnRecord(t *testing.T) {
	t.Parallel()
	nobody := expired(quarantine.PurposeIsolate, "")
	large := notContained(tooLarge, "more than 256 KiB")
	for name, c := range map[string]struct {
		news    quarantine.News
		respond bool
	}{
		"not contained":   {notContained(quarantine.AccessDenied, "EC2 denied ReplaceNetworkAclAssociation"), true},
		"nobody decided":  {nobody, true},
		"left as it was":  {kept(quarantine.PurposeIsolate), true},
		"decision needed": {toldOnly(quarantine.ActionApprove), true},
		"too large":       {large, false},
		"shared":          {notContained(quarantine.SharedNetwork, "of 999900001111"), false},
	} {
		text := unwrapped(compose(t, c.news).Text)
		respond, byHand := strings.Index(text, "quarantine respond --event finding.json"), strings.Index(text, "by hand")
		if respond >= 0 != c.respond || byHand < 0 || respond > byHand {
			t.Errorf("%s: respond at %d, by hand at %d:\n%s", name, respond, byHand, text)
		}
		warns := strings.Contains(text, "or it takes your ACL for that") || strings.Contains(text, "or it takes yours for that")
		if !warns {
			t.Errorf("%s does not say what comes of an ACL that is put by hand:\n%s", name, text)
		}
	}
}

// The cut is what burns, and who is denied an action can often do it from a computer all the same.
func TestAFailedCutHasTheCutFirst(t *testing.T) {
	t.Parallel()
	for failure, first := range map[string]string{
		quarantine.AccessDenied: "1. Cut it off now.",
		quarantine.QuotaReached: "1. Delete network ACLs that nothing uses", // or a cut fails like the last
	} {
		if text := unwrapped(compose(t, notContained(failure, "why")).Text); !strings.Contains(text, first) {
			t.Errorf("%s lacks %q:\n%s", failure, first, text)
		}
	}
}

// Step Functions names the action that it was denied under a name of its own.
func TestADeniedActionIsNamedWhateverTheErrorIsCalled(t *testing.T) {
	t.Parallel()
	text := unwrapped(compose(t, notContained("StepFunctions.AWSStepFunctionsException",
		"User: arn:aws:sts::111122223333:assumed-role/quarantine-role/quarantine is not authorized to perform: states:StartExecution on resource: x")).Text)
	if !strings.Contains(text, "Allow states:StartExecution in the state machine's role.") || strings.Contains(text, "Read the execution's history") {
		t.Error(text)
	}
}
