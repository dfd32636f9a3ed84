package load_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/accounttest"
)

var whole = strings.Replace(described, "{", "{"+surroundings, 1)

func TestLoadJSON(t *testing.T) {
	t.Parallel()
	a, err := account.LoadJSON(strings.NewReader(described), account.Options{})
	accounttest.NoErr(t, err)
	if a.ID() != "111122223333" || a.Region() != "eu-central-1" {
		t.Errorf("account is %s in %s", a.ID(), a.Region())
	}
	of := accounttest.Office{Account: a, VPC: "vpc-0aaaaaaaaaaaaaaaa", Front: "subnet-0aaaaaaaaaaaaaaaa", Web: "i-0aaaaaaaaaaaaaaaa"}
	made, err := a.EC2().CreateNetworkAcl(t.Context(), &ec2.CreateNetworkAclInput{VpcId: &of.VPC})
	accounttest.NoErr(t, err)
	_, err = a.EC2().ReplaceNetworkAclAssociation(t.Context(), &ec2.ReplaceNetworkAclAssociationInput{
		AssociationId: of.Association(t, of.Front).NetworkAclAssociationId, NetworkAclId: made.NetworkAcl.NetworkAclId,
	})
	accounttest.NoErr(t, err)
	snapshots, err := a.EC2().CreateSnapshots(t.Context(), &ec2.CreateSnapshotsInput{InstanceSpecification: &types.InstanceSpecification{InstanceId: &of.Web}})
	accounttest.NoErr(t, err)
	if len(snapshots.Snapshots) != 1 {
		t.Errorf("snapshots are %v", snapshots.Snapshots)
	}
}

func TestMissingPartsMakeReachabilityUnknown(t *testing.T) {
	t.Parallel()
	page := account.Packet{From: account.Internet, To: "i-0aaaaaaaaaaaaaaaa", Port: 80}
	full, err := account.LoadJSON(strings.NewReader(whole), account.Options{})
	accounttest.NoErr(t, err)
	if got := full.CanReach(page); !got.Allowed {
		t.Errorf("of the whole account: %+v", got)
	}
	some, err := account.LoadJSON(strings.NewReader(described), account.Options{})
	accounttest.NoErr(t, err)
	if got := some.CanReach(page); got.Allowed || !got.Unknown || !strings.HasPrefix(got.Reason, "not known: ") {
		t.Errorf("of an account without security groups: %+v", got)
	}
	some.SwapACL("subnet-0aaaaaaaaaaaaaaaa", some.AddACL(account.ACL{VPC: "vpc-0aaaaaaaaaaaaaaaa"}))
	if got := some.CanReach(page); got.Allowed || got.Unknown {
		t.Errorf("an ACL that denies is enough to know: %+v", got)
	}
}

func TestEverythingWrongIsReportedAtOnce(t *testing.T) {
	t.Parallel()
	broken := strings.NewReplacer(
		`"SubnetId": "subnet-0aaaaaaaaaaaaaaaa", "VpcId": "vpc-0aaaaaaaaaaaaaaaa",
     "Attachment"`, `"SubnetId": "subnet-0cccccccccccccccc", "VpcId": "vpc-0aaaaaaaaaaaaaaaa",
     "Attachment"`,
		`"aclassoc-0bbbbbbbbbbbbbbbb", "NetworkAclId": "acl-0aaaaaaaaaaaaaaaa", "SubnetId": "subnet-0bbbbbbbbbbbbbbbb"`,
		`"aclassoc-0aaaaaaaaaaaaaaaa", "NetworkAclId": "acl-0aaaaaaaaaaaaaaaa", "SubnetId": "subnet-0aaaaaaaaaaaaaaaa"`,
		`"Volumes": [{"VolumeId": "vol-0aaaaaaaaaaaaaaaa"`, `"Volumes": [{"VolumeId": "vol-0bbbbbbbbbbbbbbbb"`,
		`"CidrBlock": "10.0.2.0/24"`, `"CidrBlock": "10.0.2.0"`,
	).Replace(described)
	_, err := account.LoadJSON(strings.NewReader(broken), account.Options{})
	var load *account.LoadError
	if !errors.As(err, &load) {
		t.Fatalf("error is %v", err)
	}
	want := []string{
		`subnet subnet-0bbbbbbbbbbbbbbbb: "10.0.2.0" is not a CIDR block`,
		`subnet subnet-0aaaaaaaaaaaaaaaa is associated with two network ACLs, acl-0aaaaaaaaaaaaaaaa and acl-0aaaaaaaaaaaaaaaa`,
		`network ACL acl-0aaaaaaaaaaaaaaaa: the association id "aclassoc-0aaaaaaaaaaaaaaaa" is missing or used twice`,
		`subnet subnet-0bbbbbbbbbbbbbbbb is associated with no network ACL; is the export of the ACLs complete?`,
		`instance i-0aaaaaaaaaaaaaaaa: interface eni-0aaaaaaaaaaaaaaaa is in subnet "subnet-0cccccccccccccccc", which is not described; export the subnets without --filters`,
		`instance i-0aaaaaaaaaaaaaaaa has volume "vol-0aaaaaaaaaaaaaaaa", which is not described; export the volumes without --filters`,
	}
	if got := strings.Join(load.Problems, "\n"); got != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", got, strings.Join(want, "\n"))
	}
}

func TestWhatCannotBeLoaded(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":   "not a JSON object: it is empty",
		"[]": "not a JSON object: it is of the kind array",
		"x":  "not a JSON object: invalid character 'x'",
		strings.Replace(described, `"Reservations": [`, `"Reservations": 3, "Subnets": [`, 1): "Reservations: should be a list, but is a number",
		"{}": `Reservations: missing; add what "aws ec2 describe-instances" prints`,
		strings.Replace(described, `"Subnets"`, `"Sbnets"`, 1):                                                                                                        "Sbnets: not understood",
		strings.Replace(described, `"RuleNumber": 100`, `"RuleNumber": "100"`, 1):                                                                                     "NetworkAcls: field Entries.RuleNumber is a string",
		strings.Replace(described, `"RuleNumber": 100`, `"RuleNumber": 100, "Until": 1`, 1):                                                                           `NetworkAcls: json: unknown field "Until"`,
		strings.Replace(described, `"RuleAction": "allow"`, `"RuleAction": "count"`, 1):                                                                               "an entry needs RuleNumber",
		strings.Replace(described, `"Code": 16, "Name": "running"`, `"Code": 16, "Name": "runs"`, 1):                                                                  `instance i-0aaaaaaaaaaaaaaaa: its State is "runs", and not one of ["pending" "running"`,
		strings.Replace(described, `"Code": 16, "Name": "running"`, ``, 1):                                                                                            "has no State",
		strings.Replace(described, `"i-0aaaaaaaaaaaaaaaa", "InstanceType"`, `"web", "InstanceType"`, 1):                                                               `the id "web" does not look like`,
		strings.Replace(whole, `"GroupId": "sg-0aaaaaaaaaaaaaaaa", "GroupName": "web", "VpcId"`, `"GroupId": "sg-0bbbbbbbbbbbbbbbb", "GroupName": "web", "VpcId"`, 1): `has security group "sg-0aaaaaaaaaaaaaaaa", which is not described`,
		strings.Replace(whole, `"Vpcs": [{"VpcId": "vpc-0aaaaaaaaaaaaaaaa"`, `"Vpcs": [{"VpcId": "vpc-0bbbbbbbbbbbbbbbb"`, 1):                                         "which is not described",
		strings.Replace(whole, `"CidrIp": "0.0.0.0/0"`, `"CidrIp": "everywhere"`, 1):                                                                                  `"everywhere" is not a CIDR block`,
	} {
		if _, err := account.LoadJSON(strings.NewReader(in), account.Options{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error is %v, want %q", err, want)
		}
	}
}

// Exported resources have the format that can be loaded.
func TestDescribeAllGivesTheShapeOfTheCommandLine(t *testing.T) {
	t.Parallel()
	a, err := account.LoadJSON(strings.NewReader(described), account.Options{})
	accounttest.NoErr(t, err)
	var members struct{ NetworkAcls []any }
	accounttest.NoErr(t, json.Unmarshal([]byte(described), &members))
	want, err := json.Marshal(members.NetworkAcls)
	accounttest.NoErr(t, err)
	got, err := json.Marshal(a.DescribeAllNetworkACLs())
	accounttest.NoErr(t, err)
	if string(got) != string(want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	of := accounttest.Office{Account: a, Web: "i-0aaaaaaaaaaaaaaaa"}
	_, err = a.EC2().CreateSnapshots(t.Context(), &ec2.CreateSnapshotsInput{InstanceSpecification: &types.InstanceSpecification{InstanceId: &of.Web}})
	accounttest.NoErr(t, err)
	s := a.DescribeAllSnapshots()[0].(map[string]any)
	for _, name := range []string{"SnapshotId", "VolumeId", "StartTime", "State", "Progress", "OwnerId"} {
		if text, ok := s[name].(types.SnapshotState); !ok && s[name] == nil || text == types.SnapshotStateError {
			t.Errorf("%s is %v", name, s[name])
		}
	}
	if _, there := s["CompletionTime"]; there || len(s) != 11 {
		t.Errorf("a pending snapshot has %v", s)
	}
}

func FuzzLoadJSON(f *testing.F) {
	f.Add(strings.ReplaceAll(whole, `"2024-05-01T12:00:00+00:00"`, `1714564800.5`))
	f.Add(described)
	f.Add(whole)
	f.Add(`{"Reservations":[{"Instances":[{}]}],"Subnets":[{}],"NetworkAcls":[{"Entries":[{}],"Associations":[{}]}],"Volumes":[{"Attachments":[{}]}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		a, err := account.LoadJSON(strings.NewReader(text), account.Options{}, "i-0aaaaaaaaaaaaaaaa")
		if err != nil {
			return
		}
		for _, call := range []func() error{
			func() error {
				_, err := a.EC2().DescribeInstances(t.Context(), &ec2.DescribeInstancesInput{Filters: []types.Filter{{Name: aws.String("vpc-id"), Values: []string{"x"}}}})
				return err
			},
			func() error {
				_, err := a.EC2().DescribeVolumes(t.Context(), &ec2.DescribeVolumesInput{Filters: []types.Filter{{Name: aws.String("attachment.instance-id"), Values: []string{"x"}}}})
				return err
			},
			func() error {
				_, err := a.EC2().DescribeNetworkAcls(t.Context(), nil)
				return err
			},
		} {
			if err := call(); err != nil {
				t.Errorf("of an account that was loaded: %v", err)
			}
		}
		a.CanReach(account.Packet{From: account.Internet, To: "i-0aaaaaaaaaaaaaaaa", Port: 80})
		a.CanReach(account.Packet{From: "i-0aaaaaaaaaaaaaaaa", To: account.Internet, Protocol: "icmp"})
		a.DescribeAllNetworkACLs()
	})
}
