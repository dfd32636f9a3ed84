package isolate

import (
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/quarantine/clocktest"
)

// quarantined is the record of a subnet of vpc-1 that was cut with a new ACL.
func quarantined(subnet, original string, holders ...string) quarantine.Quarantine {
	return quarantine.Quarantine{
		AccountID: account, Region: region, VPCID: "vpc-1", SubnetID: subnet,
		OriginalACL: original, OriginalAssociation: "aclassoc-" + subnet + "-1",
		QuarantineACL: "acl-vpc-1-q1", Association: "aclassoc-" + subnet + "-2",
		Holders: holders, VerifiedAt: noon,
	}
}

func TestWhatIsClaimed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	got := w.isolate(t, "i-pair")
	want := quarantine.Containment{
		Incident: "inc-pair", Instance: w.instances["i-pair"], ContainedAt: noon,
		Subnets: []quarantine.Quarantine{
			quarantined("subnet-a", "acl-main", "inc-pair"),
			quarantined("subnet-c", "acl-own", "inc-pair"),
		},
	}
	want.RemainsOpen = quarantine.RemainsOpen(want.Subnets)
	same(t, "the containment", want, got)
	same(t, "the containment as marked", want, w.marked["inc-pair"])
	same(t, "the incident's time series", map[string]quarantine.Event{
		"inc-pair contained run-i-pair": {
			At: noon, Kind: quarantine.EventContained, By: request("i-pair").Claim.Owner, ID: "run-i-pair",
			Text: "i-pair cut off: subnet-a under acl-vpc-1-q1, subnet-c under acl-vpc-1-q1 (CryptoCurrency:EC2/BitcoinTool.B!DNS, score 85)",
		},
	}, w.events)
}

// I4: a second incident in the subnet changes no association, and holds it too.
func TestTheSecondIncidentOfASubnetJoins(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.isolate(t, "i-web")
	got := w.isolate(t, "i-peer")
	want := quarantined("subnet-a", "acl-main", "inc-peer", "inc-web")
	same(t, "the record", want, w.records["subnet-a"])
	want.Joined = true
	same(t, "the subnets claimed", []quarantine.Quarantine{want}, got.Subnets)
	same(t, "warnings", nil, got.Warnings)
	same(t, "what the ledger is told of the original, from the ACL's tags", []string{"2 Hold subnet-a of acl-main"}, w.only("Hold"))
	same(t, "replacements", 1, w.worked("ReplaceAssociation"))
	same(t, "ACLs made", 1, w.worked("CreateNetworkACL"))
}

func TestTheAccountExplainsItself(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.isolate(t, "i-pair")
	w.isolate(t, "i-web")
	same(t, "the ACL's tags", map[string]string{
		"Name":                         "ec2-quarantine vpc-1",
		quarantine.TagProduct:          quarantine.Product,
		"quarantine:holder:inc-pair":   "i-pair",
		"quarantine:holder:inc-web":    "i-web",
		"quarantine:original:subnet-a": "acl-main",
		"quarantine:original:subnet-c": "acl-own",
	}, w.vpcs[0].acl("acl-vpc-1-q1").Tags)
}

// Whoever put the subnet under quarantine left no record: it stays, and people
// are told what release cannot know.
func TestAQuarantineWithoutARecordIsWarnedOf(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.addOurs("vpc-1", "acl-q", "subnet-a")
	got := w.isolate(t, "i-web")
	same(t, "warnings", []string{"what stood on subnet-a before is not on record: release will use the VPC's default network ACL"}, got.Warnings)
	same(t, "joined", false, got.Subnets[0].Joined)
	same(t, "the ACL's tags", map[string]string{
		quarantine.TagProduct: quarantine.Product, "quarantine:holder:inc-web": "i-web",
	}, w.vpcs[0].acl("acl-q").Tags)
}

func TestAutoScalingIsWarnedOf(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.change("i-web", func(i *quarantine.Instance) { i.Tags = map[string]string{"aws:autoscaling:groupName": "web fleet"} })
	got := w.isolate(t, "i-web")
	if len(got.Warnings) != 1 || !strings.Contains(got.Warnings[0], "Auto Scaling group web fleet") ||
		!strings.Contains(got.Warnings[0], "Terminate and ReplaceUnhealthy") {
		t.Errorf("got the warnings %q", got.Warnings)
	}
}

// The clock of the claim is in UTC, wherever the function runs.
func TestTimesAreUTC(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h := w.handler()
	h.Clock = clocktest.At(h.Clock.Now().In(time.FixedZone("elsewhere", 3*60*60)))
	done, err := h.Handle(t.Context(), request("i-web"))
	if err != nil {
		t.Fatal(err)
	}
	same(t, "the zone", "UTC", done.ContainedAt.Location().String())
}
