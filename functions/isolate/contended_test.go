package isolate_test

import (
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/lab/estate"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// attempts are the rounds that one invocation makes over a subnet that keeps changing.
const attempts = 5

// The association id is gone: read again, and start over from the write-ahead.
// What is on record as the original is what was really replaced (I3).
func TestAnAssociationThatIsGoneIsReadAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Before("ReplaceNetworkAclAssociation", 0, w.swaps("subnet-a", "acl-own"))
	done := w.isolate(t, "i-web")
	same(t, "calls", []string{
		"DescribeInstances i-web", "DescribeNetworkAcls vpc-1",
		"write HOLD subnet-a recorded", "CreateNetworkAcl vpc-1",
		"ReplaceNetworkAclAssociation subnet-a/1 acl-q1", // EC2: that association is gone
		"UpdateItem MADE acl-q1",
		"DescribeNetworkAcls vpc-1",
		"write HOLD subnet-a recorded", // the ledger: another one is on record
		"GetItem MADE acl-own",         // and what stands there now was not made
		"DescribeNetworkAcls vpc-1",
		"write HOLD subnet-a superseded",
		"ReplaceNetworkAclAssociation subnet-a/2 acl-q1",
		"DescribeNetworkAcls vpc-1", "DescribeInstances i-web", "write HOLD subnet-a put",
		"write HOLD subnet-a verified", "PutItem EVENT#contained#run-i-web inc-web",
		"UpdateItem INCIDENT inc-web", "UpdateItem LOCK i-web",
	}, w.Texts(0))
	same(t, "the original", "acl-own subnet-a/2", done.Subnets[0].Before+" "+done.Subnets[0].BeforeVersion)
}

// A subnet that is cut already is left as it is while another is tried again.
func TestStartingOverLeavesWhatIsDone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Before("ReplaceNetworkAclAssociation subnet-c", 0, w.swaps("subnet-c", "acl-main"))
	w.isolate(t, "i-pair")
	same(t, "write-aheads of subnet-a", []string{"write HOLD subnet-a recorded", "write HOLD subnet-a put", "write HOLD subnet-a verified"}, w.about("subnet-a"))
	same(t, "write-aheads of subnet-c", []string{
		"write HOLD subnet-c recorded", "write HOLD subnet-c recorded",
		"write HOLD subnet-c superseded", "write HOLD subnet-c put", "write HOLD subnet-c verified",
	}, w.about("subnet-c"))
	same(t, "changes of subnet-a", 1, w.Changed("subnet-a"))
}

func TestStartingOverIsBounded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	mend := w.Inject("ReplaceNetworkAclAssociation", estate.Always(w.swaps("subnet-a", "acl-own")))
	done, err := w.handle(w.Isolation("i-web"))
	estate.WantName(t, err, quarantine.Contended)
	same(t, "what is claimed", quarantine.Containment{}, done)
	same(t, "marked", false, w.contained("i-web"))
	mend()
	again := len(w.Calls(0))
	w.isolate(t, "i-web")
	same(t, "the original on record", "acl-own", w.Record("subnet-a").Before)
	rounds := 0
	for _, c := range w.Calls(0)[:again] {
		if c.Operation == "DescribeNetworkAcls" {
			rounds++
		}
	}
	same(t, "rounds over the subnet", attempts, rounds)
}

// Looking again can fail as any look can.
func TestAFailureToReadAgainIsNamed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Before("ReplaceNetworkAclAssociation", 0, w.swaps("subnet-a", "acl-own"))
	w.Inject("DescribeNetworkAcls", estate.Fault{Kind: estate.Throttle, Skip: 1})
	_, err := w.handle(w.Isolation("i-web"))
	estate.WantName(t, err, quarantine.Throttled)
	same(t, "marked", false, w.contained("i-web"))
	w.isolate(t, "i-web")
	same(t, "the original on record", "acl-own", w.Record("subnet-a").Before)
}

// EC2 is eventually consistent: a new subnet's association may not show yet.
// https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html
func TestASubnetThatEC2DoesNotShowYetIsWaitedFor(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.RemoveSubnet(w.ID("subnet-a"))
	before := w.State()
	_, err := w.handle(w.Isolation("i-web"))
	estate.WantName(t, err, quarantine.Unavailable)
	same(t, "what is left behind", before, w.State())
}

// An earlier quarantine left its original on record. Only after EC2 was read
// again, and still does not show it, is it superseded.
func TestARecordIsSupersededOnlyAfterEC2WasReadAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.record(t, "subnet-a", "acl-ancient", "aclassoc-00000000")
	done := w.isolate(t, "i-web")
	same(t, "calls", []string{
		"DescribeInstances i-web", "DescribeNetworkAcls vpc-1",
		"write HOLD subnet-a recorded", "GetItem MADE acl-main", "CreateNetworkAcl vpc-1", "UpdateItem MADE acl-q1",
		"DescribeNetworkAcls vpc-1",
		"write HOLD subnet-a superseded",
		"ReplaceNetworkAclAssociation subnet-a/1 acl-q1",
	}, w.Texts(0)[:9])
	same(t, "the subnets claimed", []quarantine.Quarantine{quarantined("subnet-a", "acl-main", "inc-before", "inc-web")}, done.Subnets)
}

// record writes ahead for another incident.
func (w world) record(t *testing.T, subnet, acl, association string) {
	t.Helper()
	if err := w.Ledger.RecordOriginal(t.Context(), quarantine.Quarantine{
		AccountID: estate.AccountID, Region: estate.Region, VPCID: w.ID("vpc-1"), SubnetID: w.ID(subnet),
		Before: w.ID(acl), BeforeVersion: association,
	}, quarantine.Claim{Incident: "inc-before"}, ""); err != nil {
		t.Error(err)
	}
}

// Somebody was quicker between our look and our write-ahead, and has recorded
// what stands there now: that record is right, and is left alone.
func TestARecordThatTurnsOutToStandIsNotSuperseded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Before("write HOLD", 0, func() {
		w.record(t, "subnet-a", "acl-own", w.SwapACL(w.ID("subnet-a"), w.ID("acl-own")))
	})
	w.isolate(t, "i-web")
	same(t, "writes", []string{
		"write HOLD subnet-a recorded", "write HOLD subnet-a recorded", "write HOLD subnet-a put", "write HOLD subnet-a verified",
	}, w.about("subnet-a"))
	same(t, "the original on record", "acl-own", w.Record("subnet-a").Before)
}

// about are the writes of a subnet's record.
func (w world) about(subnet string) (out []string) {
	for _, c := range w.Calls(0) {
		if c.Begins("write HOLD " + subnet) {
			out = append(out, c.Text)
		}
	}
	return out
}

// Somebody else brings the subnet under quarantine meanwhile: we hold it too, and learn that
// it stands by a replacement of the same ACL, for nothing is on record of it.
func TestASubnetThatWasCutMeanwhileIsHeld(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.AddQuarantineACL("vpc-1", "acl-ours")
	w.Before("ReplaceNetworkAclAssociation", 0, w.swaps("subnet-a", "acl-ours"))
	w.isolate(t, "i-web")
	same(t, "replacements that worked", []string{"ReplaceNetworkAclAssociation subnet-a/2 acl-ours"}, w.replacements()[1:])
	same(t, "cuts", 1, w.cuts("subnet-a")) // by hand
	same(t, "the holders", []string{"inc-web"}, w.Record("subnet-a").Holders)
}

// A token is spent when its ACL is of no use any more: the next attempt takes another.
func TestASpentTokenIsNotUsedAgain(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(world){
		"its ACL was deleted":         func(w world) { w.Remove("acl-q1") },
		"its ACL lets something pass": func(w world) { w.Open("acl-q1") },
		"it was used with other tags": func(w world) {
			w.Remove("acl-q1")
			w.Inject("CreateNetworkAcl", estate.Fault{Kind: estate.Code, Code: "IdempotentParameterMismatch"})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.Inject("ReplaceNetworkAclAssociation", estate.Fault{Kind: estate.ServerError})
			_, err := w.handle(w.Isolation("i-web"))
			estate.WantName(t, err, quarantine.Unavailable)
			spoil(w)
			// EC2 answers a spent token with what it made once: only the read-back tells.
			if _, err := w.handle(w.Isolation("i-web")); err != nil {
				estate.WantName(t, err, quarantine.NotVerified)
			}
			w.isolate(t, "i-web")
			same(t, "the ACL on subnet-a", "acl-q2", w.Under()["subnet-a"])
			same(t, "the original on record", "acl-main", w.Record("subnet-a").Before)
		})
	}
}

// An hour later a token makes another ACL: one that was deleted unused is not asked for again.
func TestATokenIsOfOneHour(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Inject("ReplaceNetworkAclAssociation", estate.Fault{Kind: estate.ServerError})
	_, err := w.handle(w.Isolation("i-web"))
	estate.WantName(t, err, quarantine.Unavailable)
	w.Remove("acl-q1")
	w.Pass(time.Hour)
	w.isolate(t, "i-web")
	same(t, "ACLs asked for", 2, w.Worked("CreateNetworkAcl"))
	same(t, "replacements asked for", 2, len(w.replacements()))
}

func (w world) replacements() (out []string) {
	for _, c := range w.Calls(0) {
		if c.Operation == "ReplaceNetworkAclAssociation" {
			out = append(out, c.Text)
		}
	}
	return out
}
