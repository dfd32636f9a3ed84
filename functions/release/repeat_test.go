package release_test

import (
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/lab/estate"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// again is a later release of an instance's first incident.
func (w world) again(t *testing.T, instance string) quarantine.Release {
	t.Helper()
	in := estate.Restoration(instance)
	in.Execution = estate.Execution("release", "later")
	done, err := w.Release(t.Context(), in)
	estate.WantName(t, err, "")
	return done
}

// Somebody runs the isolation of a released incident again, and it is stopped
// after the cut: the record says "restored", and EC2 does not.
func TestWhatALateAttemptHasCutIsPutBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.cut(t, "i-web")
	w.release(t, "i-web")
	w.SetLock(w.Isolation("i-web").Claim, quarantine.StatusIsolating)
	mend := w.EndAfter("isolate", 7) // the replacement
	estate.Survive(func() { _, _ = w.Isolate(t.Context(), w.Isolation("i-web")) })
	mend()
	if under := w.Under()["subnet-a"]; under == "acl-main" {
		t.Fatal("nothing is cut that could be put back")
	}
	done := w.again(t, "i-web")
	same(t, "outcomes", map[string]quarantine.ReleaseOutcome{"subnet-a": quarantine.Restored}, outcomes(done))
	same(t, "it says that nothing was done", false, done.Already)
	same(t, "what subnet-a is under", "acl-main", w.Under()["subnet-a"])
}

// The late attempt found the instance in another subnet, which neither the incident
// nor its release names: the pointer to it does.
func TestASubnetThatOnlyALateAttemptHasCutIsPutBackToo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.cut(t, "i-web")
	w.release(t, "i-web")
	w.cut(t, "i-db") // which is in subnet-b
	w.release(t, "i-db")
	err := w.Ledger.RecordOriginal(t.Context(), quarantine.Quarantine{
		AccountID: estate.AccountID, Region: estate.Region, VPCID: w.ID("vpc-1"), SubnetID: w.ID("subnet-b"),
		Before: w.ID("acl-main"), BeforeVersion: "aclassoc-before",
	}, w.Isolation("i-web").Claim, "")
	if err != nil {
		t.Fatal(err)
	}
	w.AddQuarantineACL("vpc-1", "acl-late")
	w.Swap("subnet-b", "acl-late")
	done := w.again(t, "i-web")
	same(t, "outcomes", map[string]quarantine.ReleaseOutcome{"subnet-a": quarantine.Restored, "subnet-b": quarantine.Restored}, outcomes(done))
	same(t, "what subnet-b is under", "acl-main", w.Under()["subnet-b"])
}

// A release that is repeated says what stands there now, and not what stood there
// when it ended.
func TestARepeatedReleaseSaysWhatStandsThereNow(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		since   func(world)
		outcome quarantine.ReleaseOutcome
		acl     string
		warns   bool
	}{
		"nothing has changed":                         {func(world) {}, quarantine.Restored, "acl-main", false},
		"somebody has put another one there":          {func(w world) { w.Swap("subnet-a", "acl-own") }, quarantine.AlreadyReleased, "acl-own", false},
		"somebody has put a quarantine ACL there":     {func(w world) { w.AddQuarantineACL("vpc-1", "acl-stray"); w.Swap("subnet-a", "acl-stray") }, quarantine.AlreadyReleased, "acl-stray", true},
		"another incident has cut the subnet since":   {func(w world) { w.cut(t, "i-peer") }, quarantine.StillHeld, "acl-q2", false},
		"another one has come and been released, too": {func(w world) { w.cut(t, "i-peer"); w.release(t, "i-peer") }, quarantine.Restored, "acl-main", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.cut(t, "i-web")
			w.release(t, "i-web")
			c.since(w)
			before := w.Under()
			done := w.again(t, "i-web")
			same(t, "outcome", c.outcome, done.Subnets[0].Outcome)
			same(t, "what it says stands there", c.acl, done.Subnets[0].Now)
			same(t, "it warns", c.warns, len(done.Warnings) > 0)
			same(t, "it says that it was released before", true, done.Already)
			same(t, "what the subnets are under", before, w.Under())
		})
	}
}
