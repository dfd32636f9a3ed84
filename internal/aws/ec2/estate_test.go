package ec2_test

import (
	"slices"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func TestInstancesAreReadPageByPageInTheVPCsThatAreNamed(t *testing.T) {
	t.Parallel()
	a := account.New(account.Options{})
	var first string
	for _, cidr := range []string{"10.1.0.0/16", "10.2.0.0/16"} {
		vpc := a.AddVPC(account.VPC{CIDRs: []string{cidr}})
		if first == "" {
			first = vpc
		}
		subnet := a.AddSubnet(account.Subnet{VPC: vpc, CIDR: cidr[:5] + "1.0/24"})
		for _, host := range []string{"10", "11", "12"} {
			a.AddInstance(account.Instance{Interfaces: []account.Interface{{Subnet: subnet, PrivateIP: cidr[:5] + "1." + host}}})
		}
	}
	c, r := ec2.New(a.EC2()), quarantine.Resource{AccountID: a.ID(), Region: a.Region()}
	every, all, err := c.InstancesIn(t.Context(), r, nil)
	if err != nil || !all || len(every) != 6 {
		t.Errorf("%d instances, %t, %v", len(every), all, err)
	}
	some, all, err := c.InstancesIn(t.Context(), r, []string{first})
	if err != nil || !all || len(some) != 3 || slices.ContainsFunc(some, func(i quarantine.Instance) bool { return !slices.Equal(i.VPCs(), []string{first}) }) {
		t.Errorf("%+v, %t, %v", some, all, err)
	}
}

func TestOwnSnapshotsAreThoseWithTheProductsTag(t *testing.T) {
	t.Parallel()
	a := account.New(account.Options{})
	subnet := a.AddSubnet(account.Subnet{VPC: a.AddVPC(account.VPC{}), CIDR: "10.0.1.0/24"})
	host := a.AddInstance(account.Instance{Volumes: []account.Volume{{}}, Interfaces: []account.Interface{{Subnet: subnet, PrivateIP: "10.0.1.10"}}})
	c, r := ec2.New(a.EC2()), quarantine.Resource{AccountID: a.ID(), Region: a.Region(), ID: host}
	for _, product := range []string{"another", quarantine.Product} {
		if id, err := c.OwnSnapshot(t.Context(), r); err != nil || id != "" {
			t.Errorf("before one of %s: %q, %v", product, id, err)
		}
		taken, err := c.CreateSnapshots(t.Context(), r, "evidence", map[string]string{quarantine.TagProduct: product})
		if err != nil || len(taken) != 1 {
			t.Fatal(taken, err)
		}
		if id, err := c.OwnSnapshot(t.Context(), r); err != nil || (id == taken[0].ID) != (product == quarantine.Product) {
			t.Errorf("%s: %q, %v", product, id, err)
		}
	}
}

func TestSecurityGroupsAreCounted(t *testing.T) {
	t.Parallel()
	a := account.New(account.Options{})
	vpc := a.AddVPC(account.VPC{})
	for range 4 {
		a.AddSecurityGroup(account.SecurityGroup{VPC: vpc})
	}
	count, all, err := ec2.New(a.EC2()).CountSecurityGroups(t.Context(), quarantine.Resource{AccountID: a.ID(), Region: a.Region()})
	if err != nil || !all || count != 5 { // and the VPC's default
		t.Errorf("%d, %t, %v", count, all, err)
	}
}
