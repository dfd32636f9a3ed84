package ec2_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/smithy-go"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/accounttest"
)

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html
func TestDescribeInstances(t *testing.T) {
	t.Parallel()
	of := accounttest.NewOffice(account.Options{})
	describe := func(ids ...string) (*types.Instance, error) {
		out, err := of.EC2().DescribeInstances(t.Context(), &ec2.DescribeInstancesInput{InstanceIds: ids})
		if err != nil {
			return nil, err
		}
		return &out.Reservations[0].Instances[0], nil
	}
	web, err := describe(of.Web)
	accounttest.NoErr(t, err)
	if *web.SubnetId != of.Front || *web.PublicIpAddress != "198.51.100.10" || len(web.BlockDeviceMappings) != 2 || *web.State.Code != 16 {
		t.Errorf("instance is %+v", web)
	}
	_, err = describe("i-0123456789abcdef0")
	accounttest.WantCode(t, err, "InvalidInstanceID.NotFound")
	_, err = describe("i-web")
	accounttest.WantCode(t, err, "InvalidInstanceID.Malformed")

	of.Terminate(of.Web)
	gone, err := describe(of.Web)
	accounttest.NoErr(t, err)
	if gone.State.Name != types.InstanceStateNameTerminated || gone.SubnetId != nil || gone.VpcId != nil || len(gone.NetworkInterfaces) != 0 {
		t.Errorf("a terminated instance is %+v", gone)
	}
}

func TestInputsAndAnswersShareNoMemoryWithTheAccount(t *testing.T) {
	t.Parallel()
	of := accounttest.NewOffice(account.Options{})
	in := &ec2.CreateTagsInput{Resources: []string{of.Web}, Tags: []types.Tag{tag("k", "before")}}
	_, err := of.EC2().CreateTags(t.Context(), in)
	accounttest.NoErr(t, err)
	*in.Tags[0].Value = "after"
	read := func() *string {
		out, err := of.EC2().DescribeInstances(t.Context(), &ec2.DescribeInstancesInput{Filters: []types.Filter{filter("tag-key", "k")}})
		accounttest.NoErr(t, err)
		return out.Reservations[0].Instances[0].Tags[1].Value
	}
	*read() = "after"
	if got := *read(); got != "before" {
		t.Errorf("the account's tag became %q", got)
	}
}

func TestDescribeTheRest(t *testing.T) {
	t.Parallel()
	of := accounttest.NewOffice(account.Options{})
	subnets, err := of.EC2().DescribeSubnets(t.Context(), &ec2.DescribeSubnetsInput{SubnetIds: []string{of.Back}})
	accounttest.NoErr(t, err)
	groups, err := of.EC2().DescribeSecurityGroups(t.Context(), &ec2.DescribeSecurityGroupsInput{Filters: []types.Filter{filter("vpc-id", of.VPC)}})
	accounttest.NoErr(t, err)
	volumes, err := of.EC2().DescribeVolumes(t.Context(), &ec2.DescribeVolumesInput{Filters: []types.Filter{filter("attachment.instance-id", of.Web)}})
	accounttest.NoErr(t, err)
	if len(subnets.Subnets) != 1 || *subnets.Subnets[0].CidrBlock != "10.0.2.0/24" || len(groups.SecurityGroups) != 1 || len(volumes.Volumes) != 2 {
		t.Errorf("got %v, %v, %v", subnets.Subnets, groups.SecurityGroups, volumes.Volumes)
	}
	_, err = of.EC2().DescribeVolumes(t.Context(), &ec2.DescribeVolumesInput{VolumeIds: []string{"vol-0123456789abcdef0"}})
	accounttest.WantCode(t, err, "InvalidVolume.NotFound")
}

// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html#tag-restrictions
func TestCreateTags(t *testing.T) {
	t.Parallel()
	of := accounttest.NewOffice(account.Options{})
	create := func(tags []types.Tag, resources ...string) error {
		_, err := of.EC2().CreateTags(t.Context(), &ec2.CreateTagsInput{Resources: resources, Tags: tags})
		return err
	}
	var many []types.Tag
	for n := range 50 {
		many = append(many, tag(fmt.Sprint("key", n), ""))
	}
	acl := *of.Association(t, of.Front).NetworkAclId
	accounttest.NoErr(t, create([]types.Tag{tag("a", "1")}, acl, of.DB, of.VPC, of.Front))
	accounttest.NoErr(t, create([]types.Tag{tag("a", "2")}, acl))
	if got := of.ACLs()[0].Tags; len(got) != 1 || *got[0].Value != "2" {
		t.Errorf("a tag that is set again must replace the old one: %v", got)
	}
	accounttest.WantCode(t, create(many, of.DB), "TagLimitExceeded") // with one tag too many
	accounttest.WantCode(t, create([]types.Tag{tag("aws:x", "")}, acl), "InvalidParameterValue")
	accounttest.WantCode(t, create([]types.Tag{tag("x", ""), tag("x", "")}, acl), "InvalidParameterValue")
	accounttest.WantCode(t, create([]types.Tag{tag("x", "")}, "elephant"), "InvalidID")
	accounttest.WantCode(t, create([]types.Tag{tag("b", "1")}, acl, "snap-0123456789abcdef0"), "InvalidSnapshot.NotFound")
	if got := of.ACLs()[0].Tags; len(got) != 1 {
		t.Errorf("a refused CreateTags left something behind: %v", got)
	}
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSnapshots.html
func TestSnapshotsTakeTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		of := accounttest.NewOffice(account.Options{SnapshotTime: 100 * time.Second})
		set, err := of.EC2().CreateSnapshots(t.Context(), &ec2.CreateSnapshotsInput{
			InstanceSpecification: &types.InstanceSpecification{InstanceId: &of.Web},
			Description:           aws.String("evidence"), CopyTagsFromSource: types.CopyTagsFromSourceVolume,
			TagSpecifications: []types.TagSpecification{{ResourceType: types.ResourceTypeSnapshot, Tags: []types.Tag{tag("incident", "1")}}},
		})
		accounttest.NoErr(t, err)
		if len(set.Snapshots) != 2 || len(set.Snapshots[1].Tags) != 2 || set.Snapshots[0].State != types.SnapshotStatePending {
			t.Fatalf("set is %+v", set.Snapshots)
		}
		look := func() types.Snapshot {
			out, err := of.EC2().DescribeSnapshots(t.Context(), &ec2.DescribeSnapshotsInput{
				OwnerIds: []string{"self"}, Filters: []types.Filter{filter("tag:incident", "1")},
			})
			accounttest.NoErr(t, err)
			if len(out.Snapshots) != 2 {
				t.Fatalf("found %d snapshots", len(out.Snapshots))
			}
			return out.Snapshots[0]
		}
		for _, want := range []struct {
			progress string
			state    types.SnapshotState
		}{{"0%", types.SnapshotStatePending}, {"40%", types.SnapshotStatePending}, {"80%", types.SnapshotStatePending}, {"100%", types.SnapshotStateCompleted}} {
			if got := look(); *got.Progress != want.progress || got.State != want.state {
				t.Errorf("snapshot is %s %s, want %v", *got.Progress, got.State, want)
			}
			time.Sleep(40 * time.Second)
		}
		out, err := of.EC2().DescribeSnapshots(t.Context(), &ec2.DescribeSnapshotsInput{OwnerIds: []string{"210987654321"}})
		accounttest.NoErr(t, err)
		if len(out.Snapshots) != 0 {
			t.Error("another account's snapshots are ours")
		}
	})
}

// https://docs.aws.amazon.com/ebs/latest/userguide/ebs-creating-snapshot.html
func TestOneFailedSnapshotFailsItsWholeSet(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		of := accounttest.NewOffice(account.Options{SnapshotTime: time.Minute})
		volumes, err := of.EC2().DescribeVolumes(t.Context(), &ec2.DescribeVolumesInput{Filters: []types.Filter{filter("attachment.instance-id", of.Web)}})
		accounttest.NoErr(t, err)
		of.FailSnapshots(*volumes.Volumes[1].VolumeId)
		_, err = of.EC2().CreateSnapshots(t.Context(), &ec2.CreateSnapshotsInput{InstanceSpecification: &types.InstanceSpecification{InstanceId: &of.Web}})
		accounttest.NoErr(t, err)
		time.Sleep(30 * time.Second)
		out, err := of.EC2().DescribeSnapshots(t.Context(), &ec2.DescribeSnapshotsInput{Filters: []types.Filter{filter("status", "error")}})
		accounttest.NoErr(t, err)
		if len(out.Snapshots) != 2 || aws.ToString(out.Snapshots[0].StateMessage) == "" {
			t.Errorf("in error are %+v", out.Snapshots)
		}
	})
}

func TestWhichVolumesAreSnapshotted(t *testing.T) {
	t.Parallel()
	of := accounttest.NewOffice(account.Options{})
	snapshot := func(spec types.InstanceSpecification) (int, error) {
		out, err := of.EC2().CreateSnapshots(t.Context(), &ec2.CreateSnapshotsInput{InstanceSpecification: &spec})
		if err != nil {
			return 0, err
		}
		return len(out.Snapshots), nil
	}
	n, err := snapshot(types.InstanceSpecification{InstanceId: &of.Web, ExcludeBootVolume: aws.Bool(true)})
	accounttest.NoErr(t, err)
	if n != 1 {
		t.Errorf("without the boot volume there were %d", n)
	}
	_, err = snapshot(types.InstanceSpecification{InstanceId: &of.DB, ExcludeBootVolume: aws.Bool(true)})
	accounttest.WantCode(t, err, "InvalidParameterValue")

	volumes, err := of.EC2().DescribeVolumes(t.Context(), &ec2.DescribeVolumesInput{Filters: []types.Filter{filter("attachment.instance-id", of.Web)}})
	accounttest.NoErr(t, err)
	of.SetVolumeError(*volumes.Volumes[1].VolumeId)
	_, err = snapshot(types.InstanceSpecification{InstanceId: &of.Web})
	accounttest.WantCode(t, err, "IncorrectState")
	if got := len(of.DescribeAllSnapshots()); got != 1 {
		t.Errorf("a refused set left %d snapshots, want the one from before", got)
	}
	of.Terminate(of.DB)
	_, err = snapshot(types.InstanceSpecification{InstanceId: &of.DB})
	accounttest.WantCode(t, err, "IncorrectInstanceState")
}

func TestConsoleOutputIsBase64(t *testing.T) {
	t.Parallel()
	of := accounttest.NewOffice(account.Options{})
	of.SetConsoleOutput(of.Web, "boot\n")
	out, err := of.EC2().GetConsoleOutput(t.Context(), &ec2.GetConsoleOutputInput{InstanceId: &of.Web})
	accounttest.NoErr(t, err)
	if text, err := base64.StdEncoding.DecodeString(*out.Output); err != nil || string(text) != "boot\n" {
		t.Errorf("output is %q", *out.Output)
	}
	out, err = of.EC2().GetConsoleOutput(t.Context(), &ec2.GetConsoleOutputInput{InstanceId: &of.DB})
	accounttest.NoErr(t, err)
	if out.Output != nil {
		t.Errorf("an instance that wrote nothing gave %q", *out.Output)
	}
}

func TestAScreenshotIsOfWhatRuns(t *testing.T) {
	t.Parallel()
	of := accounttest.NewOffice(account.Options{})
	screenshot := func() (*ec2.GetConsoleScreenshotOutput, error) {
		return of.EC2().GetConsoleScreenshot(t.Context(), &ec2.GetConsoleScreenshotInput{InstanceId: &of.Web})
	}
	out, err := screenshot()
	accounttest.NoErr(t, err)
	if picture, err := base64.StdEncoding.DecodeString(*out.ImageData); err != nil || !strings.HasPrefix(string(picture), "\xff\xd8\xff") {
		t.Errorf("%q is no JPEG", *out.ImageData)
	}
	of.Terminate(of.Web)
	_, err = screenshot()
	accounttest.WantCode(t, err, "IncorrectInstanceState")
}

func TestUnsupportedFieldsAndFiltersAreErrors(t *testing.T) {
	t.Parallel()
	of := accounttest.NewOffice(account.Options{})
	_, err := of.EC2().DescribeInstances(t.Context(), &ec2.DescribeInstancesInput{IncludeManagedResources: aws.Bool(true)})
	accounttest.WantUnsupported(t, err, "input field IncludeManagedResources")
	_, err = of.EC2().CreateNetworkAcl(t.Context(), nil)
	var missing smithy.InvalidParamsError
	if !errors.As(err, &missing) {
		t.Errorf("without a VPC the error is %v", err)
	}
}
