package quarantine_test

import (
	"slices"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// inSubnet are instances in a subnet, as a count finds them.
func inSubnet(subnet string, ids ...string) (found []quarantine.Neighbour) {
	for _, id := range ids {
		found = append(found, quarantine.Neighbour{Interface: "eni-" + id, Subnet: subnet, Kind: quarantine.NeighbourInstance, Of: id})
	}
	return found
}

var asksForGroup = quarantine.NeighbourLimit{UpTo: 20, Beyond: quarantine.BeyondAsk, SameGroup: quarantine.BeyondAsk}

func TestWhatOfAGroupLiesUnderACut(t *testing.T) {
	t.Parallel()
	one, two := []string{"subnet-a"}, []string{"subnet-a", "subnet-b"}
	for _, c := range []struct {
		says        string
		asks        bool
		subnets     []string // of the group
		found       []quarantine.Neighbour
		quarantined string
		partly      bool // the count was not of all
	}{
		{"no other member of its Auto Scaling group web lies under the cut", false, nil, inSubnet("subnet-a", "i-other"), "", false},
		{"1 other member of its Auto Scaling group web lies under the cut", true, nil, inSubnet("subnet-a", "i-1"), "", false},
		{"2 other members of its Auto Scaling group web lie under the cut, and 1 of its 2 subnets does", true, two, inSubnet("subnet-a", "i-1", "i-2"), "", false},
		{"2 other members of its Auto Scaling group web lie under the cut, and all 2 subnets of it do: replacements that it launches cannot work", true,
			two, inSubnet("subnet-a", "i-1", "i-2", "i-1"), "subnet-b", false},
		{"no other member of its Auto Scaling group web lies under the cut, and its only subnet does: replacements that it launches cannot work", true, one, nil, "", false},
		{"no other member of its Auto Scaling group web lies under the cut, and 1 of its 2 subnets does", false, two, inSubnet("subnet-b", "i-1"), "", false},
		{"1 or more other members of its Auto Scaling group web lie under the cut", true, nil, inSubnet("subnet-a", "i-1"), "", true},
		{"how many other members of its Auto Scaling group web lie under the cut is not known", false, nil, nil, "", true},
		{"no other member of its Auto Scaling group web lies under the cut", false, nil, inSubnet("subnet-a", "i-by", "i-on-the-way-there", "i-ended", "i-warm"), "", false},
		{"1 other member of its Auto Scaling group web lies under the cut", true, nil, inSubnet("subnet-a", "i-new"), "", false},
	} {
		g := quarantine.ScalingGroup{Name: "web", Subnets: c.subnets, Members: map[string]string{
			"i-1": "InService", "i-2": "InService", "i-by": "Standby", "i-on-the-way-there": "EnteringStandby", "i-ended": "Terminating:Wait",
			"i-warm": "Warmed:Stopped", "i-new": "Pending:Wait",
		}}
		hit := quarantine.CountGroup(g, c.found, !c.partly, one, func(subnet string) bool { return subnet == c.quarantined })
		if hit.String() != c.says || hit.Beyond(asksForGroup) != c.asks {
			t.Errorf("%q, asks: %v, want %q, %v", hit.String(), hit.Beyond(asksForGroup), c.says, c.asks)
		}
		if hit.Beyond(quarantine.NeighbourLimit{Beyond: quarantine.BeyondAsk, SameGroup: quarantine.BeyondCut}) {
			t.Errorf("%s: asks, where the policy cuts", c.says)
		}
	}
}

func TestWhatIsNotKnownOfAGroupIsSaidAndAsksNobody(t *testing.T) {
	t.Parallel()
	n := quarantine.CountNeighbours(inSubnet("subnet-a", "i-1"), true, []string{"subnet-a"})
	n.Group = &quarantine.GroupHit{Group: "web", NotKnown: "Auto Scaling throttled it"}
	if got, want := n.String(), "1 other instance; how much of its Auto Scaling group web lies under the cut is not known (Auto Scaling throttled it)"; got != want {
		t.Errorf("it is %q, want %q", got, want)
	}
	var none *quarantine.GroupHit
	if n.Group.Beyond(asksForGroup) || none.Beyond(asksForGroup) {
		t.Error("a person is asked about what nobody knows")
	}
}

func TestWhoStandsByInAGroup(t *testing.T) {
	t.Parallel()
	g := quarantine.ScalingGroup{Members: map[string]string{"i-3": "Standby", "i-1": "EnteringStandby", "i-2": "InService", "i-4": "Standby"}}
	if got := g.StandingBy("i-4"); !slices.Equal(got, []string{"i-1", "i-3"}) {
		t.Errorf("those beside i-4 are %v", got)
	}
}
