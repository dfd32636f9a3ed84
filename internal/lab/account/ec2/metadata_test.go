package ec2_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/accounttest"
)

const (
	enabled  = types.InstanceMetadataEndpointStateEnabled
	disabled = types.InstanceMetadataEndpointStateDisabled
	pending  = types.InstanceMetadataOptionsStatePending
	applied  = types.InstanceMetadataOptionsStateApplied
)

func setEndpoint(t *testing.T, of accounttest.Office, instance string, to types.InstanceMetadataEndpointState) error {
	t.Helper()
	_, err := of.EC2().ModifyInstanceMetadataOptions(t.Context(), &ec2.ModifyInstanceMetadataOptionsInput{InstanceId: &instance, HttpEndpoint: to})
	return err
}

func wantMetadata(t *testing.T, of accounttest.Office, instance string, to types.InstanceMetadataEndpointState, state types.InstanceMetadataOptionsState) {
	t.Helper()
	out, err := of.EC2().DescribeInstances(t.Context(), &ec2.DescribeInstancesInput{InstanceIds: []string{instance}})
	accounttest.NoErr(t, err)
	if got := out.Reservations[0].Instances[0].MetadataOptions; got.HttpEndpoint != to || got.State != state || got.HttpTokens != types.HttpTokensStateRequired {
		t.Errorf("the metadata options are %+v, want %s and %s", got, to, state)
	}
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceMetadataOptions.html
func TestAChangeOfMetadataOptionsIsPendingForSomeTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		of := accounttest.NewOffice(account.Options{})
		of.SetMetadataTime(10 * time.Second)
		wantMetadata(t, of, of.Web, enabled, applied)
		for _, to := range []types.InstanceMetadataEndpointState{disabled, disabled, enabled} {
			accounttest.NoErr(t, setEndpoint(t, of, of.Web, to))
			time.Sleep(9 * time.Second)
			wantMetadata(t, of, of.Web, to, pending)
			time.Sleep(time.Second)
			wantMetadata(t, of, of.Web, to, applied)
		}
		wantMetadata(t, of, of.DB, enabled, applied)
	})
}

func TestAStoppedInstanceHasNewMetadataOptionsFromItsStart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		of := accounttest.NewOffice(account.Options{})
		of.Stop(of.Web)
		accounttest.NoErr(t, setEndpoint(t, of, of.Web, disabled))
		time.Sleep(time.Hour)
		wantMetadata(t, of, of.Web, disabled, pending)
	})
}

func TestMetadataOptionsThatEC2DoesNotTake(t *testing.T) {
	t.Parallel()
	of := accounttest.NewOffice(account.Options{})
	accounttest.WantCode(t, setEndpoint(t, of, of.Web, ""), "InvalidParameterCombination")
	accounttest.WantCode(t, setEndpoint(t, of, of.Web, "off"), "InvalidParameterValue")
	accounttest.WantCode(t, setEndpoint(t, of, "i-0123456789abcdef0", disabled), "InvalidInstanceID.NotFound")
	_, err := of.EC2().ModifyInstanceMetadataOptions(t.Context(), &ec2.ModifyInstanceMetadataOptionsInput{
		InstanceId: &of.Web, HttpEndpoint: disabled, HttpPutResponseHopLimit: aws.Int32(1),
	})
	accounttest.WantUnsupported(t, err, "input field HttpPutResponseHopLimit")
	wantMetadata(t, of, of.Web, enabled, applied)
	of.Terminate(of.Web)
	accounttest.WantCode(t, setEndpoint(t, of, of.Web, disabled), "IncorrectInstanceState")
}
