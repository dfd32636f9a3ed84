package securitygroup_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/stage"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/securitygroup"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

const groupName = "ec2-quarantine"

// house is a VPC with IPv6, two security groups and an instance with two interfaces.
type house struct {
	*stage.Stage
	measure.Measure
	vpc, subnet, web, ssh string
	instance              string
}

func newHouse(interfaces ...account.Interface) *house {
	h := &house{Stage: stage.New()}
	h.Measure = securitygroup.Measure{Network: h.Cloud, Ledger: h.Ledger}
	h.vpc = h.AddVPC(account.VPC{IPv6CIDR: "2001:db8::/56"})
	h.subnet = h.AddSubnet(account.Subnet{VPC: h.vpc, CIDR: "10.0.1.0/24"})
	h.web, h.ssh = h.group("web"), h.group("ssh")
	if interfaces == nil {
		interfaces = []account.Interface{{Groups: []string{h.web}}, {Groups: []string{h.ssh, h.web}}}
	}
	h.instance = h.host(interfaces...)
	return h
}

func (h *house) group(name string) string {
	return h.AddSecurityGroup(account.SecurityGroup{VPC: h.vpc, Name: name, Ingress: []account.Rule{{Source: "0.0.0.0/0"}}})
}

func (h *house) host(interfaces ...account.Interface) string {
	for n := range interfaces {
		if interfaces[n].Subnet == "" {
			interfaces[n].Subnet = h.subnet
		}
		interfaces[n].PrivateIP = "10.0.1.1" + string(rune('0'+n))
	}
	return h.AddInstance(account.Instance{Interfaces: interfaces})
}

// groups are those of each interface of an instance, in the order of the interfaces.
func (h *house) groups(t *testing.T, instance string) [][]string {
	t.Helper()
	all, err := h.Cloud.NetworkInterfaces(t.Context(), h.Resource(instance))
	if err != nil {
		t.Fatal(err)
	}
	var out [][]string
	for _, n := range all {
		out = append(out, n.SecurityGroups)
	}
	return out
}

func (h *house) interfaceIDs(t *testing.T) []string {
	t.Helper()
	all, err := h.Cloud.NetworkInterfaces(t.Context(), h.Resource(h.instance))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, n := range all {
		out = append(out, n.ID)
	}
	return out
}

// quarantine is the VPC's group of the product's, and whether there is one.
func (h *house) quarantine(t *testing.T, vpc string) (quarantine.SecurityGroup, bool) {
	t.Helper()
	g, found, err := h.Cloud.SecurityGroupByName(t.Context(), h.Resource(""), vpc, groupName)
	if err != nil {
		t.Fatal(err)
	}
	return g, found
}

func (h *house) wantGroups(t *testing.T, want ...[]string) {
	t.Helper()
	got := h.groups(t, h.instance)
	for n := range want {
		slices.Sort(want[n])
	}
	if !slices.EqualFunc(got, want, func(a, b []string) bool { return slices.Equal(a, b) }) {
		t.Errorf("the interfaces have %v, want %v", got, want)
	}
}

func (h *house) set(t *testing.T, id string, groups ...string) {
	t.Helper()
	if err := h.Cloud.SetGroups(t.Context(), h.Resource(h.instance), id, groups); err != nil {
		t.Fatal(err)
	}
}

// calls counts the calls of an operation.
func (h *house) calls(operation string) int {
	n := 0
	for _, c := range h.Calls() {
		if c.Operation == operation {
			n++
		}
	}
	return n
}

func wantName(t *testing.T, err error, name string) {
	t.Helper()
	if got := quarantine.NameOf(err); got != name {
		t.Errorf("the error is %q (%v), want %s", got, err, name)
	}
}

func TestEveryInterfaceHasTheGroupWithoutRulesAlone(t *testing.T) {
	t.Parallel()
	h := newHouse()
	done := h.Apply(t, h, h.Incident(t, 1, h.instance))
	g, found := h.quarantine(t, h.vpc)
	if !found || len(g.Rules) != 0 {
		t.Fatalf("the group is %+v, found %v", g, found)
	}
	h.wantGroups(t, []string{g.ID}, []string{g.ID})
	if done.Status != measure.Done || len(done.Things) != 2 || done.Left != nil {
		t.Errorf("the answer is %+v", done)
	}
	for _, thing := range done.Things {
		if thing.VerifiedAt.IsZero() || thing.Parts["groups"].After != g.ID || thing.Writer != "" {
			t.Errorf("on record is %+v", thing)
		}
	}
	before := h.calls("ModifyNetworkInterfaceAttribute")
	h.Apply(t, h, h.Incident(t, 1, h.instance))
	if again := h.calls("ModifyNetworkInterfaceAttribute") - before; again != 0 {
		t.Errorf("what is as it should be was changed %d times", again)
	}
}

func TestTheGroupIsEmptyAndOnRecordBeforeAnInterfaceHasIt(t *testing.T) {
	t.Parallel()
	h := newHouse()
	c, checked := h.Incident(t, 1, h.instance), 0
	h.Inject(account.Fault{Operation: "ModifyNetworkInterfaceAttribute", Kind: account.Interfere, Do: func(account.Call) {
		checked++
		g, _ := h.quarantine(t, h.vpc)
		id, _, err := h.Ledger.Made(t.Context(), "security-group", c.Resource, h.vpc)
		if err != nil || id != g.ID || len(g.Rules) > 0 {
			t.Errorf("on record is %q (%v), and the group is %+v", id, err, g)
		}
		in, err := h.Ledger.Incident(t.Context(), c.Incident)
		if err != nil {
			t.Fatal(err)
		}
		if p := in.Holds[checked-1].Parts["groups"]; p.Before == nil || p.Before.Text == "" || !slices.Equal(p.Puts, []string{g.ID}) {
			t.Errorf("of the interface is on record %+v", p)
		}
	}})
	h.Apply(t, h, c)
	if checked != 2 {
		t.Errorf("%d interfaces were changed", checked)
	}
}

func TestEveryVPCHasAGroupOfItsOwn(t *testing.T) {
	t.Parallel()
	h := newHouse()
	there := h.AddVPC(account.VPC{})
	far := h.AddSubnet(account.Subnet{VPC: there, CIDR: "10.0.9.0/24"})
	h.instance = h.host(account.Interface{Groups: []string{h.web}}, account.Interface{Subnet: far})
	before := h.groups(t, h.instance)
	c := h.Incident(t, 1, h.instance)
	h.Apply(t, h, c)
	one, _ := h.quarantine(t, h.vpc)
	two, _ := h.quarantine(t, there)
	if one.ID == "" || two.ID == "" {
		t.Fatal("a VPC has no group")
	}
	h.wantGroups(t, []string{one.ID}, []string{two.ID})
	h.Undo(t, h, c)
	h.wantGroups(t, before...)
}

func TestAGroupOfThatNameIsTakenIfItLetsNothingPass(t *testing.T) {
	t.Parallel()
	h := newHouse()
	there := h.AddSecurityGroup(account.SecurityGroup{VPC: h.vpc, Name: groupName})
	h.Apply(t, h, h.Incident(t, 1, h.instance))
	h.wantGroups(t, []string{there}, []string{there})
	if n := h.calls("CreateSecurityGroup") + h.calls("RevokeSecurityGroupEgress"); n != 0 {
		t.Errorf("the group that was there was made or emptied by %d calls", n)
	}
}

func TestAGroupOfThatNameWithRulesIsRefusedAndLeftAlone(t *testing.T) {
	t.Parallel()
	for name, of := range map[string]account.SecurityGroup{
		"in":  {Ingress: []account.Rule{{Source: "10.0.0.0/8"}}},
		"out": {Egress: []account.Rule{{Source: "0.0.0.0/0"}}},
	} {
		h := newHouse()
		of.VPC, of.Name = h.vpc, groupName
		h.AddSecurityGroup(of)
		before, c := h.groups(t, h.instance), h.Incident(t, 1, h.instance)
		_, err := h.Try(t, h, c)
		wantName(t, err, quarantine.NameTaken)
		h.wantGroups(t, before...)
		if g, _ := h.quarantine(t, h.vpc); len(g.Rules) != 1 {
			t.Errorf("%s: the rules of others' group are %v", name, g.Rules)
		}
		done := h.Undo(t, h, c)
		for thing, outcome := range stage.Outcomes(done) {
			if outcome != quarantine.Unchanged {
				t.Errorf("%s: %s is %s", name, thing, outcome)
			}
		}
	}
}

func TestAGroupThatWasMadeByAStoppedProcessIsFoundAgain(t *testing.T) {
	t.Parallel()
	for _, operation := range []string{"CreateSecurityGroup", "RevokeSecurityGroupEgress", "ModifyNetworkInterfaceAttribute"} {
		for _, kind := range []account.Kind{account.StopBefore, account.StopAfter} {
			h := newHouse()
			c := h.Incident(t, 1, h.instance)
			h.Inject(account.Fault{Operation: operation, Kind: kind, Times: 1})
			stage.Killed(t, func() { _, _ = h.Try(t, h, c) })
			h.Apply(t, h, c)
			g, _ := h.quarantine(t, h.vpc)
			h.wantGroups(t, []string{g.ID}, []string{g.ID})
			if len(g.Rules) > 0 {
				t.Errorf("%s: the group has rules %v", operation, g.Rules)
			}
		}
	}
}

func TestAGroupThatOthersMadeMeanwhileIsNotEmptied(t *testing.T) {
	t.Parallel()
	h := newHouse()
	c := h.Incident(t, 1, h.instance)
	h.Inject(account.Fault{Operation: "CreateSecurityGroup", Kind: account.StopBefore, Times: 1}) // that it was begun is on record
	stage.Killed(t, func() { _, _ = h.Try(t, h, c) })
	h.AddSecurityGroup(account.SecurityGroup{
		VPC: h.vpc, Name: groupName, Ingress: []account.Rule{{Source: "10.0.0.0/8"}}, Egress: []account.Rule{{Source: "0.0.0.0/0"}},
	})
	h.Pass(lease)
	_, err := h.Try(t, h, c)
	wantName(t, err, quarantine.NameTaken)
	if g, _ := h.quarantine(t, h.vpc); len(g.Rules) != 2 {
		t.Errorf("the rules of others' group are %v", g.Rules)
	}
}

// Found by the search: of two incidents at once in a VPC one took the other's new group, which
// lets everything out for a moment, for a stranger's.
func TestAGroupThatAnotherIncidentHasJustMadeIsTaken(t *testing.T) {
	t.Parallel()
	h := newHouse()
	c := h.Incident(t, 1, h.instance)
	h.Inject(account.Fault{Operation: "DescribeSecurityGroups", Times: 1, Kind: account.Interfere, Do: func(account.Call) {
		if _, err := h.Ledger.Making(t.Context(), "security-group", c.Resource, h.vpc, ""); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Cloud.CreateSecurityGroup(t.Context(), c.Resource, h.vpc, groupName, "of another incident", nil); err != nil {
			t.Fatal(err)
		}
	}})
	done, err := h.Try(t, h, c)
	g, _ := h.quarantine(t, h.vpc)
	if err != nil || done.Status != measure.Done || len(g.Rules) > 0 {
		t.Errorf("the answer is %+v, %v, and the group %+v", done, err, g)
	}
	h.wantGroups(t, []string{g.ID}, []string{g.ID})
}

func TestAGroupThatACleaningDeletedIsMadeAgain(t *testing.T) {
	t.Parallel()
	h := newHouse()
	before, c := h.groups(t, h.instance), h.Incident(t, 1, h.instance)
	h.Apply(t, h, c)
	h.Undo(t, h, c)
	old, _ := h.quarantine(t, h.vpc)
	if err := h.Cloud.DeleteSecurityGroup(t.Context(), c.Resource, old.ID); err != nil {
		t.Fatal(err)
	}
	next := h.Incident(t, 2, h.instance)
	if _, err := h.Try(t, h, next); !quarantine.Passes(err) {
		t.Fatalf("the first attempt after it answers %v", err)
	}
	h.Apply(t, h, next)
	g, _ := h.quarantine(t, h.vpc)
	if g.ID == old.ID || len(g.Rules) > 0 {
		t.Errorf("the group is %+v", g)
	}
	h.wantGroups(t, []string{g.ID}, []string{g.ID})
	h.Undo(t, h, next)
	h.wantGroups(t, before...)
}

func TestAnInterfaceIsNotGivenAGroupThatIsNotReadAsEmpty(t *testing.T) {
	t.Parallel()
	h := newHouse(account.Interface{})
	c := h.Incident(t, 1, h.instance)
	h.Inject(account.Fault{Operation: "RevokeSecurityGroupEgress", Kind: account.Delayed, Answer: true, Times: 1})
	_, err := h.Try(t, h, c) // EC2 says that they are revoked, and shows them still
	wantName(t, err, quarantine.NotVerified)
	if !strings.Contains(err.Error(), "egress all all 0.0.0.0/0") {
		t.Errorf("the rule is not named: %v", err)
	}
	if h.calls("ModifyNetworkInterfaceAttribute") != 0 {
		t.Error("the interface was changed")
	}
	done := h.Apply(t, h, c)
	g, _ := h.quarantine(t, h.vpc)
	h.wantGroups(t, []string{g.ID})
	if done.Status != measure.Done || len(g.Rules) > 0 {
		t.Errorf("in the end it is %s, with rules %v", done.Status, g.Rules)
	}
}

func TestAnInterfaceThatFailsKeepsNoOtherFromIt(t *testing.T) {
	t.Parallel()
	h := newHouse()
	c := h.Incident(t, 1, h.instance)
	h.Inject(account.Fault{Operation: "ModifyNetworkInterfaceAttribute", Kind: account.Deny, Times: 1})
	done, err := h.Try(t, h, c)
	wantName(t, err, quarantine.AccessDenied)
	g, _ := h.quarantine(t, h.vpc)
	h.wantGroups(t, []string{h.web}, []string{g.ID})
	if len(done.Things) != 1 {
		t.Errorf("%d interfaces have an answer", len(done.Things))
	}
	h.Apply(t, h, c) // a refusal is an answer: the lease was given back
	h.wantGroups(t, []string{g.ID}, []string{g.ID})
}
