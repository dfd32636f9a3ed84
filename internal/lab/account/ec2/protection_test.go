package ec2_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/accounttest"
)

func modify(t *testing.T, of accounttest.Office, in ec2.ModifyInstanceAttributeInput) error {
	t.Helper()
	_, err := of.EC2().ModifyInstanceAttribute(t.Context(), &in)
	return err
}

func attribute(t *testing.T, of accounttest.Office, instance string, name types.InstanceAttributeName) *ec2.DescribeInstanceAttributeOutput {
	t.Helper()
	out, err := of.EC2().DescribeInstanceAttribute(t.Context(), &ec2.DescribeInstanceAttributeInput{InstanceId: &instance, Attribute: name})
	accounttest.NoErr(t, err)
	return out
}

func yes() *types.AttributeBooleanValue { return &types.AttributeBooleanValue{Value: aws.Bool(true)} }

func behaviour(b string) *types.AttributeValue { return &types.AttributeValue{Value: &b} }

func onTermination(device string, on *bool) []types.InstanceBlockDeviceMappingSpecification {
	return []types.InstanceBlockDeviceMappingSpecification{{
		DeviceName: &device, Ebs: &types.EbsInstanceBlockDeviceSpecification{DeleteOnTermination: on},
	}}
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceAttribute.html
func TestInstanceAttributesChangeOneByOne(t *testing.T) {
	t.Parallel()
	of := accounttest.NewOffice(account.Options{})
	shutdown := func() string {
		return *attribute(t, of, of.Web, types.InstanceAttributeNameInstanceInitiatedShutdownBehavior).InstanceInitiatedShutdownBehavior.Value
	}
	if *attribute(t, of, of.Web, types.InstanceAttributeNameDisableApiTermination).DisableApiTermination.Value || shutdown() != "stop" {
		t.Error("a new instance is protected")
	}
	accounttest.NoErr(t, modify(t, of, ec2.ModifyInstanceAttributeInput{InstanceId: &of.Web, DisableApiTermination: yes()}))
	accounttest.NoErr(t, modify(t, of, ec2.ModifyInstanceAttributeInput{InstanceId: &of.Web, DisableApiStop: yes()}))
	accounttest.NoErr(t, modify(t, of, ec2.ModifyInstanceAttributeInput{InstanceId: &of.Web, InstanceInitiatedShutdownBehavior: behaviour("terminate")}))
	if !*attribute(t, of, of.Web, types.InstanceAttributeNameDisableApiTermination).DisableApiTermination.Value ||
		!*attribute(t, of, of.Web, types.InstanceAttributeNameDisableApiStop).DisableApiStop.Value || shutdown() != "terminate" {
		t.Error("a change was lost")
	}
	accounttest.NoErr(t, modify(t, of, ec2.ModifyInstanceAttributeInput{
		InstanceId: &of.Web, Attribute: types.InstanceAttributeNameInstanceInitiatedShutdownBehavior, Value: aws.String("stop")}))
	if shutdown() != "stop" || *attribute(t, of, of.DB, types.InstanceAttributeNameDisableApiStop).DisableApiStop.Value {
		t.Error("the shutdown behavior was not set, or another instance was changed")
	}
	accounttest.WantCode(t, modify(t, of, ec2.ModifyInstanceAttributeInput{InstanceId: &of.Web}), "InvalidParameterCombination")
	accounttest.WantCode(t, modify(t, of, ec2.ModifyInstanceAttributeInput{InstanceId: &of.Web, DisableApiStop: yes(), DisableApiTermination: yes()}), "InvalidParameterCombination")
	accounttest.WantCode(t, modify(t, of, ec2.ModifyInstanceAttributeInput{InstanceId: &of.Web, InstanceInitiatedShutdownBehavior: behaviour("halt")}), "InvalidParameterValue")
	accounttest.WantCode(t, modify(t, of, ec2.ModifyInstanceAttributeInput{InstanceId: aws.String("i-0123456789abcdef0"), DisableApiStop: yes()}), "InvalidInstanceID.NotFound")
	accounttest.WantUnsupported(t, modify(t, of, ec2.ModifyInstanceAttributeInput{InstanceId: &of.Web, Attribute: types.InstanceAttributeNameKernel}), "attribute kernel by its name")
	accounttest.WantUnsupported(t, modify(t, of, ec2.ModifyInstanceAttributeInput{InstanceId: &of.Web, Groups: []string{"sg-1"}}), "input field Groups")
	of.Terminate(of.Web)
	accounttest.WantCode(t, modify(t, of, ec2.ModifyInstanceAttributeInput{InstanceId: &of.Web, DisableApiStop: yes()}), "IncorrectInstanceState")
}

func TestAnAttributeThatEC2LacksIsInvalid(t *testing.T) {
	t.Parallel()
	of := accounttest.NewOffice(account.Options{})
	describe := func(name types.InstanceAttributeName) error {
		_, err := of.EC2().DescribeInstanceAttribute(t.Context(), &ec2.DescribeInstanceAttributeInput{InstanceId: &of.Web, Attribute: name})
		return err
	}
	accounttest.WantCode(t, describe("colour"), "InvalidParameterValue")
	accounttest.WantUnsupported(t, describe(types.InstanceAttributeNameUserData), "attribute userData")
}

func TestAVolumeThatIsKeptSurvivesItsInstance(t *testing.T) {
	t.Parallel()
	of := accounttest.NewOffice(account.Options{})
	set := func(device string, on *bool) error {
		return modify(t, of, ec2.ModifyInstanceAttributeInput{InstanceId: &of.Web, BlockDeviceMappings: onTermination(device, on)})
	}
	accounttest.WantCode(t, set("/dev/xvdz", aws.Bool(false)), "InvalidInstanceAttributeValue")
	accounttest.NoErr(t, set("/dev/xvda", aws.Bool(false)))
	accounttest.NoErr(t, set("/dev/xvdb", nil)) // true is the default
	devices := attribute(t, of, of.Web, types.InstanceAttributeNameBlockDeviceMapping).BlockDeviceMappings
	kept := *devices[0].Ebs.VolumeId
	if *devices[0].Ebs.DeleteOnTermination || !*devices[1].Ebs.DeleteOnTermination {
		t.Errorf("devices are %+v", devices)
	}
	volumes, err := of.EC2().DescribeVolumes(t.Context(), &ec2.DescribeVolumesInput{VolumeIds: []string{kept}})
	accounttest.NoErr(t, err)
	if *volumes.Volumes[0].Attachments[0].DeleteOnTermination {
		t.Error("the volume's attachment does not show the change")
	}
	of.Terminate(of.Web)
	_, err = of.EC2().DescribeVolumes(t.Context(), &ec2.DescribeVolumesInput{VolumeIds: []string{kept}})
	accounttest.NoErr(t, err)
	_, err = of.EC2().DescribeVolumes(t.Context(), &ec2.DescribeVolumesInput{VolumeIds: []string{*devices[1].Ebs.VolumeId}})
	accounttest.WantCode(t, err, "InvalidVolume.NotFound")
}

func TestNotEveryInstanceCanBeProtected(t *testing.T) {
	t.Parallel()
	of := accounttest.NewOffice(account.Options{})
	spot := of.AddInstance(account.Instance{Spot: true})
	accounttest.WantCode(t, modify(t, of, ec2.ModifyInstanceAttributeInput{InstanceId: &spot, DisableApiTermination: yes()}), "UnsupportedOperation")
	accounttest.WantCode(t, modify(t, of, ec2.ModifyInstanceAttributeInput{InstanceId: &spot, DisableApiStop: yes()}), "UnsupportedOperation")
	accounttest.NoErr(t, modify(t, of, ec2.ModifyInstanceAttributeInput{InstanceId: &spot, InstanceInitiatedShutdownBehavior: behaviour("stop")}))
	store := of.AddInstance(account.Instance{InstanceStore: true})
	accounttest.NoErr(t, modify(t, of, ec2.ModifyInstanceAttributeInput{InstanceId: &store, DisableApiTermination: yes()}))
	accounttest.WantCode(t, modify(t, of, ec2.ModifyInstanceAttributeInput{InstanceId: &store, DisableApiStop: yes()}), "UnsupportedOperation")
	accounttest.WantCode(t, modify(t, of, ec2.ModifyInstanceAttributeInput{InstanceId: &store, InstanceInitiatedShutdownBehavior: behaviour("stop")}), "UnsupportedInstanceAttribute")
	if got := *attribute(t, of, store, types.InstanceAttributeNameInstanceInitiatedShutdownBehavior).InstanceInitiatedShutdownBehavior.Value; got != "terminate" {
		t.Errorf("what cannot be stopped will %s", got)
	}
}

func TestAProtectionIsOnAfterALostAnswer(t *testing.T) {
	t.Parallel()
	of := accounttest.NewOffice(account.Options{})
	of.Inject(account.Fault{Operation: "ModifyInstanceAttribute", Kind: account.TimeoutAfter, Times: 1})
	if err := modify(t, of, ec2.ModifyInstanceAttributeInput{InstanceId: &of.Web, DisableApiStop: yes()}); err == nil {
		t.Error("the answer was not lost")
	}
	if !*attribute(t, of, of.Web, types.InstanceAttributeNameDisableApiStop).DisableApiStop.Value {
		t.Error("the request had no effect")
	}
}
