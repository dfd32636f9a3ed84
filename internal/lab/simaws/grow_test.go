package simaws_test

import (
	"encoding/json"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/ec2-quarantine/quarantine/internal/lab/simaws"
)

func TestGrowFromAlmostNothing(t *testing.T) {
	t.Parallel()
	a := simaws.New(simaws.Options{})
	g := a.Grow(simaws.Seed{InstanceID: "i-99999999", Interfaces: []simaws.SeedInterface{
		{VPC: "GeneratedFindingVPCId", Subnet: "Replace with valid SubnetID", PrivateIP: "10.0.0.1", PublicIP: "198.51.100.0"}}})
	of := office{Account: a, vpc: g.VPCs[0]}
	if g.Instance != "i-99999999" || len(g.Subnets) != 1 {
		t.Fatalf("grown %+v", g)
	}
	page := simaws.Packet{From: simaws.Internet, To: g.Instance, Port: 80}
	of.wantPath(t, page, true, "internet gateway")
	beside, across := simaws.Packet{From: g.Beside, To: g.Instance, Port: 80}, simaws.Packet{From: g.Across, To: g.Instance, Port: 80}
	of.wantPath(t, beside, true, "")
	of.wantPath(t, across, true, "")
	if len(of.acls(t)) != 1 {
		t.Error("the neighbours are to share the default ACL")
	}
	of.SwapACL(g.Subnets[0], of.AddACL(simaws.ACL{VPC: of.vpc}))
	of.wantPath(t, page, false, "denies inbound tcp/80")
	of.wantPath(t, across, false, "denies inbound tcp/80")
	of.wantPath(t, beside, true, "within a subnet")
	of.wantPath(t, simaws.Packet{From: g.Across, To: g.Beside, Port: 80}, false, "denies") // the innocent one is cut too
}

func TestGrowKeepsWhatTheFindingSays(t *testing.T) {
	t.Parallel()
	a := simaws.New(simaws.Options{})
	vpc, first, second, group := "vpc-0aaaaaaaaaaaaaaaa", "subnet-0aaaaaaaaaaaaaaaa", "subnet-0bbbbbbbbbbbbbbbb", "sg-0aaaaaaaaaaaaaaaa"
	seed := simaws.Seed{
		InstanceID: "i-0aaaaaaaaaaaaaaaa", Tags: map[string]string{"team": "shop"}, Ports: []int{8080},
		Interfaces: []simaws.SeedInterface{
			{ID: "eni-0aaaaaaaaaaaaaaaa", VPC: vpc, Subnet: first, PrivateIP: "172.31.5.4", PublicIP: "198.51.100.9", IPv6: []string{"2001:db8::5"}, Groups: []simaws.SeedGroup{{ID: group, Name: "shop"}}},
			{VPC: vpc, Subnet: second, PrivateIP: "172.31.5.99"},
		},
	}
	g := a.Grow(seed)
	out, err := a.EC2().DescribeInstances(t.Context(), &ec2.DescribeInstancesInput{InstanceIds: []string{g.Instance}})
	noErr(t, err)
	i := out.Reservations[0].Instances[0]
	if len(i.NetworkInterfaces) != 2 || *i.VpcId != vpc || *i.SubnetId != first || *i.PublicIpAddress != "198.51.100.9" ||
		*i.NetworkInterfaces[0].Groups[0].GroupId != group || *i.NetworkInterfaces[1].SubnetId != second || len(i.BlockDeviceMappings) != 2 {
		t.Errorf("instance is %+v", i)
	}
	of := office{Account: a}
	of.wantPath(t, simaws.Packet{From: simaws.Internet, To: g.Instance, Port: 8080, IPv6: true}, true, "::/0")

	again := a.Grow(simaws.Seed{InstanceID: "i-0bbbbbbbbbbbbbbbb", Interfaces: []simaws.SeedInterface{{VPC: vpc, Subnet: first}}})
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
	one, two := simaws.New(simaws.Options{}).Grow(simaws.Seed{}), simaws.New(simaws.Options{}).Grow(simaws.Seed{})
	if one.Instance != two.Instance || one.Subnets[0] != two.Subnets[0] || one.Across != two.Across {
		t.Errorf("grown %+v, and %+v", one, two)
	}
}

func TestItemsAsDynamoDBJSON(t *testing.T) {
	t.Parallel()
	a := simaws.New(simaws.Options{})
	a.AddTable("ledger", "pk", "")
	_, err := a.DynamoDB().PutItem(t.Context(), &dynamodb.PutItemInput{TableName: ptr("ledger"), Item: attributes{
		"pk": str("a"), "n": num("1"), "b": &types.AttributeValueMemberB{Value: []byte("x")}, "t": &types.AttributeValueMemberBOOL{Value: true},
		"z": &types.AttributeValueMemberNULL{Value: true}, "ss": &types.AttributeValueMemberSS{Value: []string{"x"}},
		"ns": &types.AttributeValueMemberNS{Value: []string{"1"}}, "bs": &types.AttributeValueMemberBS{Value: [][]byte{[]byte("x")}},
		"m": &types.AttributeValueMemberM{Value: attributes{"l": &types.AttributeValueMemberL{Value: []types.AttributeValue{str("x")}}}},
	}})
	noErr(t, err)
	got, err := json.Marshal(a.DescribeAllItems("ledger"))
	noErr(t, err)
	want := `[{"b":{"B":"eA=="},"bs":{"BS":["eA=="]},"m":{"M":{"l":{"L":[{"S":"x"}]}}},"n":{"N":"1"},"ns":{"NS":["1"]},` +
		`"pk":{"S":"a"},"ss":{"SS":["x"]},"t":{"BOOL":true},"z":{"NULL":true}}]`
	if string(got) != want {
		t.Errorf("got %s", got)
	}
	if none := a.DescribeAllItems("other"); len(none) != 0 {
		t.Errorf("a table that is not there has %v", none)
	}
}
