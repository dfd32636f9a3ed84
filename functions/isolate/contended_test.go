package isolate

import (
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/quarantine/clocktest"
)

// The association id is gone: read again, and start over from the write-ahead.
// What is on record as the original is what was really replaced (I3).
func TestAnAssociationThatIsGoneIsReadAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.inject(fault{on: "ReplaceAssociation", before: w.somebodyPuts("subnet-a", "acl-own")})
	done := w.isolate(t, "i-web")
	same(t, "calls", []string{
		"1 Instance i-web", "1 NetworkACLs vpc-1",
		"2 RecordOriginal subnet-a", "2 CreateNetworkACL vpc-1",
		"3 ReplaceAssociation subnet-a", // EC2: that association is gone
		"4 NetworkACLs vpc-1",
		"5 RecordOriginal subnet-a", // the ledger: another one is on record
		"6 NetworkACLs vpc-1",
		"7 RecordOriginal subnet-a superseding aclassoc-subnet-a-1",
		"8 ReplaceAssociation subnet-a",
		"9 NetworkACLs vpc-1",
		"10 Verified subnet-a", "10 TagNetworkACL acl-vpc-1-q1", "10 Append inc-web",
		"11 Contained inc-web",
	}, w.rounds(0))
	same(t, "the original", "acl-own aclassoc-subnet-a-2", done.Subnets[0].OriginalACL+" "+done.Subnets[0].OriginalAssociation)
}

// A subnet that is cut already is left as it is while another is tried again.
func TestStartingOverLeavesWhatIsDone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.inject(fault{on: "ReplaceAssociation subnet-c", before: w.somebodyPuts("subnet-c", "acl-main")})
	w.isolate(t, "i-pair")
	same(t, "write-aheads", []string{
		"2 RecordOriginal subnet-a", "2 RecordOriginal subnet-c",
		"5 RecordOriginal subnet-c", "7 RecordOriginal subnet-c superseding aclassoc-subnet-c-1",
	}, w.only("RecordOriginal"))
	same(t, "holds", nil, w.only("Hold"))
	same(t, "associations of subnet-a so far", 2, w.changes["subnet-a"])
}

func TestStartingOverIsBounded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.inject(fault{on: "ReplaceAssociation", times: 100, before: w.somebodyPuts("subnet-a", "acl-own")})
	done, err := w.handle(t, request("i-web"))
	wantName(t, err, quarantine.Contended)
	same(t, "what is claimed", quarantine.Containment{}, done)
	same(t, "what is marked", 0, len(w.marked))
	same(t, "rounds over the subnet", attempts, w.made("RecordOriginal"))
	w.faults = nil
	w.isolate(t, "i-web")
	same(t, "the original on record", "acl-own", w.records["subnet-a"].OriginalACL)
}

// Looking again can fail as any look can.
func TestAFailureToReadAgainIsNamed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.inject(fault{on: "ReplaceAssociation", before: w.somebodyPuts("subnet-a", "acl-own")})
	w.inject(fault{on: "NetworkACLs", skip: 1, err: quarantine.Failf(quarantine.Throttled, "slow down")})
	_, err := w.handle(t, request("i-web"))
	wantName(t, err, quarantine.Throttled)
	same(t, "what is marked", 0, len(w.marked))
	w.isolate(t, "i-web")
	same(t, "the original on record", "acl-own", w.records["subnet-a"].OriginalACL)
}

// EC2 is eventually consistent: a new subnet's association may not show yet.
// https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html
func TestASubnetThatEC2DoesNotShowYetIsWaitedFor(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.put("subnet-a", "acl-nowhere")
	_, err := w.handle(t, request("i-web"))
	wantName(t, err, quarantine.Unavailable)
	same(t, "writes", 0, w.worked("RecordOriginal")+w.worked("CreateNetworkACL"))
}

// An earlier quarantine left its original on record. Only after EC2 was read
// again, and still does not show it, is it superseded.
func TestARecordIsSupersededOnlyAfterEC2WasReadAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.records["subnet-a"] = quarantine.Quarantine{SubnetID: "subnet-a", OriginalACL: "acl-ancient", OriginalAssociation: "aclassoc-ancient"}
	done := w.isolate(t, "i-web")
	same(t, "calls", []string{
		"1 Instance i-web", "1 NetworkACLs vpc-1",
		"2 RecordOriginal subnet-a", "2 CreateNetworkACL vpc-1",
		"3 NetworkACLs vpc-1",
		"4 RecordOriginal subnet-a superseding aclassoc-ancient",
		"5 ReplaceAssociation subnet-a",
	}, w.rounds(0)[:7])
	same(t, "the subnets claimed", []quarantine.Quarantine{quarantined("subnet-a", "acl-main", "inc-web")}, done.Subnets)
}

// Somebody was quicker between our look and our write-ahead, and has recorded
// what stands there now: that record is right, and is left alone.
func TestARecordThatTurnsOutToStandIsNotSuperseded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.inject(fault{on: "RecordOriginal", before: func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.records["subnet-a"] = quarantine.Quarantine{OriginalACL: "acl-own", OriginalAssociation: w.put("subnet-a", "acl-own")}
	}})
	w.isolate(t, "i-web")
	same(t, "write-aheads", []string{"2 RecordOriginal subnet-a", "4 RecordOriginal subnet-a"}, w.only("RecordOriginal"))
	same(t, "the original on record", "acl-own", w.records["subnet-a"].OriginalACL)
}

// Somebody else brings the subnet under quarantine meanwhile: we hold it too.
func TestASubnetThatWasCutMeanwhileIsHeld(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.addOurs("vpc-1", "acl-q")
	w.inject(fault{on: "ReplaceAssociation", before: w.somebodyPuts("subnet-a", "acl-q")})
	w.isolate(t, "i-web")
	same(t, "replacements", 0, w.worked("ReplaceAssociation"))
	same(t, "the holders", []string{"inc-web"}, w.records["subnet-a"].Holders)
}

// A token is spent when its ACL is of no use any more: the next attempt takes another.
func TestASpentTokenIsNotUsedAgain(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*world){
		"its ACL was deleted": func(w *world) {
			w.vpcs[0].acls = w.vpcs[0].acls[:2]
		},
		"its ACL lets something pass": func(w *world) {
			w.vpcs[0].acl("acl-vpc-1-q1").Allows++
		},
		"it was used with other tags": func(w *world) {
			w.vpcs[0].acls = w.vpcs[0].acls[:2]
			for k := range w.vpcs[0].tokens {
				w.vpcs[0].tokens[k] = token{acl: "acl-else"}
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.inject(fault{on: "ReplaceAssociation", err: quarantine.Failf(quarantine.Unavailable, "no answer")})
			_, err := w.handle(t, request("i-web"))
			wantName(t, err, quarantine.Unavailable)
			spoil(w)
			w.isolate(t, "i-web")
			same(t, "the ACL on subnet-a", "acl-vpc-1-q2", w.under()["subnet-a"])
			same(t, "the original on record", "acl-main", w.records["subnet-a"].OriginalACL)
		})
	}
}

// An hour later a token makes another ACL: one that was deleted is not asked for again.
func TestTokensAreOfOneVPCOneHourAndOneAttempt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h := w.handler()
	later := w.handler()
	later.Clock = clocktest.At(noon.Add(time.Hour))
	c := &cut{Handler: h, acls: standing("aclassoc-2", "aclassoc-1")}
	tokens := map[string]string{
		"now":             c.token("vpc-1", 0),
		"another VPC":     (&cut{Handler: h, acls: map[string][]quarantine.NetworkACL{"vpc-2": c.acls["vpc-1"]}}).token("vpc-2", 0),
		"another attempt": c.token("vpc-1", 1),
		"an hour later":   (&cut{Handler: later}).token("vpc-1", 0),
		"after a release": (&cut{Handler: h, acls: standing("aclassoc-1", "aclassoc-3")}).token("vpc-1", 0),
	}
	seen := map[string]string{}
	for name, token := range tokens {
		if other, twice := seen[token]; twice {
			t.Errorf("%s and %s have the token %s", name, other, token)
		}
		seen[token] = name
		if len(token) > 64 {
			t.Errorf("%s: %s is longer than EC2 takes", name, token)
		}
	}
	other := &cut{Handler: w.handler(), in: request("i-peer"), acls: standing("aclassoc-1", "aclassoc-2")}
	same(t, "the token of another incident at the same moment", tokens["now"], other.token("vpc-1", 0))
}

// standing is a VPC with one ACL on subnets, by these associations.
func standing(associations ...string) map[string][]quarantine.NetworkACL {
	var acl quarantine.NetworkACL
	for _, id := range associations {
		acl.Associations = append(acl.Associations, quarantine.Association{ID: id})
	}
	return map[string][]quarantine.NetworkACL{"vpc-1": {acl}}
}
