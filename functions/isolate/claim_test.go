package isolate_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/lab/estate"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// quarantined is the record of a subnet of vpc-1 that was cut with a new ACL.
func quarantined(subnet, original string, holders ...string) quarantine.Quarantine {
	return quarantine.Quarantine{
		AccountID: estate.AccountID, Region: estate.Region, VPCID: "vpc-1", SubnetID: subnet,
		Before: original, BeforeVersion: subnet + "/1",
		After: "acl-q1", AfterVersion: subnet + "/2",
		Holders: holders, VerifiedAt: noon,
	}
}

func TestWhatIsClaimed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	got := w.isolate(t, "i-pair")
	instance, err := w.Fleet.Instance(t.Context(), w.Resource("i-pair"))
	if err != nil {
		t.Fatal(err)
	}
	want := quarantine.Containment{
		Incident: "inc-pair", Instance: estate.Named(w.Estate, instance), ContainedAt: noon,
		Subnets: []quarantine.Quarantine{
			quarantined("subnet-a", "acl-main", "inc-pair"),
			quarantined("subnet-c", "acl-own", "inc-pair"),
		},
	}
	want.RemainsOpen = register.StaysOpen([]quarantine.Hold{want.Subnets[0].Hold()})
	same(t, "the containment", want, got)
	same(t, "marked", true, w.contained("i-pair"))
	on := w.Incident("inc-pair")
	same(t, "what is on record", []string{"subnet-a", "subnet-c"}, on.Subnets())
	same(t, "since when", noon, on.ContainedAt)
	same(t, "for which finding and score", "finding-1, 85", fmt.Sprintf("%s, %d", on.Findings[0].ID, on.Verdict.Score))
	same(t, "the incident's time series", []quarantine.Event{{
		At: noon, Kind: "contained", By: w.Isolation("i-pair").Claim.Owner, ID: "run-i-pair",
		Text: "i-pair cut off: subnet-a under acl-q1, subnet-c under acl-q1 (CryptoCurrency:EC2/BitcoinTool.B!DNS, score 85)",
	}}, on.Timeline)
}

// I4: a second incident in the subnet changes no association, and holds it too.
func TestTheSecondIncidentOfASubnetJoins(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.isolate(t, "i-web")
	got := w.isolate(t, "i-peer")
	want := quarantined("subnet-a", "acl-main", "inc-peer", "inc-web")
	same(t, "the record", want, w.Record("subnet-a"))
	want.Joined = true
	same(t, "the subnets claimed", []quarantine.Quarantine{want}, got.Subnets)
	same(t, "warnings", nil, got.Warnings)
	same(t, "replacements", 1, w.Worked("ReplaceNetworkAclAssociation"))
	same(t, "ACLs made", 1, w.Worked("CreateNetworkAcl"))
}

// I14: the original that a tag names is nobody's word.
func TestI14NoTagTellsTheOriginal(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.AddQuarantineACL("vpc-1", "acl-ours")
	w.Tag(t, "acl-ours", map[string]string{"quarantine:original:" + w.ID("subnet-a"): w.ID("acl-own")})
	w.Swap("subnet-a", "acl-ours")
	w.isolate(t, "i-web")
	same(t, "the original on record", "acl-ours", w.Record("subnet-a").Before)
}

// However many incidents and subnets: a resource has room for 50 tags.
func TestTheTagsOfAnACLLeadToTheLedger(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.isolate(t, "i-pair")
	w.isolate(t, "i-web")
	same(t, "the ACL's tags", map[string]string{
		"Name":                "ec2-quarantine vpc-1",
		quarantine.TagProduct: quarantine.Product,
		quarantine.TagLedger:  "ledger",
	}, w.ACLs()["acl-q1"].Tags)
}

// I14: an ACL that denies everything and that only its tag calls ours stays, and people are
// told that nothing else is known of it.
func TestI14AQuarantineWithoutARecordIsWarnedOf(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.AddQuarantineACL("vpc-1", "acl-ours")
	w.Swap("subnet-a", "acl-ours")
	got := w.isolate(t, "i-web")
	same(t, "warnings", []string{"subnet-a was under acl-ours already, which denies everything. By its tags it is a quarantine ACL, " +
		"and the ledger does not have it: it counts as what stood there before, and release will leave it there"}, got.Warnings)
	same(t, "joined", false, got.Subnets[0].Joined)
	same(t, "the ACL's tags", map[string]string{quarantine.TagProduct: quarantine.Product}, w.ACLs()["acl-ours"].Tags)
}

func TestAutoScalingIsWarnedOf(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	got := w.isolate(t, "i-fleet")
	if len(got.Warnings) != 1 || !strings.Contains(got.Warnings[0], "Auto Scaling group web fleet") ||
		!strings.Contains(got.Warnings[0], "Terminate and ReplaceUnhealthy") {
		t.Errorf("got the warnings %q", got.Warnings)
	}
}

// The clock of the claim is in UTC, wherever the function runs.
func TestTimesAreUTC(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	same(t, "the zone of the clock", "elsewhere", w.Now().Location().String())
	same(t, "the zone of the claim", "UTC", w.isolate(t, "i-web").ContainedAt.Location().String())
}
