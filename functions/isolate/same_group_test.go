package isolate_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ec2-quarantine/quarantine/functions/isolate"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/estate"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// fleet is the group that i-fleet is in, by its tag.
const fleet = "web fleet"

// group makes it, with i-fleet and these in service and these subnets.
func (w world) group(members, subnets []string) {
	of := account.ScalingGroup{Name: fleet, Instances: []string{w.ID("i-fleet")}}
	for _, name := range members {
		of.Instances = append(of.Instances, w.ID(name))
	}
	for _, name := range subnets {
		of.Subnets = append(of.Subnets, w.ID(name))
	}
	w.AddGroup(of)
}

// inGroup is the isolation of i-fleet as the finding has it, with its tags, under a policy that
// asks (or not) where its group is hit.
func (w world) inGroup(sameGroup string) isolate.Request {
	in := w.limited("i-fleet", quarantine.Limits{Neighbours: quarantine.NeighbourLimit{UpTo: 20, Beyond: quarantine.BeyondAsk, SameGroup: sameGroup}})
	in.Finding.Instances[1].Tags = map[string]string{"aws:autoscaling:groupName": fleet}
	return in
}

func (w world) readsOfTheGroup() int { return w.Worked("DescribeAutoScalingGroups " + fleet) }

func TestAPersonIsAskedBeforeOtherMembersOfItsGroupAreCut(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.group([]string{"i-web", "i-peer", "i-db"}, nil) // i-db is in another subnet
	const hit = "2 other members of its Auto Scaling group web fleet lie under the cut"
	w.wantHeldBack(t, w.inGroup(quarantine.BeyondAsk), "the cut would hit 6 other instances; "+hit+", and "+quarantine.GroupIsHit+". Nothing was changed")
	in := w.inGroup(quarantine.BeyondAsk)
	in.Approved = true
	wantHit(t, w.wantCut(t, in), "6 other instances; "+hit)
}

func TestWhereThePolicyCutsTheGroupIsNamed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.group([]string{"i-web"}, []string{"subnet-a", "subnet-b"})
	wantHit(t, w.wantCut(t, w.inGroup(quarantine.BeyondCut)), "6 other instances; 1 other member of its Auto Scaling group web fleet lies under the cut, and 1 of its 2 subnets does")
	same(t, "reads of the group", 1, w.readsOfTheGroup())
}

// What the group launches would come to be cut, wherever it does.
func TestAPersonIsAskedBeforeAllSubnetsOfItsGroupAreCut(t *testing.T) {
	t.Parallel()
	const whole = "all 2 subnets of it do: replacements that it launches cannot work"
	w := newWorld(t)
	w.group(nil, []string{"subnet-a", "subnet-b"})
	wantHit(t, w.wantCut(t, w.inGroup(quarantine.BeyondAsk)), "6 other instances; no other member of its Auto Scaling group web fleet lies under the cut, and 1 of its 2 subnets does")
	w = newWorld(t)
	w.group(nil, []string{"subnet-a", "subnet-b"})
	w.AddQuarantineACL("vpc-1", "acl-ours")
	w.Swap("subnet-b", "acl-ours") // another incident's
	w.wantHeldBack(t, w.inGroup(quarantine.BeyondAsk), whole)
	w = newWorld(t)
	w.group(nil, []string{"subnet-a"})
	w.wantHeldBack(t, w.inGroup(quarantine.BeyondAsk), "its only subnet does: replacements")
}

// Two incidents in one group: the second one is in another subnet, the group's last.
func TestTheSecondIncidentInAGroupAsksForItsLastSubnet(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.AddInstance(account.Instance{
		ID: w.ID("i-2nd"), Tags: map[string]string{"aws:autoscaling:groupName": fleet}, Interfaces: []account.Interface{{Subnet: w.ID("subnet-b"), PrivateIP: "10.0.0.11"}},
	})
	w.group([]string{"i-2nd"}, []string{"subnet-a", "subnet-b"})
	w.wantCut(t, w.inGroup(quarantine.BeyondAsk))
	in := w.limited("i-2nd", w.inGroup(quarantine.BeyondAsk).Limits)
	w.SetLock(in.Claim, quarantine.StatusIsolating)
	w.wantHeldBack(t, in, "no other member of its Auto Scaling group web fleet lies under the cut, and all 2 subnets of it do")
}

// Members that stand by are no reason to ask: they fail no health check.
func TestAMemberThatStandsByDoesNotAsk(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.group([]string{"i-web"}, nil)
	w.SetState(w.ID("i-web"), "Standby")
	wantHit(t, w.wantCut(t, w.inGroup(quarantine.BeyondAsk)), "6 other instances; no other member")
}

// However the read of the group fails, the cut goes on, and nothing is said that was not read.
func TestAGroupThatIsNotKnownStopsNoCut(t *testing.T) {
	t.Parallel()
	for name, why := range map[string]string{
		quarantine.Throttled: "Auto Scaling throttled DescribeAutoScalingGroups", quarantine.Unavailable: "Auto Scaling did not answer in time",
		quarantine.AccessDenied: "the role of isolate lacks autoscaling:DescribeAutoScalingGroups",
	} {
		w := newWorld(t)
		w.group([]string{"i-web"}, []string{"subnet-a"})
		w.Inject("DescribeAutoScalingGroups", failing[name])
		done := w.wantCut(t, w.inGroup(quarantine.BeyondAsk))
		wantHit(t, done, "6 other instances; how much of its Auto Scaling group web fleet lies under the cut is not known ("+why)
	}
	w := newWorld(t) // of the members nothing is known, of the subnets all
	w.group([]string{"i-web"}, []string{"subnet-a", "subnet-b"})
	w.Inject("DescribeNetworkInterfaces", failing[quarantine.Throttled])
	wantHit(t, w.wantCut(t, w.inGroup(quarantine.BeyondAsk)), "not known (EC2 throttled DescribeNetworkInterfaces); "+
		"how many other members of its Auto Scaling group web fleet lie under the cut is not known, and 1 of its 2 subnets does")
}

func TestTheGroupsOtherMembersAreSparedBySecurityGroup(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.group([]string{"i-web"}, nil)
	w.wantGroup(t, w.inGroup(quarantine.BeyondGroup), "the cut would hit 6 other instances; 1 other member of its Auto Scaling group web fleet lies under the cut, and "+quarantine.GroupIsHit)
}

func TestAReadOfTheGroupThatHangsIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorldOf(t, estate.Options{Clock: quarantine.SystemClock{}, Latency: func(_, operation string) time.Duration {
			if operation == "DescribeAutoScalingGroups" {
				return time.Hour
			}
			return 0
		}})
		w.Concurrent = quarantine.SystemClock{}.RunSideBySide
		w.group([]string{"i-web"}, nil)
		began := time.Now()
		done, err := w.handle(w.inGroup(quarantine.BeyondAsk))
		if err != nil {
			t.Fatal(err)
		}
		wantHit(t, done, "6 other instances; how much of its Auto Scaling group web fleet lies under the cut is not known")
		same(t, "how long the cut waited", time.Second, time.Since(began))
	})
}

// The finding's tags are a hint of what to read. What the instance is in, its own tags say.
func TestTheGroupIsThatOfTheLiveInstance(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.group([]string{"i-web"}, nil)
	in := w.inGroup(quarantine.BeyondCut)
	in.Finding.Instances[1].Tags = nil
	wantHit(t, w.wantCut(t, in), "6 other instances; 1 other member")
	w = newWorld(t)
	in = w.limited("i-web", w.inGroup(quarantine.BeyondAsk).Limits)
	in.Finding.Instances[1].Tags = map[string]string{"aws:autoscaling:groupName": fleet} // it has left the group
	if done := w.wantCut(t, in); done.Neighbours.Group != nil {
		t.Errorf("of a group that it is not in: %v", done.Neighbours)
	}
}

func TestNoGroupIsReadWhereNoneIsNamedOrWanted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.wantCut(t, w.limited("i-web", w.inGroup(quarantine.BeyondAsk).Limits))
	w.wantCut(t, w.inGroup(""))
	for _, text := range w.Texts(0) {
		if strings.HasPrefix(text, "DescribeAutoScaling") {
			t.Error(text)
		}
	}
}
