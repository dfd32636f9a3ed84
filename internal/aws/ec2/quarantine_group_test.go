package ec2_test

import (
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// The name is the key of a repetition: EC2 takes no client token for a group.
func TestAGroupWhoseAnswerWasLostIsFoundByItsName(t *testing.T) {
	t.Parallel()
	w := newWorld()
	c, r := ec2.New(w.EC2()), w.resource()
	w.Inject(account.Fault{Operation: "CreateSecurityGroup", Kind: account.TimeoutAfter, Times: 1})
	for _, name := range []string{quarantine.Unavailable, quarantine.Contended} {
		if _, err := c.CreateSecurityGroup(t.Context(), r, w.env.VPCID, "shut", "no rules", nil); !quarantine.Is(err, name) {
			t.Fatalf("got %v, want %s", err, name)
		}
	}
	if g, found, err := c.SecurityGroupByName(t.Context(), r, w.env.VPCID, "shut"); err != nil || !found || g.ID == "" {
		t.Errorf("got %+v, %v, %v", g, found, err)
	}
}

// A stale read shows rules that are revoked: revoking them again is refused as a whole.
func TestRulesThatAStaleReadShowsAreContended(t *testing.T) {
	t.Parallel()
	w := newWorld()
	c, r := ec2.New(w.EC2()), w.resource()
	w.Inject(account.Fault{Operation: "DescribeSecurityGroups", Kind: account.Stale, Behind: 1})
	if err := c.RevokeRules(t.Context(), r, w.open); err != nil {
		t.Fatal(err)
	}
	if err := c.RevokeRules(t.Context(), r, w.open); !quarantine.Is(err, quarantine.Contended) {
		t.Errorf("got %v, want Contended", err)
	}
}

func TestWhatEC2RefusesAnInterfaceIsNamed(t *testing.T) {
	t.Parallel()
	w := newWorld()
	c, r := ec2.New(w.EC2()), w.resource()
	var many []string
	for range 6 {
		many = append(many, w.AddSecurityGroup(account.SecurityGroup{VPC: w.env.VPCID}))
	}
	foreign := w.AddSecurityGroup(account.SecurityGroup{VPC: w.AddVPC(account.VPC{})})
	managed := w.AddInterface(account.Interface{Subnet: w.env.SubnetA, PrivateIP: "10.0.1.99", RequesterManaged: true})
	free := w.AddInterface(account.Interface{Subnet: w.env.SubnetA, PrivateIP: "10.0.1.98"})
	for what, refused := range map[string]struct {
		err  error
		name string
	}{
		"a requester-managed interface": {c.SetGroups(t.Context(), r, managed, many[:1]), quarantine.AccessDenied},
		"a group of another VPC":        {c.SetGroups(t.Context(), r, free, []string{foreign}), quarantine.Contended},
		"more groups than the quota":    {c.SetGroups(t.Context(), r, free, many), quarantine.QuotaReached},
	} {
		if !quarantine.Is(refused.err, refused.name) {
			t.Errorf("%s: %v, want %s", what, refused.err, refused.name)
		}
	}
	w.SetSecurityGroupQuota(1)
	if _, err := c.CreateSecurityGroup(t.Context(), r, w.env.VPCID, "shut", "no rules", nil); !quarantine.Is(err, quarantine.QuotaReached) {
		t.Errorf("got %v, want QuotaReached", err)
	}
}

func TestTheInterfacesOfAllPagesAreRead(t *testing.T) {
	t.Parallel()
	w := newWorld() // with pages of two
	r := w.resource()
	r.ID = w.AddInstance(account.Instance{Interfaces: []account.Interface{
		{Subnet: w.env.SubnetA, PrivateIP: "10.0.1.20"},
		{Subnet: w.env.SubnetA, PrivateIP: "10.0.1.21", Type: "trunk", RequesterManaged: true},
		{Subnet: w.env.SubnetB, PrivateIP: "10.0.2.20", Type: "efa", Owner: "210987654321"},
	}})
	got, err := ec2.New(w.EC2()).NetworkInterfaces(t.Context(), r)
	if err != nil || len(got) != 3 || w.count("DescribeNetworkInterfaces") != 2 {
		t.Fatalf("got %+v, %v", got, err)
	}
	if got[1].Type != "trunk" || !got[1].RequesterManaged || got[2].Type != "efa" || got[2].OwnerID != "210987654321" || got[0].OwnerID != w.ID() {
		t.Errorf("got %+v", got)
	}
}

func TestARefusalInOneDirectionKeepsTheRulesOfTheOtherNot(t *testing.T) {
	t.Parallel()
	for _, refused := range []string{"RevokeSecurityGroupIngress", "RevokeSecurityGroupEgress"} {
		w := newWorld()
		c, r := ec2.New(w.EC2()), w.resource()
		w.OpenGroup(w.open)
		before, err := c.SecurityGroups(t.Context(), r, []string{w.open})
		if err != nil {
			t.Fatal(err)
		}
		w.Inject(account.Fault{Operation: refused, Kind: account.Deny})
		if err := c.RevokeRules(t.Context(), r, w.open); !quarantine.Is(err, quarantine.AccessDenied) {
			t.Errorf("%s is refused: %v", refused, err)
		}
		after, err := c.SecurityGroups(t.Context(), r, []string{w.open})
		if err != nil || len(after[0].Rules) == 0 || len(after[0].Rules) >= len(before[0].Rules) {
			t.Errorf("%s is refused: the rules are %v, and were %v; %v", refused, after, before, err)
		}
	}
}
