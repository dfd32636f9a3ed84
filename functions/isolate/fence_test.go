package isolate_test

import (
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/lab/estate"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// releasing is a world in which the only holder of subnet-a has begun to release it.
func releasing(t *testing.T) world {
	t.Helper()
	w := newWorld(t)
	w.isolate(t, "i-web")
	q := quarantine.Quarantine{AccountID: estate.AccountID, Region: estate.Region, SubnetID: w.ID("subnet-a")}
	if _, err := w.Ledger.LetGoSubnet(t.Context(), q, "inc-web"); err != nil {
		t.Fatal(err)
	}
	w.SetLock(w.Isolation("i-web").Claim, quarantine.StatusReleasing)
	return w
}

// The association is replaced by one of the same ACL: whoever was about to put
// the original back cannot any more.
func TestASubnetThatIsBeingReleasedIsFencedOff(t *testing.T) {
	t.Parallel()
	w := releasing(t)
	first := len(w.Calls(0))
	done := w.isolate(t, "i-peer")
	same(t, "calls", []string{
		"DescribeInstances i-peer", "DescribeNetworkAcls vpc-1",
		"write HOLD subnet-a held", "GetItem HOLD subnet-a",
		"ReplaceNetworkAclAssociation subnet-a/2 acl-q1",
		"DescribeNetworkAcls vpc-1", "DescribeInstances i-peer", "write HOLD subnet-a put",
		"write HOLD subnet-a verified", "PutItem EVENT#contained#run-i-peer inc-peer",
		"UpdateItem INCIDENT inc-peer", "UpdateItem LOCK i-peer",
	}, w.Texts(first))
	want := quarantined("subnet-a", "acl-main", "inc-peer")
	want.AfterVersion = "subnet-a/3"
	same(t, "the subnets claimed", []quarantine.Quarantine{want}, done.Subnets)
	same(t, "the record", want, w.Record("subnet-a"))
}

// The release was quicker: the subnet is cut afresh, from what stands there now.
func TestAReleaseThatWasQuickerMeansAFreshCut(t *testing.T) {
	t.Parallel()
	for _, on := range []string{"write HOLD subnet-a held", "ReplaceNetworkAclAssociation"} {
		t.Run("before "+on, func(t *testing.T) {
			t.Parallel()
			w := releasing(t)
			w.Before(on, 0, w.swaps("subnet-a", "acl-main"))
			done := w.isolate(t, "i-peer")
			want := quarantined("subnet-a", "acl-main", "inc-peer")
			want.BeforeVersion, want.AfterVersion = "subnet-a/3", "subnet-a/4"
			same(t, "the subnets claimed", []quarantine.Quarantine{want}, done.Subnets)
			same(t, "what subnet-a is under", "acl-q1", w.Under()["subnet-a"])
		})
	}
}

// A process that ends after it has taken the subnet back learns of the release
// again: until it is fenced off, the release is on record beside the holder.
func TestAFenceIsMadeUpForAfterAnyFault(t *testing.T) {
	t.Parallel()
	for on, skip := range map[string]int{
		"write HOLD subnet-a held": 0, "ReplaceNetworkAclAssociation": 0, "write HOLD subnet-a verified": 0,
		"DescribeNetworkAcls vpc-1": 1, // the read-back
	} {
		for _, f := range []estate.Fault{{Kind: estate.ServerError, Skip: skip}, {Kind: estate.TimeoutAfter, Skip: skip}} {
			w := releasing(t)
			w.Inject(on, f)
			_, err := w.handle(w.Isolation("i-peer"))
			estate.WantName(t, err, quarantine.Unavailable)
			w.isolate(t, "i-peer")
			if w.Changed("subnet-a") == 1 {
				t.Errorf("%s under fault %d: the association of before still stands", on, f.Kind)
			}
			same(t, "releasing", "", w.Record("subnet-a").Releasing)
			same(t, "the holders", []string{"inc-peer"}, w.Record("subnet-a").Holders)
		}
	}
}

// Starting over for another subnet does not fence again.
func TestAFenceIsMadeOnce(t *testing.T) {
	t.Parallel()
	w := releasing(t)
	w.Before("ReplaceNetworkAclAssociation subnet-c", 0, w.swaps("subnet-c", "acl-main"))
	w.isolate(t, "i-pair")
	same(t, "changes of subnet-a", 2, w.Changed("subnet-a"))
}
