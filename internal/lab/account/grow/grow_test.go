package grow_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/accounttest"
)

func TestGrowFromAlmostNothing(t *testing.T) {
	t.Parallel()
	a := account.New(account.Options{})
	g := a.Grow(account.Seed{InstanceID: "i-99999999", Interfaces: []account.SeedInterface{
		{VPC: "GeneratedFindingVPCId", Subnet: "Replace with valid SubnetID", PrivateIP: "10.0.0.1", PublicIP: "198.51.100.0"}}})
	of := accounttest.Office{Account: a, VPC: g.VPCs[0]}
	if g.Instance != "i-99999999" || len(g.Subnets) != 1 {
		t.Fatalf("grown %+v", g)
	}
	page := account.Packet{From: account.Internet, To: g.Instance, Port: 80}
	of.WantPath(t, page, true, "internet gateway")
	beside, across := account.Packet{From: g.Beside, To: g.Instance, Port: 80}, account.Packet{From: g.Across, To: g.Instance, Port: 80}
	of.WantPath(t, beside, true, "")
	of.WantPath(t, across, true, "")
	if len(of.ACLs()) != 1 {
		t.Error("the neighbours are to share the default ACL")
	}
	of.SwapACL(g.Subnets[0], of.AddACL(account.ACL{VPC: of.VPC}))
	of.WantPath(t, page, false, "denies inbound tcp/80")
	of.WantPath(t, across, false, "denies inbound tcp/80")
	of.WantPath(t, beside, true, "within a subnet")
	of.WantPath(t, account.Packet{From: g.Across, To: g.Beside, Port: 80}, false, "denies") // the neighbour is cut off, too
}

func TestGrowKeepsWhatTheFindingSays(t *testing.T) {
	t.Parallel()
	a := account.New(account.Options{})
	vpc, first, second, group := "vpc-0aaaaaaaaaaaaaaaa", "subnet-0aaaaaaaaaaaaaaaa", "subnet-0bbbbbbbbbbbbbbbb", "sg-0aaaaaaaaaaaaaaaa"
	seed := account.Seed{
		InstanceID: "i-0aaaaaaaaaaaaaaaa", Tags: map[string]string{"team": "shop"}, Ports: []int{8080},
		Interfaces: []account.SeedInterface{
			{ID: "eni-0aaaaaaaaaaaaaaaa", VPC: vpc, Subnet: first, PrivateIP: "172.31.5.4", PublicIP: "198.51.100.9", IPv6: []string{"2001:db8::5"}, Groups: []account.SeedGroup{{ID: group, Name: "shop"}}},
			{VPC: vpc, Subnet: second, PrivateIP: "172.31.5.99"},
		},
	}
	g := a.Grow(seed)
	out, err := a.EC2().DescribeInstances(t.Context(), &ec2.DescribeInstancesInput{InstanceIds: []string{g.Instance}})
	accounttest.NoErr(t, err)
	i := out.Reservations[0].Instances[0]
	if len(i.NetworkInterfaces) != 2 || *i.VpcId != vpc || *i.SubnetId != first || *i.PublicIpAddress != "198.51.100.9" ||
		*i.NetworkInterfaces[0].Groups[0].GroupId != group || *i.NetworkInterfaces[1].SubnetId != second || len(i.BlockDeviceMappings) != 2 {
		t.Errorf("instance is %+v", i)
	}
	of := accounttest.Office{Account: a}
	of.WantPath(t, account.Packet{From: account.Internet, To: g.Instance, Port: 8080, IPv6: true}, true, "::/0")

	again := a.Grow(account.Seed{InstanceID: "i-0bbbbbbbbbbbbbbbb", Interfaces: []account.SeedInterface{{VPC: vpc, Subnet: first}}})
	if again.Beside != g.Beside || again.Across != g.Across || again.VPCs[0] != vpc {
		t.Errorf("two instances of one subnet have other neighbours: %+v and %+v", g, again)
	}
	if same := a.Grow(seed); same.Subnets[1] != second || same.Beside != g.Beside {
		t.Errorf("a second finding of one instance grew %+v", same)
	}
	if n := len(a.DescribeAllNetworkACLs()); n != 1 {
		t.Errorf("there are %d ACLs in one VPC", n)
	}
}

func TestGrowIsDeterministic(t *testing.T) {
	t.Parallel()
	one, two := account.New(account.Options{}).Grow(account.Seed{}), account.New(account.Options{}).Grow(account.Seed{})
	if one.Instance != two.Instance || one.Subnets[0] != two.Subnets[0] || one.Across != two.Across {
		t.Errorf("grown %+v, and %+v", one, two)
	}
}
