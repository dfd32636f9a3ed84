package isolate_test

import (
	"slices"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/lab/estate"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

const networkAccount = "999900001111"

// In a VPC that another account shares, EC2 lets nobody else put an ACL on a subnet: that is said
// before anything is tried, counted as cut or put on record.
func TestASubnetOfAnotherAccountIsRefusedBeforeAnythingIsTried(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.ShareFrom(networkAccount, w.ID("vpc-1"))
	before := w.State()
	done, err := w.handle(w.Isolation("i-web"))
	estate.WantName(t, err, quarantine.SharedNetwork)
	for _, says := range []string{"belongs to account " + networkAccount, "its owner must cut", "subnet-a is under acl-main"} {
		estate.WantSays(t, err, says)
	}
	same(t, "what is claimed", quarantine.Containment{}, done)
	same(t, "what is left behind", before, w.State())
	same(t, "calls", []string{"DescribeInstances i-web", "DescribeNetworkAcls vpc-1"}, w.Texts(0))
}

// A limit that is reached asks a person about a cut that nobody here can make.
func TestTheBrakeIsNotAskedAboutASharedNetwork(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	limits := quarantine.Limits{AccountPerHour: 1}
	first, second := w.Isolation("i-db"), w.Isolation("i-web")
	first.Limits, second.Limits = limits, limits
	if _, err := w.handle(first); err != nil {
		t.Fatal(err)
	}
	w.ShareFrom(networkAccount, w.ID("vpc-1"))
	_, err := w.handle(second)
	estate.WantName(t, err, quarantine.SharedNetwork)
}

// Of an instance with an interface in a subnet of its own account, that subnet is cut.
func TestWhatTheAccountOwnsIsCutBesideASharedNetwork(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.ShareFrom(networkAccount, w.ID("vpc-2"))
	done, err := w.handle(w.Isolation("i-wide"))
	estate.WantName(t, err, quarantine.SharedNetwork)
	estate.WantSays(t, err, "subnet-b cut off under acl-q1, subnet-x not cut off (under acl-other)")
	same(t, "what is claimed", quarantine.Containment{}, done)
	same(t, "what subnet-b is under", "acl-q1", w.Under()["subnet-b"])
	same(t, "what subnet-x is under", "acl-other", w.Under()["subnet-x"])
	for _, text := range w.Texts(0) {
		if slices.Contains([]string{"CreateNetworkAcl vpc-2", "ReplaceNetworkAclAssociation subnet-x/1 acl-x1"}, text) {
			t.Errorf("tried in the shared VPC: %s", text)
		}
	}
}
