package securitygroup_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/stage"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// lease is longer than the lease of any attempt.
const lease = 2 * time.Minute

func TestInterfacesThatAreNotTheInstancesToChangeAreLeftAndNamed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		of  account.Interface
		say string
	}{
		{account.Interface{RequesterManaged: true}, "a service of AWS manages it"},
		{account.Interface{Owner: "210987654321"}, "account 210987654321 owns it"},
		{account.Interface{Type: "efa"}, "EFA"},
		{account.Interface{Type: "efa-only"}, "EFA"},
		{account.Interface{Type: "trunk"}, "carries other interfaces"},
		{account.Interface{Type: "branch"}, "carries other interfaces"},
	} {
		h := newHouse(account.Interface{}, c.of)
		before := h.groups(t, h.instance)
		claim := h.Incident(t, 1, h.instance)
		done := h.Apply(t, h, claim)
		g, _ := h.quarantine(t, h.vpc)
		h.wantGroups(t, []string{g.ID}, before[1])
		left := h.interfaceIDs(t)[1]
		if len(done.Things) != 1 || len(done.Left) != 1 || !strings.Contains(done.Left[0], left) || !strings.Contains(done.Left[0], c.say) {
			t.Errorf("%+v: left is %q", c.of, done.Left)
		}
		on, err := h.Ledger.Incident(t.Context(), claim.Incident)
		if err != nil {
			t.Fatal(err)
		}
		if n := slices.IndexFunc(on.HeldAndLeft(), func(hold quarantine.Hold) bool { return hold.Thing == left }); n < 0 ||
			on.HeldAndLeft()[n].Outcome != quarantine.LeftOpen || !strings.Contains(on.HeldAndLeft()[n].Note, c.say) {
			t.Errorf("%+v: on record is %+v", c.of, on.Holds)
		}
		if open := register.StaysOpen(on.HeldAndLeft()); !slices.ContainsFunc(open, func(text string) bool { return strings.HasPrefix(text, "Hosts in the same subnet") }) {
			t.Errorf("%+v: open is %q, and one interface is as it was", c.of, open)
		}
	}
}

func TestAnInstanceWithoutInterfacesIsNamed(t *testing.T) {
	t.Parallel()
	h := newHouse()
	h.Terminate(h.instance)
	done := h.Apply(t, h, h.Incident(t, 1, h.instance))
	if len(done.Things) != 0 || len(done.Left) != 1 || !strings.Contains(done.Left[0], h.instance) {
		t.Errorf("the answer is %+v", done)
	}
}

func TestUndoGivesBackExactlyTheGroupsOfBefore(t *testing.T) {
	t.Parallel()
	h := newHouse()
	before, c := h.groups(t, h.instance), h.Incident(t, 1, h.instance)
	h.Apply(t, h, c)
	done := h.Undo(t, h, c)
	h.wantGroups(t, before...)
	for thing, outcome := range stage.Outcomes(done) {
		if outcome != quarantine.Restored {
			t.Errorf("%s is %s", thing, outcome)
		}
	}
	if _, found := h.quarantine(t, h.vpc); !found {
		t.Error("the VPC's group was deleted: another incident may have its id")
	}
	calls := h.calls("ModifyNetworkInterfaceAttribute")
	if again := h.Undo(t, h, c); !maps.Equal(stage.Outcomes(again), stage.Outcomes(done)) {
		t.Errorf("a repeated release answers %v, not %v", stage.Outcomes(again), stage.Outcomes(done))
	}
	if more := h.calls("ModifyNetworkInterfaceAttribute") - calls; more != 0 {
		t.Errorf("a repeated release makes %d changes", more)
	}
}

func TestTheLastIncidentPutsBack(t *testing.T) {
	t.Parallel()
	h := newHouse()
	before := h.groups(t, h.instance)
	one := h.Incident(t, 1, h.instance)
	h.Apply(t, h, one)
	two := one // of another kind of finding, with a lock of its own
	two.Incident, two.Owner, two.Resource.Kind = "inc-2", "execution-2", "other"
	h.Lock(t, two, quarantine.StatusContained)
	h.Apply(t, h, two)
	closed := h.groups(t, h.instance)

	for thing, outcome := range stage.Outcomes(h.Undo(t, h, one)) {
		if outcome != quarantine.StillHeld {
			t.Errorf("%s is %s", thing, outcome)
		}
	}
	h.wantGroups(t, closed...)
	for thing, outcome := range stage.Outcomes(h.Undo(t, h, two)) {
		if outcome != quarantine.Restored {
			t.Errorf("%s is %s", thing, outcome)
		}
	}
	h.wantGroups(t, before...)
}

func TestAGroupOfBeforeThatIsGoneKeepsTheInterfaceInQuarantine(t *testing.T) {
	t.Parallel()
	h := newHouse()
	c := h.Incident(t, 1, h.instance)
	h.Apply(t, h, c)
	g, _ := h.quarantine(t, h.vpc)
	if err := h.Cloud.DeleteSecurityGroup(t.Context(), c.Resource, h.ssh); err != nil {
		t.Fatal(err)
	}
	done, err := h.TryUndo(t, h, c)
	wantName(t, err, quarantine.NotReleased)
	if !strings.Contains(err.Error(), h.ssh) || strings.Contains(err.Error(), h.web+", which") {
		t.Errorf("which group is gone is not said: %v", err)
	}
	h.wantGroups(t, []string{h.web}, []string{g.ID}) // the other interface is back
	if len(done.Things) != 1 {
		t.Errorf("%d things have an answer", len(done.Things))
	}

	h.set(t, h.interfaceIDs(t)[1], h.web) // a person decides
	outcomes := stage.Outcomes(h.Undo(t, h, c))
	if outcomes[h.interfaceIDs(t)[1]] != quarantine.Drifted || outcomes[h.interfaceIDs(t)[0]] != quarantine.Restored {
		t.Errorf("the outcomes are %v", outcomes)
	}
	h.wantGroups(t, []string{h.web}, []string{h.web})
}

func TestADriftIsSettledByTwoLooksAndLeft(t *testing.T) {
	t.Parallel()
	h := newHouse()
	c := h.Incident(t, 1, h.instance)
	h.Apply(t, h, c)
	h.set(t, h.interfaceIDs(t)[0], h.ssh)
	first, err := h.TryUndo(t, h, c)
	if err != nil || first.Status != measure.Pending || first.After == 0 {
		t.Fatalf("one look answers %+v, %v", first, err)
	}
	early, err := h.TryUndo(t, h, c)
	if err != nil || early.Status != measure.Pending {
		t.Fatalf("a second look at once answers %+v, %v", early, err)
	}
	h.Pass(time.Duration(first.After) * time.Second)
	done := h.Undo(t, h, c)
	if got := stage.Outcomes(done)[h.interfaceIDs(t)[0]]; got != quarantine.Drifted || !strings.Contains(done.Things[0].Note, h.ssh) {
		t.Errorf("two looks answer %s, %q", got, done.Things[0].Note)
	}
	h.wantGroups(t, []string{h.ssh}, []string{h.ssh, h.web})
}

func TestAnInterfaceThatIsGoneIsSettledByTwoLooks(t *testing.T) {
	t.Parallel()
	h := newHouse()
	c := h.Incident(t, 1, h.instance)
	h.Apply(t, h, c)
	h.Terminate(h.instance)
	first, err := h.TryUndo(t, h, c)
	if err != nil || first.Status != measure.Pending {
		t.Fatalf("one look answers %+v, %v", first, err)
	}
	for thing, outcome := range stage.Outcomes(h.Undo(t, h, c)) {
		if outcome != quarantine.Gone {
			t.Errorf("%s is %s", thing, outcome)
		}
	}
}

func TestAnInterfaceThatGoesWhileItIsChangedIsSaidToBeGone(t *testing.T) {
	t.Parallel()
	h := newHouse(account.Interface{})
	c := h.Incident(t, 1, h.instance)
	eni := h.interfaceIDs(t)[0]
	h.Inject(account.Fault{Kind: account.Code, Code: "InvalidNetworkInterfaceID.NotFound", Match: func(c account.Call) bool {
		in, is := c.Input.(*ec2.DescribeNetworkInterfacesInput) // of one, not the list of the instance's
		return is && len(in.NetworkInterfaceIds) > 0
	}})
	first, err := h.Try(t, h, c)
	if err != nil || first.Status != measure.Pending || first.Left != nil {
		t.Fatalf("one look answers %+v, %v", first, err)
	}
	h.Pass(time.Duration(first.After) * time.Second)
	done := h.Apply(t, h, c)
	if len(done.Left) != 1 || !strings.HasPrefix(done.Left[0], eni+" is gone") {
		t.Errorf("left is %q", done.Left)
	}
}

func TestAnInterfaceInQuarantineThatNobodyPutThereIsForAPersonToDecide(t *testing.T) {
	t.Parallel()
	h := newHouse(account.Interface{})
	old := h.Incident(t, 1, h.instance)
	h.Apply(t, h, old)
	h.Undo(t, h, old)
	h.Pass(time.Hour)
	g, _ := h.quarantine(t, h.vpc)
	h.set(t, h.interfaceIDs(t)[0], g.ID) // a call of before that came late, or a hand

	c := h.Incident(t, 2, h.instance)
	done := h.Apply(t, h, c)
	if p := done.Things[0].Parts["groups"]; p.Before == nil || !p.Before.Unknown {
		t.Errorf("what stood before is on record as %+v", p.Before)
	}
	_, err := h.TryUndo(t, h, c)
	wantName(t, err, quarantine.NotReleased)
	h.wantGroups(t, []string{g.ID})
	h.set(t, h.interfaceIDs(t)[0], h.web)
	if got := slices.Collect(maps.Values(stage.Outcomes(h.Undo(t, h, c)))); !slices.Equal(got, []quarantine.ReleaseOutcome{quarantine.Drifted}) {
		t.Errorf("after a person has decided the outcome is %v", got)
	}
}

func TestAReadThatIsOlderThanTheReleaseIsNotWhatStoodBefore(t *testing.T) {
	t.Parallel()
	h := newHouse(account.Interface{})
	before, old := h.groups(t, h.instance), h.Incident(t, 1, h.instance)
	h.Inject(account.Fault{Service: "ec2", Operation: "DescribeNetworkInterfaces", Kind: account.Stale, Behind: 1, Match: func(c account.Call) bool {
		return c.Caller.Function == "stale"
	}})
	h.Apply(t, h, old)
	h.Undo(t, h, old)
	c := h.Incident(t, 2, h.instance)
	stale := account.WithCaller(t.Context(), account.Caller{Function: "stale"})
	first, err := h.Engine(h).Apply(stale, c)
	if err != nil || first.Status != measure.Pending {
		t.Fatalf("a read of before the release answers %+v, %v", first, err)
	}
	h.Pass(time.Duration(first.After) * time.Second)
	h.Apply(t, h, c)
	h.Undo(t, h, c)
	h.wantGroups(t, before...)
}

func TestAQuotaIsSaid(t *testing.T) {
	t.Parallel()
	h := newHouse()
	h.SetSecurityGroupQuota(0)
	_, err := h.Try(t, h, h.Incident(t, 1, h.instance))
	wantName(t, err, quarantine.QuotaReached)
}
