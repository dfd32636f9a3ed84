package plan

import (
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/aws/autoscaling"
	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/measure/securitygroup"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func TestThePlanNamesWhoElseTheCutHits(t *testing.T) {
	t.Parallel()
	a := account.New(account.Options{})
	subnet := a.AddSubnet(account.Subnet{VPC: a.AddVPC(account.VPC{}), CIDR: "10.0.1.0/24"})
	host := a.AddInstance(account.Instance{Interfaces: []account.Interface{{Subnet: subnet, PrivateIP: "10.0.1.10"}}})
	r := quarantine.Resource{Kind: quarantine.KindInstance, AccountID: a.ID(), Region: a.Region(), ID: host}
	fleet, limit := ec2.New(a.EC2()), quarantine.NeighbourLimit{UpTo: 1, Beyond: quarantine.BeyondAsk}
	instance, err := fleet.Instance(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	want := func(says string, beyond bool) {
		t.Helper()
		hit := Reader{Fleet: fleet}.neighbours(t.Context(), r, instance, limit)
		line, is := hit.Text, hit.Wants
		if !strings.HasPrefix(line, "beside the instance it hits: "+says) || (is != "") != beyond || strings.Contains(line, "would ask a person first") != beyond {
			t.Errorf("%q, wants %q; want %q, %t", line, is, says, beyond)
		}
	}
	want("nothing else", false)
	a.AddInstance(account.Instance{Interfaces: []account.Interface{{Subnet: subnet, PrivateIP: "10.0.1.11"}}})
	want("1 other instance", false)
	a.AddInterface(account.Interface{Subnet: subnet, PrivateIP: "10.0.1.12", Type: "lambda", RequesterManaged: true})
	want("1 other instance and an interface of Lambda functions", true)
	limit.Beyond = quarantine.BeyondGroup
	hit := Reader{Fleet: fleet}.neighbours(t.Context(), r, instance, limit)
	if hit.Wants != quarantine.BeyondGroup || !strings.HasPrefix(hit.Text, "a cut would hit beside it: 1 other instance and an interface of Lambda functions; ") ||
		!strings.Contains(hit.Text, "wants the security group in its place") {
		t.Errorf("%+v", hit)
	}
	a.Inject(account.Fault{Operation: "DescribeNetworkInterfaces", Kind: account.Deny})
	want("not known (EC2 denied DescribeNetworkInterfaces", false)
}

// Nobody is asked on the way: what the group cannot hold is refused before anything begins.
func TestThePlanRefusesAGroupThatCannotHoldTheInstance(t *testing.T) {
	t.Parallel()
	a := account.New(account.Options{})
	subnet := a.AddSubnet(account.Subnet{VPC: a.AddVPC(account.VPC{}), CIDR: "10.0.1.0/24"})
	host := a.AddInstance(account.Instance{Interfaces: []account.Interface{{Subnet: subnet, PrivateIP: "10.0.1.10"}}})
	r := quarantine.Resource{Kind: quarantine.KindInstance, AccountID: a.ID(), Region: a.Region(), ID: host}
	group := securitygroup.Measure{Network: ec2.New(a.EC2())}
	if lines, err := groupPlanned(t.Context(), group, r); err != nil || !strings.Contains(strings.Join(lines, "\n"), "NAT gateway is tracked") {
		t.Errorf("%q, %v", lines, err)
	}
	trunk := a.AttachInterface(host, account.Interface{Subnet: subnet, PrivateIP: "10.0.1.11", Type: quarantine.TypeTrunk})
	if _, err := groupPlanned(t.Context(), group, r); err == nil || !strings.Contains(err.Error(), "cannot hold interface "+trunk) {
		t.Errorf("got %v", err)
	}
}

func TestThePlanNamesWhatTheCutHitsOfTheInstancesGroup(t *testing.T) {
	t.Parallel()
	a := account.New(account.Options{})
	vpc := a.AddVPC(account.VPC{})
	one, two := a.AddSubnet(account.Subnet{VPC: vpc, CIDR: "10.0.1.0/24"}), a.AddSubnet(account.Subnet{VPC: vpc, CIDR: "10.0.2.0/24"})
	add := func(ip string) string {
		return a.AddInstance(account.Instance{
			Tags: map[string]string{"aws:autoscaling:groupName": "web"}, Interfaces: []account.Interface{{Subnet: one, PrivateIP: ip}},
		})
	}
	host, member := add("10.0.1.10"), add("10.0.1.11")
	a.AddGroup(account.ScalingGroup{Name: "web", Instances: []string{host, member}, Subnets: []string{one, two}})
	r := quarantine.Resource{Kind: quarantine.KindInstance, AccountID: a.ID(), Region: a.Region(), ID: host}
	fleet := ec2.New(a.EC2())
	instance, err := fleet.Instance(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	want := func(sameGroup, says string, asks bool) {
		t.Helper()
		limit := quarantine.NeighbourLimit{UpTo: 20, Beyond: quarantine.BeyondAsk, SameGroup: sameGroup}
		hit := Reader{Fleet: fleet, Groups: autoscaling.New(a.AutoScaling())}.neighbours(t.Context(), r, instance, limit)
		line, is := hit.Text, hit.Wants
		if !strings.Contains(line, says) || (is == quarantine.BeyondAsk) != asks || strings.Contains(line, quarantine.GroupIsHit) != asks {
			t.Errorf("%q, wants %q; want %q, %t", line, is, says, asks)
		}
	}
	const hit = "1 other instance; 1 other member of its Auto Scaling group web lies under the cut, and "
	want(quarantine.BeyondAsk, hit+"1 of its 2 subnets does; ", true)
	want(quarantine.BeyondCut, hit+"1 of its 2 subnets does", false)
	a.SwapACL(two, a.AddACL(account.ACL{VPC: vpc, Tags: map[string]string{quarantine.TagProduct: quarantine.Product}})) // another incident's
	want(quarantine.BeyondAsk, hit+"all 2 subnets of it do: replacements that it launches cannot work; ", true)
	a.Inject(account.Fault{Operation: "DescribeAutoScalingGroups", Kind: account.Deny})
	want(quarantine.BeyondAsk, "how much of its Auto Scaling group web lies under the cut is not known (Auto Scaling denied", false)
}
