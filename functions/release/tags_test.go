package release_test

import (
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// I14, with an attacker who may tag: he tags the ACL of a production subnet as a quarantine
// ACL, and another as the one that stood there before. The subnet gets its own ACL back.
func TestI14AnACLIsNotOursByItsTags(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.AddACL("vpc-1", "acl-production", nil)
	w.Open("acl-production")
	w.AddACL("vpc-1", "acl-attacker", nil)
	w.Open("acl-attacker")
	w.Swap("subnet-a", "acl-production")
	w.Tag(t, "acl-production", map[string]string{
		quarantine.TagProduct: quarantine.Product, "quarantine:original:" + w.ID("subnet-a"): w.ID("acl-attacker"), "quarantine:holder:inc-web": "i-web",
	})
	w.cut(t, "i-web")
	same(t, "the original on record", "acl-production", w.Record("subnet-a").Before)
	done := w.release(t, "i-web")
	same(t, "outcomes", map[string]quarantine.ReleaseOutcome{"subnet-a": quarantine.Restored}, outcomes(done))
	same(t, "what subnet-a is under", "acl-production", w.Under()["subnet-a"])
	same(t, "removed", []string{"acl-q1"}, done.Removed)
	if len(done.Warnings) != 1 || !strings.HasPrefix(done.Warnings[0], "acl-production has the tags of a quarantine ACL, and the ledger does not have it as made") {
		t.Errorf("warnings %q", done.Warnings)
	}
}

// He tags an ACL that nothing uses and that denies everything: no cut's release deletes it, not
// even where the cut has used it.
func TestI14NoACLIsDeletedByItsTags(t *testing.T) {
	t.Parallel()
	for name, before := range map[string]bool{"before the cut": true, "after it": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.AddACL("vpc-1", "acl-spare", nil)
			tags := map[string]string{quarantine.TagProduct: quarantine.Product, "quarantine:holder:inc-web": "i-web"}
			if before {
				w.Tag(t, "acl-spare", tags)
			}
			w.cut(t, "i-web")
			w.Tag(t, "acl-spare", tags)
			done := w.release(t, "i-web")
			same(t, "what subnet-a is under", "acl-main", w.Under()["subnet-a"])
			if _, there := w.ACLs()["acl-spare"]; !there {
				t.Errorf("removed %q", done.Removed)
			}
			if len(done.Warnings) != 1 || !strings.HasPrefix(done.Warnings[0], "acl-spare has the tags of a quarantine ACL, and the ledger does not have it") {
				t.Errorf("warnings %q", done.Warnings)
			}
		})
	}
}

// After the cut he, or a responder, puts another ACL on the subnet that has our tag: it is not
// what the ledger has as put there, and is left alone.
func TestI14ATaggedACLOfOthersOnTheSubnetIsDrift(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.cut(t, "i-web")
	w.AddQuarantineACL("vpc-1", "acl-responder")
	w.Swap("subnet-a", "acl-responder")
	done := w.release(t, "i-web")
	same(t, "outcomes", map[string]quarantine.ReleaseOutcome{"subnet-a": quarantine.Drifted}, outcomes(done))
	same(t, "what subnet-a is under", "acl-responder", w.Under()["subnet-a"])
}

// A tag clean-up takes the tags off a quarantine ACL. The next incident of the subnet does not
// take it for what stood there, and the last release puts back what did, and removes both.
func TestI14AQuarantineWithoutItsTagsIsNeverTheOriginal(t *testing.T) {
	t.Parallel()
	for name, opened := range map[string]bool{"as it was": false, "opened since": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.cut(t, "i-web")
			w.Untag(t, "acl-q1", quarantine.TagProduct, quarantine.TagLedger, "Name")
			if opened {
				w.Open("acl-q1")
			}
			w.cut(t, "i-peer")
			same(t, "the original on record", "acl-main", w.Record("subnet-a").Before)
			w.release(t, "i-web")
			done := w.release(t, "i-peer")
			same(t, "outcomes", map[string]quarantine.ReleaseOutcome{"subnet-a": quarantine.Restored}, outcomes(done))
			same(t, "what subnet-a is under", "acl-main", w.Under()["subnet-a"])
			if _, there := w.ACLs()["acl-q2"]; there {
				t.Errorf("removed %q", done.Removed)
			}
			w.settled(t)
		})
	}
}
