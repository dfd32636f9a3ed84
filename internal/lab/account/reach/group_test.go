package reach_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/accounttest"
	described "github.com/ec2-quarantine/quarantine/internal/lab/account/ec2"
)

// https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
func TestAGroupWithoutRulesEndsNewConnectionsWithinTheSubnet(t *testing.T) {
	t.Parallel()
	of, _ := newStreet()
	peer := of.AddInstance(account.Instance{Interfaces: []account.Interface{{Subnet: of.Front, PrivateIP: "10.0.1.11", Groups: groupsOf(of, of.Web)}}})
	in, out := account.Packet{From: peer, To: of.Web, Port: 80}, account.Packet{From: of.Web, To: peer, Port: 80}
	of.WantPath(t, in, true, "network ACLs do not act within a subnet")
	of.WantPath(t, out, true, "network ACLs do not act within a subnet")

	shut := shutIn(t, of, of.Web)

	of.WantPath(t, in, false, "no rule of security group "+shut+" of eni-")
	of.WantPath(t, out, false, "no rule of security group "+shut+" of eni-")
	of.WantPath(t, account.Packet{From: account.Internet, To: of.Web, Port: 80}, false, "no rule of security group "+shut)
	of.WantPath(t, account.Packet{From: of.Web, To: account.Internet, Port: 443}, false, "no rule of security group "+shut)
	of.WantPath(t, account.Packet{From: of.Web, To: account.Metadata, Port: 80}, true, "neither network ACLs nor security groups")
}

// A new connection needs a rule at both ends, inside a subnet, too.
func TestBothEndsOfANewConnectionNeedARule(t *testing.T) {
	t.Parallel()
	in, out := account.SecurityGroup{Ingress: []account.Rule{nearby}}, account.SecurityGroup{Egress: []account.Rule{nearby}}
	for name, c := range map[string]struct {
		from, to account.SecurityGroup
		reason   string // "" means that it gets through
	}{
		"out of one and into the other": {out, in, ""},
		"no way out":                    {in, in, "allows outbound tcp/22 to 10.0.1.11"},
		"no way in":                     {out, out, "allows inbound tcp/22 from 10.0.1.10"},
		"neither":                       {account.SecurityGroup{}, account.SecurityGroup{}, "allows outbound tcp/22"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLane(hosts{web: c.from, peer: c.to})
			got := l.CanReach(account.Packet{From: l.web, To: l.peer, Port: 22})
			if got.Allowed != (c.reason == "") || !strings.Contains(got.Reason, c.reason) {
				t.Errorf("%+v, want it stopped by %q", got, c.reason)
			}
		})
	}
}

// A group that allows itself, as a VPC's default one does, is a rule about membership: an interface
// that leaves it is not let in by those that stay.
//
// https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html#security-group-referencing
func TestAGroupThatAllowsItselfIsForItsMembers(t *testing.T) {
	t.Parallel()
	l := newLane(hosts{web: narrow(), peer: narrow()})
	own := account.SecurityGroup{ID: "sg-0123456789abcdef0", Ingress: []account.Rule{{Source: "sg-0123456789abcdef0"}}, Egress: []account.Rule{everything}}
	club, elsewhere := l.group(own), l.group(account.SecurityGroup{Egress: []account.Rule{everything}})
	l.SetGroups(l.web, club)
	l.SetGroups(l.peer, elsewhere, club)
	there, back := account.Packet{From: l.web, To: l.peer, Port: 22}, account.Packet{From: l.peer, To: l.web, Port: 22}
	for _, p := range []account.Packet{there, back} {
		if got := l.CanReach(p); !got.Allowed || !strings.Contains(got.Reason, "allows inbound tcp/22 from "+club) {
			t.Errorf("among members: %+v", got)
		}
	}
	l.SetGroups(l.peer, elsewhere)
	for _, p := range []account.Packet{there, back} {
		if got := l.CanReach(p); got.Allowed || !strings.Contains(got.Reason, "allows inbound tcp/22") {
			t.Errorf("after one left: %+v", got)
		}
	}
}

// shutIn gives the instance's first interface a new group without rules, and returns its ID.
func shutIn(t *testing.T, of accounttest.Office, instance string) string {
	t.Helper()
	made, err := of.EC2().CreateSecurityGroup(t.Context(), &ec2.CreateSecurityGroupInput{VpcId: &of.VPC, GroupName: aws.String("shut"), Description: aws.String("no rules")})
	accounttest.NoErr(t, err)
	found, err := of.EC2().DescribeSecurityGroups(t.Context(), &ec2.DescribeSecurityGroupsInput{GroupIds: []string{*made.GroupId}})
	accounttest.NoErr(t, err)
	_, err = of.EC2().RevokeSecurityGroupEgress(t.Context(), &ec2.RevokeSecurityGroupEgressInput{GroupId: made.GroupId, IpPermissions: found.SecurityGroups[0].IpPermissionsEgress})
	accounttest.NoErr(t, err)
	var eni string
	of.Read(func(d described.Description) {
		for _, i := range d.Instances {
			if *i.InstanceId == instance {
				eni = *i.NetworkInterfaces[0].NetworkInterfaceId
			}
		}
	})
	_, err = of.EC2().ModifyNetworkInterfaceAttribute(t.Context(), &ec2.ModifyNetworkInterfaceAttributeInput{NetworkInterfaceId: &eni, Groups: []string{*made.GroupId}})
	accounttest.NoErr(t, err)
	return *made.GroupId
}

func groupsOf(of accounttest.Office, instance string) (ids []string) {
	of.Read(func(d described.Description) {
		for _, i := range d.Instances {
			if *i.InstanceId != instance {
				continue
			}
			for _, g := range i.SecurityGroups {
				ids = append(ids, *g.GroupId)
			}
		}
	})
	return ids
}
