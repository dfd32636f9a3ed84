package ec2_test

import (
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/accounttest"
)

func interfacesOf(t *testing.T, of accounttest.Office, instance string) []types.NetworkInterface {
	t.Helper()
	var all []types.NetworkInterface
	pages := ec2.NewDescribeNetworkInterfacesPaginator(of.EC2(), &ec2.DescribeNetworkInterfacesInput{
		Filters: []types.Filter{filter("attachment.instance-id", instance)},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		accounttest.NoErr(t, err)
		all = append(all, page.NetworkInterfaces...)
	}
	return all
}

func setGroups(t *testing.T, of accounttest.Office, eni string, groups ...string) error {
	t.Helper()
	_, err := of.EC2().ModifyNetworkInterfaceAttribute(t.Context(), &ec2.ModifyNetworkInterfaceAttributeInput{NetworkInterfaceId: &eni, Groups: groups})
	return err
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NetworkInterface.html
func TestDescribeNetworkInterfaces(t *testing.T) {
	t.Parallel()
	of := accounttest.NewOffice(account.Options{PageSize: 2})
	node := of.AddInstance(account.Instance{Interfaces: []account.Interface{
		{Subnet: of.Front, PrivateIP: "10.0.1.20"},
		{Subnet: of.Front, PrivateIP: "10.0.1.21", Type: "trunk", RequesterManaged: true},
		{Subnet: of.Back, PrivateIP: "10.0.2.20", Type: "efa", Owner: "210987654321"},
	}})
	branch := of.AddInterface(account.Interface{Subnet: of.Back, PrivateIP: "10.0.2.30", Type: "branch"})
	found := interfacesOf(t, of, node)
	if len(found) != 3 || found[1].InterfaceType != types.NetworkInterfaceTypeTrunk || !*found[1].RequesterManaged || *found[0].RequesterManaged {
		t.Fatalf("interfaces are %+v", found)
	}
	if *found[2].OwnerId != "210987654321" || *found[0].OwnerId != of.ID() || *found[2].Attachment.DeviceIndex != 2 || len(found[0].Groups) != 1 {
		t.Errorf("interfaces are %+v", found)
	}
	out, err := of.EC2().DescribeNetworkInterfaces(t.Context(), &ec2.DescribeNetworkInterfacesInput{NetworkInterfaceIds: []string{branch}})
	accounttest.NoErr(t, err)
	if n := out.NetworkInterfaces[0]; n.Attachment != nil || n.InterfaceType != types.NetworkInterfaceTypeBranch || *n.SubnetId != of.Back {
		t.Errorf("the branch is %+v", n)
	}
	_, err = of.EC2().DescribeNetworkInterfaces(t.Context(), &ec2.DescribeNetworkInterfacesInput{NetworkInterfaceIds: []string{"eni-0123456789abcdef0"}})
	accounttest.WantCode(t, err, "InvalidNetworkInterfaceID.NotFound")
	_, err = of.EC2().DescribeNetworkInterfaces(t.Context(), &ec2.DescribeNetworkInterfacesInput{NetworkInterfaceIds: []string{branch}, MaxResults: aws.Int32(5)})
	accounttest.WantCode(t, err, "InvalidParameterCombination")
	_, err = of.EC2().CreateTags(t.Context(), &ec2.CreateTagsInput{Resources: []string{branch}, Tags: []types.Tag{tag("k", "v")}})
	accounttest.NoErr(t, err)

	of.Terminate(node)
	if left := interfacesOf(t, of, node); len(left) != 0 {
		t.Errorf("a terminated instance has %+v", left)
	}
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyNetworkInterfaceAttribute.html
func TestTheGroupsOfAnInterfaceAreReplaced(t *testing.T) {
	t.Parallel()
	of := accounttest.NewOffice(account.Options{})
	shut, other := of.AddSecurityGroup(account.SecurityGroup{VPC: of.VPC}), of.AddSecurityGroup(account.SecurityGroup{VPC: of.VPC})
	eni := *interfacesOf(t, of, of.Web)[0].NetworkInterfaceId
	accounttest.NoErr(t, setGroups(t, of, eni, shut, other))
	accounttest.NoErr(t, setGroups(t, of, eni, shut))
	out, err := of.EC2().DescribeInstances(t.Context(), &ec2.DescribeInstancesInput{InstanceIds: []string{of.Web}})
	accounttest.NoErr(t, err)
	web := out.Reservations[0].Instances[0]
	for _, shown := range [][]types.GroupIdentifier{interfacesOf(t, of, of.Web)[0].Groups, web.NetworkInterfaces[0].Groups, web.SecurityGroups} {
		if len(shown) != 1 || *shown[0].GroupId != shut {
			t.Errorf("EC2 shows %+v", shown)
		}
	}
}

func TestGroupsThatAnInterfaceCannotHaveAreRefused(t *testing.T) {
	t.Parallel()
	of := accounttest.NewOffice(account.Options{})
	var many []string
	for range 6 {
		many = append(many, of.AddSecurityGroup(account.SecurityGroup{VPC: of.VPC}))
	}
	foreign := of.AddSecurityGroup(account.SecurityGroup{VPC: of.AddVPC(account.VPC{})})
	managed := of.AddInterface(account.Interface{Subnet: of.Back, PrivateIP: "10.0.2.30", RequesterManaged: true})
	before := interfacesOf(t, of, of.Web)[0]
	eni := *before.NetworkInterfaceId
	accounttest.WantCode(t, setGroups(t, of, eni), "InvalidParameterCombination")
	accounttest.WantCode(t, setGroups(t, of, eni, many...), "SecurityGroupsPerInterfaceLimitExceeded")
	accounttest.WantCode(t, setGroups(t, of, eni, many[0], foreign), "InvalidGroup.NotFound")
	accounttest.WantCode(t, setGroups(t, of, eni, "sg-0123456789abcdef0"), "InvalidGroup.NotFound")
	accounttest.WantCode(t, setGroups(t, of, managed, many[0]), "AuthFailure")
	accounttest.WantCode(t, setGroups(t, of, "eni-0123456789abcdef0", many[0]), "InvalidNetworkInterfaceID.NotFound")
	if now := interfacesOf(t, of, of.Web)[0]; !slices.Equal(ids(now.Groups), ids(before.Groups)) {
		t.Errorf("a refusal changed the groups to %v", ids(now.Groups))
	}
}

func ids(groups []types.GroupIdentifier) (out []string) {
	for _, g := range groups {
		out = append(out, *g.GroupId)
	}
	return out
}

func TestAStaleReadShowsTheGroupsFromBefore(t *testing.T) {
	t.Parallel()
	of := accounttest.NewOffice(account.Options{})
	shut := of.AddSecurityGroup(account.SecurityGroup{VPC: of.VPC})
	eni := *interfacesOf(t, of, of.Web)[0].NetworkInterfaceId
	of.Inject(account.Fault{Operation: "DescribeNetworkInterfaces", Kind: account.Stale, Behind: 1, Times: 1})
	accounttest.NoErr(t, setGroups(t, of, eni, shut))
	if stale := interfacesOf(t, of, of.Web)[0]; slices.Contains(ids(stale.Groups), shut) {
		t.Error("the read was not stale")
	}
	if now := interfacesOf(t, of, of.Web)[0]; !slices.Equal(ids(now.Groups), []string{shut}) {
		t.Errorf("groups are %v", ids(now.Groups))
	}
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ConnectionTrackingConfiguration.html
func TestAnInterfaceSaysItsIdleTimeout(t *testing.T) {
	t.Parallel()
	of := accounttest.NewOffice(account.Options{})
	set := of.AddInstance(account.Instance{Interfaces: []account.Interface{{Subnet: of.Front, PrivateIP: "10.0.1.20", TCPIdle: 350 * time.Second}}})
	if c := interfacesOf(t, of, set)[0].ConnectionTrackingConfiguration; c == nil || aws.ToInt32(c.TcpEstablishedTimeout) != 350 || c.UdpTimeout != nil {
		t.Errorf("the interface says %+v", c)
	}
	if c := interfacesOf(t, of, of.Web)[0].ConnectionTrackingConfiguration; c != nil {
		t.Errorf("an interface without a setting says %+v", c)
	}
}

func TestWhoRunsBesideAnInstance(t *testing.T) {
	t.Parallel()
	of := accounttest.NewOffice(account.Options{})
	host := func(address string) string {
		return of.AddInstance(account.Instance{Interfaces: []account.Interface{{Subnet: of.Front, PrivateIP: address}, {Subnet: of.Back, PrivateIP: "10.0.2." + address[len(address)-2:]}}})
	}
	stopped, ended, running := host("10.0.1.21"), host("10.0.1.22"), host("10.0.1.23")
	of.Stop(stopped)
	of.Terminate(ended)
	for instance, want := range map[string]string{of.Web: running, running: of.Web, of.DB: "", ended: "", "i-0123456789abcdef0": ""} {
		if got := of.Beside(instance); got != want {
			t.Errorf("beside %s: %q, want %q", instance, got, want)
		}
	}
}
