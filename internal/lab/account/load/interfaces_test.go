package load_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/accounttest"
)

func TestTheInterfacesOfLoadedInstancesAreDescribed(t *testing.T) {
	t.Parallel()
	a, err := account.LoadJSON(strings.NewReader(described), account.Options{})
	accounttest.NoErr(t, err)
	out, err := a.EC2().DescribeNetworkInterfaces(t.Context(), &ec2.DescribeNetworkInterfacesInput{NetworkInterfaceIds: []string{"eni-0aaaaaaaaaaaaaaaa"}})
	accounttest.NoErr(t, err)
	if n := out.NetworkInterfaces[0]; *n.Attachment.InstanceId != "i-0aaaaaaaaaaaaaaaa" || *n.VpcId != "vpc-0aaaaaaaaaaaaaaaa" || *n.RequesterManaged {
		t.Errorf("the interface is %+v", n)
	}
	_, err = account.LoadJSON(strings.NewReader(strings.Replace(described, "eni-0aaaaaaaaaaaaaaaa", "eth0", 1)), account.Options{})
	if err == nil || !strings.Contains(err.Error(), `network-interface number 1: the id "eth0"`) {
		t.Errorf("an interface without a well-formed id gives %v", err)
	}
}

// Of the instance's own groups nothing is known, but a group without rules that a call made is.
func TestAGroupThatACallMadeDecidesWithoutTheOthers(t *testing.T) {
	t.Parallel()
	a, err := account.LoadJSON(strings.NewReader(described), account.Options{})
	accounttest.NoErr(t, err)
	page := account.Packet{From: account.Internet, To: "i-0aaaaaaaaaaaaaaaa", Port: 80}
	shut := a.AddSecurityGroup(account.SecurityGroup{VPC: "vpc-0aaaaaaaaaaaaaaaa"})
	set := func(group string) {
		_, err := a.EC2().ModifyNetworkInterfaceAttribute(t.Context(), &ec2.ModifyNetworkInterfaceAttributeInput{
			NetworkInterfaceId: aws.String("eni-0aaaaaaaaaaaaaaaa"), Groups: []string{group}})
		accounttest.NoErr(t, err)
	}
	set(shut)
	if got := a.CanReach(page); got.Allowed || got.Unknown {
		t.Errorf("a group without rules: %+v", got)
	}
	set("sg-0aaaaaaaaaaaaaaaa")
	if got := a.CanReach(page); !got.Unknown {
		t.Errorf("a group of which nothing is known: %+v", got)
	}
}

// Branches of a trunk are no attachments, and only this list has them.
func TestInterfacesThatNoInstanceHasAreLoaded(t *testing.T) {
	t.Parallel()
	list := `{"NetworkInterfaces": [
		{"NetworkInterfaceId": "eni-0aaaaaaaaaaaaaaaa", "VpcId": "vpc-0aaaaaaaaaaaaaaaa", "RequesterManaged": true, "TagSet": []},
		{"NetworkInterfaceId": "eni-0bbbbbbbbbbbbbbbb", "VpcId": "vpc-0aaaaaaaaaaaaaaaa", "SubnetId": "subnet-0bbbbbbbbbbbbbbbb", "InterfaceType": "branch",
		 "TagSet": [{"Key": "vpcresources.k8s.aws/trunk-eni-id", "Value": "eni-0aaaaaaaaaaaaaaaa"}]},
		{"NetworkInterfaceId": "eni-0ffffffffffffffff", "VpcId": "vpc-0ffffffffffffffff", "SubnetId": "subnet-0ffffffffffffffff"}],`
	a, err := account.LoadJSON(strings.NewReader(strings.Replace(described, "{", list, 1)), account.Options{}, web)
	accounttest.NoErr(t, err)
	out, err := a.EC2().DescribeNetworkInterfaces(t.Context(), &ec2.DescribeNetworkInterfacesInput{})
	accounttest.NoErr(t, err)
	if len(out.NetworkInterfaces) != 2 {
		t.Fatalf("%d interfaces: the other VPC's is left out", len(out.NetworkInterfaces))
	}
	for _, n := range out.NetworkInterfaces {
		attached := n.Attachment != nil
		if own := *n.NetworkInterfaceId == "eni-0aaaaaaaaaaaaaaaa"; attached != own || aws.ToBool(n.RequesterManaged) != own {
			t.Errorf("%s is %+v", *n.NetworkInterfaceId, n)
		}
	}
}
