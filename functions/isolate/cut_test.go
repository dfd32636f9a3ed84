package isolate_test

import (
	"maps"
	"testing"
)

// I2: the subnets of the finding's instance change, all of them, and no other,
// whichever of them share an ACL and whatever subnet the finding names.
func TestOnlyTheSubnetsOfTheInstanceAreCut(t *testing.T) {
	t.Parallel()
	for instance, changed := range map[string]map[string]string{
		"i-web":  {"subnet-a": "acl-q1"},
		"i-db":   {"subnet-b": "acl-q1"},
		"i-pair": {"subnet-a": "acl-q1", "subnet-c": "acl-q1"},
		"i-wide": {"subnet-b": "acl-q1", "subnet-x": "acl-x1"},
	} {
		t.Run(instance, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			want := w.Under()
			maps.Copy(want, changed)
			done := w.isolate(t, instance)
			same(t, "what the subnets are under", want, w.Under())
			for _, q := range done.Subnets {
				same(t, "the ACL on "+q.SubnetID, changed[q.SubnetID], q.After)
			}
			same(t, "subnets claimed", len(changed), len(done.Subnets))
			same(t, "replacements", len(changed), w.Worked("ReplaceNetworkAclAssociation"))
		})
	}
}

func TestAStoppedInstanceIsCutToo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Stop(w.ID("i-web"))
	w.isolate(t, "i-web")
	same(t, "the ACL on subnet-a", "acl-q1", w.Under()["subnet-a"])
}

// Everybody takes the same of several, in whatever order EC2 shows them.
func TestOfSeveralStandingACLsTheFirstByIDIsUsed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, acl := range []string{"acl-9", "acl-3", "acl-5"} {
		w.AddQuarantineACL("vpc-1", acl)
	}
	w.isolate(t, "i-web")
	same(t, "the ACL on subnet-a", "acl-3", w.Under()["subnet-a"])
}

// An allow rule makes a quarantine ACL worthless: it is not put on a subnet,
// and a subnet under it is not under quarantine.
func TestAnACLThatLetsSomethingPassIsNoQuarantine(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.AddQuarantineACL("vpc-1", "acl-leaky")
	w.Open("acl-leaky")
	w.Swap("subnet-a", "acl-leaky")
	done := w.isolate(t, "i-pair")
	want := map[string]string{"subnet-a": "acl-q1", "subnet-b": "acl-main", "subnet-c": "acl-q1", "subnet-x": "acl-other"}
	same(t, "what the subnets are under", want, w.Under())
	same(t, "the original on record", "acl-leaky", w.Record("subnet-a").Before)
	same(t, "the original as told", "acl-leaky", done.Subnets[0].Before)
}

// An ACL that denies everything, and is not ours, stands on a subnet for a
// reason that we do not know: it is replaced as any other.
func TestAForeignACLIsNoQuarantine(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.AddACL("vpc-1", "acl-foreign", nil)
	w.Swap("subnet-a", "acl-foreign")
	w.isolate(t, "i-web")
	same(t, "the ACL on subnet-a", "acl-q1", w.Under()["subnet-a"])
	same(t, "the original on record", "acl-foreign", w.Record("subnet-a").Before)
}
