package isolate_test

import (
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/estate"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// EC2 is eventually consistent: a read can show what stood there before the last changes.
// https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html

// I5: right after a release every read shows the cut that the release has undone.
func TestI5StaleReadsAfterAReleaseShowNoCut(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		neighbour string // holds another subnet under the same ACL, which stays after the release
		behind    int
		reads     int
	}{
		"the ACL is removed, and two reads show it":    {"", 2, 2},
		"the ACL stays, and two reads show the subnet": {"i-db", 1, 2},
		"for longer than one invocation reads":         {"i-db", 1, 9},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			if c.neighbour != "" {
				w.isolate(t, c.neighbour)
			}
			w.isolate(t, "i-web")
			w.Stale("isolate", "DescribeNetworkAcls", c.behind, 0, c.reads)
			if _, err := w.Release(t.Context(), estate.Restoration("i-web")); err != nil {
				t.Fatal(err)
			}
			in := w.Isolation("i-web")
			in.Claim.Incident = "inc-web-again"
			w.SetLock(in.Claim, quarantine.StatusIsolating)
			done, err := w.handle(in)
			if err != nil {
				estate.WantName(t, err, quarantine.Contended)
				done, err = w.handle(in)
			}
			estate.WantName(t, err, "")
			w.wantHeld(t, done, in)
			same(t, "the original", "acl-main subnet-a/3", done.Subnets[0].Before+" "+done.Subnets[0].BeforeVersion)
		})
	}
}

// A read-back that shows what this execution has replaced is read again, and not believed.
func TestAReadBackFromBeforeTheCutIsReadAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Stale("isolate", "DescribeNetworkAcls", 1, 1, 1)
	done := w.isolate(t, "i-web")
	same(t, "the subnets claimed", []quarantine.Quarantine{quarantined("subnet-a", "acl-main", "inc-web")}, done.Subnets)
	same(t, "replacements", 1, w.Worked("ReplaceNetworkAclAssociation"))
}

// What stood there before can be under the same ACL: the association's id tells them apart.
func TestAReadBackFromBeforeAFenceIsReadAgain(t *testing.T) {
	t.Parallel()
	w := releasing(t)
	w.Stale("isolate", "DescribeNetworkAcls", 1, 1, 1)
	same(t, "the association claimed", "subnet-a/3", w.isolate(t, "i-peer").Subnets[0].AfterVersion)
	same(t, "the association on record", "subnet-a/3", w.Record("subnet-a").AfterVersion)
}

// Whoever joins a quarantine that is on record reads again, too.
func TestAReadBackFromBeforeTheCutOfOthersIsReadAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Stale("isolate", "DescribeNetworkAcls", 1, 3, 1)
	w.isolate(t, "i-web")
	done := w.isolate(t, "i-peer")
	same(t, "the association claimed", "subnet-a/2", done.Subnets[0].AfterVersion)
	same(t, "replacements", 1, w.Worked("ReplaceNetworkAclAssociation"))
}

// What one invocation has put there and could not read back is on record for the next: it
// reads, and replaces nothing.
func TestAnAssociationThatWasNotReadBackIsKnownToTheRetry(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	mend := w.Stale("isolate", "DescribeNetworkAcls", 1, 1, 100)
	done, err := w.handle(w.Isolation("i-web"))
	estate.WantName(t, err, quarantine.NotVerified)
	estate.WantSays(t, err, "subnet-a not known (shown under acl-main, which may be older than the cut)")
	same(t, "what is claimed", quarantine.Containment{}, done)
	same(t, "marked", false, w.contained("i-web"))
	mend()
	same(t, "the subnets claimed", []quarantine.Quarantine{quarantined("subnet-a", "acl-main", "inc-web")}, w.isolate(t, "i-web").Subnets)
	same(t, "replacements", 1, w.Worked("ReplaceNetworkAclAssociation"))
}

// A replacement is answered before it is carried out, and then fails because somebody was quicker.
func TestI5AnAnswerIsNoCut(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Inject("ReplaceNetworkAclAssociation", estate.Fault{Kind: account.Delayed, Answer: true})
	_, err := w.handle(w.Isolation("i-web"))
	estate.WantName(t, err, quarantine.NotVerified)
	w.Swap("subnet-a", "acl-own")
	if err := w.ApplyDelayed(); err == nil {
		t.Error("the replacement found its association, although it was replaced")
	}
	done := w.isolate(t, "i-web")
	w.wantHeld(t, done, w.Isolation("i-web"))
	same(t, "the original", "acl-own", done.Subnets[0].Before)
}

// An interface that is attached between the look at the instance and the read-back.
func TestASubnetThatTheInstanceComesToBeInIsCutToo(t *testing.T) {
	t.Parallel()
	for _, subnet := range []string{"subnet-c", "subnet-x"} { // in the same VPC, and in another
		t.Run(subnet, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.Before("ReplaceNetworkAclAssociation", 0, w.attaches("i-web", subnet))
			done := w.isolate(t, "i-web")
			same(t, "subnets claimed", []string{"subnet-a", subnet}, []string{done.Subnets[0].SubnetID, done.Subnets[1].SubnetID})
			same(t, "subnets of the instance", []string{"subnet-a", subnet}, done.Instance.Subnets())
			for _, q := range done.Subnets {
				same(t, "what "+q.SubnetID+" is under", w.Under()[q.SubnetID], q.After)
				same(t, "the original of "+q.SubnetID, estate.Originals()[q.SubnetID], w.Record(q.SubnetID).Before)
			}
			same(t, "cuts", 2, w.cuts(""))
		})
	}
}

func TestAnInterfaceInASubnetThatMustNotBeCutIsToldAfterTheCut(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Before("ReplaceNetworkAclAssociation", 0, w.attaches("i-web", "subnet-c"))
	in := w.Isolation("i-web")
	in.Exempt.Subnets = []string{w.ID("subnet-c")}
	_, err := w.handle(in)
	estate.WantName(t, err, quarantine.InstanceExempt)
	estate.WantSays(t, err, "subnet-a under acl-q1, and then it had interfaces in subnet-c, too")
	same(t, "what subnet-c is under", "acl-own", w.Under()["subnet-c"])
}

// Interfaces that keep coming are left to the retry, and nothing is claimed meanwhile.
func TestInterfacesThatKeepComingAreLeftToTheRetry(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	subnets := []string{"subnet-b", "subnet-c", "subnet-x"}
	w.Inject("DescribeInstances", estate.Fault{Kind: account.Interfere, Skip: 1, Times: len(subnets), Do: func(account.Call) {
		w.attaches("i-web", subnets[0])()
		subnets = subnets[1:]
	}})
	_, err := w.handle(w.Isolation("i-web"))
	estate.WantName(t, err, quarantine.NotVerified)
	same(t, "marked", false, w.contained("i-web"))
	same(t, "subnets claimed by the retry", 4, len(w.isolate(t, "i-web").Subnets))
}

// An instance that ends after its cut was contained all the same.
func TestAnInstanceThatEndsBeforeTheReadBackWasCutOff(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Before("DescribeInstances", 1, func() { w.Terminate(w.ID("i-web")) })
	same(t, "the ACL claimed", "acl-q1", w.isolate(t, "i-web").Subnets[0].After)
}

// attaches is what an operator, or an intruder, does by hand.
func (w world) attaches(instance, subnet string) func() {
	return func() {
		w.AttachInterface(w.ID(instance), account.Interface{Subnet: w.ID(subnet), PrivateIP: "10.0.0.99"})
	}
}
