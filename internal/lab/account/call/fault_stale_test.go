package call_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	ddbtypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/accounttest"
)

// read is a read operation of EC2, and what it shows of a change.
type read struct {
	change func(t *testing.T, of accounttest.Office)
	shows  func(t *testing.T, of accounttest.Office) string
}

func tagAll(t *testing.T, of accounttest.Office, ids ...string) {
	t.Helper()
	_, err := of.EC2().CreateTags(t.Context(), &ec2.CreateTagsInput{Resources: ids, Tags: []types.Tag{{Key: aws.String("state"), Value: aws.String("new")}}})
	accounttest.NoErr(t, err)
}

// state is the value of the tag that tagAll sets.
func state(tags []types.Tag) string {
	for _, tag := range tags {
		if *tag.Key == "state" {
			return *tag.Value
		}
	}
	return "old"
}

// what returns the text of an answer, or fails the test.
func what[O any](t *testing.T, text func(O) string) func(O, error) string {
	return func(out O, err error) string {
		t.Helper()
		accounttest.NoErr(t, err)
		return text(out)
	}
}

var reads = map[string]read{
	"DescribeInstances": {
		func(t *testing.T, of accounttest.Office) { tagAll(t, of, of.Web) },
		func(t *testing.T, of accounttest.Office) string {
			return what(t, func(out *ec2.DescribeInstancesOutput) string { return state(out.Reservations[0].Instances[0].Tags) })(
				of.EC2().DescribeInstances(t.Context(), &ec2.DescribeInstancesInput{InstanceIds: []string{of.Web}}))
		},
	},
	"DescribeNetworkAcls": {
		func(t *testing.T, of accounttest.Office) { _, err := createACL(t, of); accounttest.NoErr(t, err) },
		func(t *testing.T, of accounttest.Office) string {
			return what(t, func(out *ec2.DescribeNetworkAclsOutput) string {
				return map[bool]string{true: "new", false: "old"}[len(out.NetworkAcls) > 1]
			})(of.EC2().DescribeNetworkAcls(t.Context(), &ec2.DescribeNetworkAclsInput{}))
		},
	},
	"DescribeSubnets": {
		func(t *testing.T, of accounttest.Office) { tagAll(t, of, of.Front) },
		func(t *testing.T, of accounttest.Office) string {
			return what(t, func(out *ec2.DescribeSubnetsOutput) string { return state(out.Subnets[0].Tags) })(
				of.EC2().DescribeSubnets(t.Context(), &ec2.DescribeSubnetsInput{SubnetIds: []string{of.Front}}))
		},
	},
	"DescribeVolumes": {
		func(_ *testing.T, of accounttest.Office) { of.Terminate(of.DB) },
		func(t *testing.T, of accounttest.Office) string {
			return what(t, func(out *ec2.DescribeVolumesOutput) string {
				return map[bool]string{true: "new", false: "old"}[len(out.Volumes) < 3]
			})(of.EC2().DescribeVolumes(t.Context(), &ec2.DescribeVolumesInput{}))
		},
	},
	"DescribeSecurityGroups": {
		func(_ *testing.T, of accounttest.Office) { of.AddSecurityGroup(account.SecurityGroup{VPC: of.VPC}) },
		func(t *testing.T, of accounttest.Office) string {
			return what(t, func(out *ec2.DescribeSecurityGroupsOutput) string {
				return map[bool]string{true: "new", false: "old"}[len(out.SecurityGroups) > 1]
			})(of.EC2().DescribeSecurityGroups(t.Context(), &ec2.DescribeSecurityGroupsInput{}))
		},
	},
	"DescribeSnapshots": {
		func(t *testing.T, of accounttest.Office) {
			_, err := of.EC2().CreateSnapshots(t.Context(), &ec2.CreateSnapshotsInput{InstanceSpecification: &types.InstanceSpecification{InstanceId: &of.Web}})
			accounttest.NoErr(t, err)
		},
		func(t *testing.T, of accounttest.Office) string {
			return what(t, func(out *ec2.DescribeSnapshotsOutput) string {
				return map[bool]string{true: "new", false: "old"}[len(out.Snapshots) > 0]
			})(of.EC2().DescribeSnapshots(t.Context(), &ec2.DescribeSnapshotsInput{}))
		},
	},
	"DescribeInstanceAttribute": {
		func(t *testing.T, of accounttest.Office) {
			_, err := of.EC2().ModifyInstanceAttribute(t.Context(), &ec2.ModifyInstanceAttributeInput{
				InstanceId: &of.Web, DisableApiStop: &types.AttributeBooleanValue{Value: aws.Bool(true)}})
			accounttest.NoErr(t, err)
		},
		func(t *testing.T, of accounttest.Office) string {
			return what(t, func(out *ec2.DescribeInstanceAttributeOutput) string {
				return map[bool]string{true: "new", false: "old"}[*out.DisableApiStop.Value]
			})(of.EC2().DescribeInstanceAttribute(t.Context(), &ec2.DescribeInstanceAttributeInput{
				InstanceId: &of.Web, Attribute: types.InstanceAttributeNameDisableApiStop}))
		},
	},
	"DescribeNetworkInterfaces": {
		func(_ *testing.T, of accounttest.Office) {
			of.AddInterface(account.Interface{Subnet: of.Front, PrivateIP: "10.0.1.99"})
		},
		func(t *testing.T, of accounttest.Office) string {
			return what(t, func(out *ec2.DescribeNetworkInterfacesOutput) string {
				return map[bool]string{true: "new", false: "old"}[len(out.NetworkInterfaces) > 2]
			})(of.EC2().DescribeNetworkInterfaces(t.Context(), &ec2.DescribeNetworkInterfacesInput{}))
		},
	},
	"DescribeLockedSnapshots": {
		func(t *testing.T, of accounttest.Office) {
			out, err := of.EC2().CreateSnapshots(t.Context(), &ec2.CreateSnapshotsInput{InstanceSpecification: &types.InstanceSpecification{InstanceId: &of.Web}})
			accounttest.NoErr(t, err)
			of.Lock(*out.Snapshots[0].SnapshotId, 1)
		},
		func(t *testing.T, of accounttest.Office) string {
			return what(t, func(out *ec2.DescribeLockedSnapshotsOutput) string {
				return map[bool]string{true: "new", false: "old"}[len(out.Snapshots) > 0]
			})(of.EC2().DescribeLockedSnapshots(t.Context(), &ec2.DescribeLockedSnapshotsInput{}))
		},
	},
	"GetConsoleScreenshot": {
		func(_ *testing.T, of accounttest.Office) { of.Terminate(of.Web) },
		func(t *testing.T, of accounttest.Office) string {
			_, err := of.EC2().GetConsoleScreenshot(t.Context(), &ec2.GetConsoleScreenshotInput{InstanceId: &of.Web})
			return map[bool]string{true: "new", false: "old"}[err != nil]
		},
	},
	"GetConsoleOutput": {
		func(_ *testing.T, of accounttest.Office) { of.SetConsoleOutput(of.Web, "hello") },
		func(t *testing.T, of accounttest.Office) string {
			return what(t, func(out *ec2.GetConsoleOutputOutput) string {
				return map[bool]string{true: "new", false: "old"}[out.Output != nil]
			})(of.EC2().GetConsoleOutput(t.Context(), &ec2.GetConsoleOutputInput{InstanceId: &of.Web}))
		},
	},
}

func TestEveryReadOfEC2CanBeStale(t *testing.T) {
	t.Parallel()
	for m := range reflect.TypeFor[*account.EC2]().Methods() {
		if _, ok := reads[m.Name]; !ok && (strings.HasPrefix(m.Name, "Describe") || strings.HasPrefix(m.Name, "Get")) {
			t.Errorf("%s: add what it reads to this table", m.Name)
		}
	}
	for name, read := range reads {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			of := accounttest.NewOffice(account.Options{})
			of.Inject(account.Fault{Operation: name, Kind: account.Stale, Behind: 1, Times: 1})
			read.change(t, of)
			stale, then := read.shows(t, of), read.shows(t, of)
			if stale != "old" || then != "new" {
				t.Errorf("the stale read shows %s, the next one %s", stale, then)
			}
			calls := of.Calls()
			if calls = calls[len(calls)-2:]; calls[0].Behind != 1 || calls[1].Behind != 0 {
				t.Errorf("on record, the reads are %d and %d changes behind", calls[0].Behind, calls[1].Behind)
			}
		})
	}
}

// under is the ACL that DescribeNetworkAcls shows for the front subnet.
func under(t *testing.T, of accounttest.Office) string {
	t.Helper()
	out, err := of.EC2().DescribeNetworkAcls(t.Context(), &ec2.DescribeNetworkAclsInput{
		Filters: []types.Filter{{Name: aws.String("association.subnet-id"), Values: []string{of.Front}}}})
	accounttest.NoErr(t, err)
	return *out.NetworkAcls[0].NetworkAclId
}

func TestAStaleReadMissesTheLastChangesByCallsAndOthers(t *testing.T) {
	t.Parallel()
	of := accounttest.NewOffice(account.Options{})
	acls := []string{under(t, of), of.AddACL(account.ACL{VPC: of.VPC}), of.AddACL(account.ACL{VPC: of.VPC}), of.AddACL(account.ACL{VPC: of.VPC})}
	remove := of.Inject(account.Fault{Service: "ec2", Kind: account.Stale, Behind: 2})
	var seen []string
	for _, acl := range acls[1:3] { // by calls
		_, err := of.EC2().ReplaceNetworkAclAssociation(t.Context(), &ec2.ReplaceNetworkAclAssociationInput{
			AssociationId: of.Association(t, of.Front).NetworkAclAssociationId, NetworkAclId: &acl})
		accounttest.NoErr(t, err)
		seen = append(seen, under(t, of))
	}
	of.SwapACL(of.Front, acls[3]) // by others
	seen = append(seen, under(t, of))
	if want := []string{acls[0], acls[0], acls[1]}; !slices.Equal(seen, want) {
		t.Errorf("the reads show %q, want %q of %q", seen, want, acls)
	}
	if now := *of.Association(t, of.Front).NetworkAclId; now != acls[3] {
		t.Errorf("a stale read has put the subnet under %s", now)
	}
	remove()
	if got := under(t, of); got != acls[3] {
		t.Errorf("without the fault the read shows %s", got)
	}
}

func TestARequestThatFailsIsNoChange(t *testing.T) {
	t.Parallel()
	of := accounttest.NewOffice(account.Options{})
	of.Inject(account.Fault{Kind: account.Stale, Behind: 1})
	_, err := createACL(t, of)
	accounttest.NoErr(t, err)
	_, err = of.EC2().DeleteNetworkAcl(t.Context(), &ec2.DeleteNetworkAclInput{NetworkAclId: aws.String("acl-00000000")})
	accounttest.WantCode(t, err, "InvalidNetworkAclID.NotFound")
	out, err := of.EC2().DescribeNetworkAcls(t.Context(), &ec2.DescribeNetworkAclsInput{})
	accounttest.NoErr(t, err)
	if len(out.NetworkAcls) != 1 {
		t.Errorf("the read shows %d ACLs, want the one before the change", len(out.NetworkAcls))
	}
}

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.ReadConsistency.html
func TestAConsistentReadOfDynamoDBIsNeverStale(t *testing.T) {
	t.Parallel()
	a := account.New(account.Options{})
	a.AddTable("ledger", "pk", "")
	a.Inject(account.Fault{Service: "dynamodb", Kind: account.Stale, Behind: 1})
	key := map[string]ddbtypes.AttributeValue{"pk": str("a")}
	_, err := a.DynamoDB().PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String("ledger"), Item: key})
	accounttest.NoErr(t, err)
	for strong, items := range map[bool]int{false: 0, true: 1} {
		got, err := a.DynamoDB().GetItem(t.Context(), &dynamodb.GetItemInput{TableName: aws.String("ledger"), Key: key, ConsistentRead: &strong})
		accounttest.NoErr(t, err)
		scanned, err := a.DynamoDB().Scan(t.Context(), &dynamodb.ScanInput{TableName: aws.String("ledger"), ConsistentRead: &strong})
		accounttest.NoErr(t, err)
		if (got.Item != nil) != (items == 1) || len(scanned.Items) != items {
			t.Errorf("consistent %v: read %v, and scanned %d, want %d", strong, got.Item, len(scanned.Items), items)
		}
	}
}

func TestAnInvalidFaultPanics(t *testing.T) {
	t.Parallel()
	of := accounttest.NewOffice(account.Options{})
	for name, f := range map[string]account.Fault{
		"no number of changes": {Kind: account.Stale},
		"changes of another":   {Kind: account.Throttle, Behind: 1},
		"delay of another":     {Kind: account.TimeoutBefore, Delay: 1},
		"answer of another":    {Kind: account.TimeoutBefore, Answer: true},
		"unknown":              {Kind: account.Stale + 1},
	} {
		if !panics(func() { of.Inject(f) }) {
			t.Errorf("%s: the fault was accepted", name)
		}
	}
	of.Inject(account.Fault{Service: "sts", Kind: account.Stale, Behind: 1})
	if !panics(func() { _, _ = of.STS().GetCallerIdentity(t.Context(), nil) }) {
		t.Error("a stale fault was accepted for a service without a state")
	}
}

func panics(f func()) (did bool) {
	defer func() { did = recover() != nil }()
	f()
	return false
}

func TestEachStaleFaultHasItsOwnDepth(t *testing.T) {
	t.Parallel()
	of := accounttest.NewOffice(account.Options{})
	for _, behind := range []int{3, 1} {
		of.Inject(account.Fault{Operation: "DescribeNetworkAcls", Kind: account.Stale, Behind: behind, Times: 1})
	}
	for range 4 {
		_, err := createACL(t, of)
		accounttest.NoErr(t, err)
	}
	for _, want := range []int{2, 4, 5} {
		out, err := of.EC2().DescribeNetworkAcls(t.Context(), &ec2.DescribeNetworkAclsInput{})
		accounttest.NoErr(t, err)
		if len(out.NetworkAcls) != want {
			t.Errorf("the read shows %d ACLs, want %d", len(out.NetworkAcls), want)
		}
	}
}
