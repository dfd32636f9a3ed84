package isolate

import (
	"maps"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// I2: the subnets of the finding's instance change, all of them, and no other,
// whichever of them share an ACL and whatever subnet the finding names.
func TestOnlyTheSubnetsOfTheInstanceAreCut(t *testing.T) {
	t.Parallel()
	for instance, changed := range map[string]map[string]string{
		"i-web":  {"subnet-a": "acl-vpc-1-q1"},
		"i-db":   {"subnet-b": "acl-vpc-1-q1"},
		"i-pair": {"subnet-a": "acl-vpc-1-q1", "subnet-c": "acl-vpc-1-q1"},
		"i-wide": {"subnet-b": "acl-vpc-1-q1", "subnet-x": "acl-vpc-2-q1"},
	} {
		t.Run(instance, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			want := w.under()
			maps.Copy(want, changed)
			done := w.isolate(t, instance)
			same(t, "what the subnets are under", want, w.under())
			for _, q := range done.Subnets {
				same(t, "the ACL on "+q.SubnetID, changed[q.SubnetID], q.QuarantineACL)
			}
			same(t, "subnets claimed", len(changed), len(done.Subnets))
			same(t, "replacements", len(changed), w.worked("ReplaceAssociation"))
		})
	}
}

func TestAStoppedInstanceIsCutToo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.change("i-web", func(i *quarantine.Instance) { i.State = "stopped" })
	w.isolate(t, "i-web")
	same(t, "the ACL on subnet-a", "acl-vpc-1-q1", w.under()["subnet-a"])
}

// Everybody takes the same of several, in whatever order EC2 shows them.
func TestOfSeveralStandingACLsTheFirstByIDIsUsed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.addOurs("vpc-1", "acl-9")
	w.addOurs("vpc-1", "acl-3")
	w.addOurs("vpc-1", "acl-5")
	w.isolate(t, "i-web")
	same(t, "the ACL on subnet-a", "acl-3", w.under()["subnet-a"])
}

// An allow rule makes a quarantine ACL worthless: it is not put on a subnet,
// and a subnet under it is not under quarantine.
func TestAnACLThatLetsSomethingPassIsNoQuarantine(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, tag, original string }{
		{"what it replaced is on the ACL", "acl-main", "acl-main"},
		{"nobody knows what it replaced", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			leaky := w.addOurs("vpc-1", "acl-leaky", "subnet-a")
			leaky.Allows = 1
			if c.tag != "" {
				leaky.Tags[quarantine.TagOriginal+"subnet-a"] = c.tag
			}
			done := w.isolate(t, "i-pair")
			want := map[string]string{
				"subnet-a": "acl-vpc-1-q1", "subnet-b": "acl-main", "subnet-c": "acl-vpc-1-q1", "subnet-x": "acl-other",
			}
			same(t, "what the subnets are under", want, w.under())
			same(t, "the original on record", c.original, w.records["subnet-a"].OriginalACL)
			same(t, "the original as told", c.original, done.Subnets[0].OriginalACL)
			same(t, "the original on the ACL", c.original, w.vpcs[0].acl("acl-vpc-1-q1").Tags[quarantine.TagOriginal+"subnet-a"])
		})
	}
}

// An ACL that denies everything, and is not ours, stands on a subnet for a
// reason that we do not know: it is replaced as any other.
func TestAForeignACLIsNoQuarantine(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.add("vpc-1", "acl-foreign", nil, "subnet-a").Allows = 0
	w.isolate(t, "i-web")
	same(t, "the ACL on subnet-a", "acl-vpc-1-q1", w.under()["subnet-a"])
	same(t, "the original on record", "acl-foreign", w.records["subnet-a"].OriginalACL)
}
