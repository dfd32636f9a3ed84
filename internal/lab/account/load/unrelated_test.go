package load_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/accounttest"
)

const web = "i-0aaaaaaaaaaaaaaaa"

// with is the description with another item at the beginning of a list.
func with(list, item string) string {
	return strings.Replace(described, `"`+list+`": [`, `"`+list+`": [`+item+`,`, 1)
}

func TestWhatHasNothingToDoWithTheInstanceRefusesNothing(t *testing.T) {
	t.Parallel()
	for name, description := range map[string]string{
		"a volume of a Fargate task":             with("Volumes", `{"VolumeId":"vol-0ffffffffffffffff","Attachments":[{"VolumeId":"vol-0ffffffffffffffff","State":"attached"}]}`),
		"a volume of an instance left out":       with("Volumes", `{"VolumeId":"vol-0ffffffffffffffff","Attachments":[{"InstanceId":"i-0ffffffffffffffff"}]}`),
		"a volume of nothing":                    with("Volumes", `{"VolumeId":"vol-0ffffffffffffffff","State":"available"}`),
		"an ACL of a subnet left out":            strings.Replace(described, `"Associations": [`, `"Associations": [{"NetworkAclAssociationId":"aclassoc-0ffffffffffffffff","SubnetId":"subnet-0ffffffffffffffff"},`, 1),
		"a subnet of another VPC without an ACL": with("Subnets", `{"SubnetId":"subnet-0ffffffffffffffff","VpcId":"vpc-0ffffffffffffffff","CidrBlock":"10.9.0.0/24"}`),
		"an instance in a subnet left out": with("Reservations", `{"Instances":[{"InstanceId":"i-0ffffffffffffffff","State":{"Name":"running"},
			"NetworkInterfaces":[{"NetworkInterfaceId":"eni-0ffffffffffffffff","SubnetId":"subnet-0ffffffffffffffff","VpcId":"vpc-0aaaaaaaaaaaaaaaa"}]}]}`),
	} {
		a, err := account.LoadJSON(strings.NewReader(description), account.Options{}, web)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		out, err := a.EC2().DescribeInstances(t.Context(), &ec2.DescribeInstancesInput{InstanceIds: []string{web}})
		accounttest.NoErr(t, err)
		if len(out.Reservations) != 1 {
			t.Errorf("%s: the instance itself is gone", name)
		}
	}
}

func TestTimesAreReadAsTextAndAsSeconds(t *testing.T) {
	t.Parallel()
	const text = `"LaunchTime": "2024-05-01T12:00:00+00:00"`
	a, err := account.LoadJSON(strings.NewReader(strings.Replace(described, text, `"LaunchTime": 1714564800.0`, 1)), account.Options{})
	accounttest.NoErr(t, err)
	out, err := a.EC2().DescribeInstances(t.Context(), nil)
	accounttest.NoErr(t, err)
	if at := out.Reservations[0].Instances[0].LaunchTime.Unix(); at != 1714564800 {
		t.Errorf("launched at %d", at)
	}
	for _, odd := range []string{`"yesterday"`, `true`, `-1`} {
		_, err := account.LoadJSON(strings.NewReader(strings.Replace(described, text, `"LaunchTime": `+odd, 1)), account.Options{})
		if err == nil || !strings.Contains(err.Error(), "Reservations[0].Instances[0].LaunchTime: ") {
			t.Errorf("%s: %v", odd, err)
		}
	}
}
