package ec2

import (
	"context"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
)

var modifyInstanceMetadataOptions = call.Operation{
	Name: "ModifyInstanceMetadataOptions", Mutating: true,
	Needs: []string{"InstanceId"},
	Reads: []string{"HttpEndpoint"},
}

// defaultMetadataTime is an assumption: EC2 says only that a change of a running instance is
// pending at first.
const defaultMetadataTime = 2 * time.Second

// never is when a stopped instance is started: nothing here starts one.
var never = time.Unix(1<<40, 0)

// newMetadataOptions are those of an instance that is started without any.
func newMetadataOptions() *types.InstanceMetadataOptionsResponse {
	return &types.InstanceMetadataOptionsResponse{
		HttpEndpoint: types.InstanceMetadataEndpointStateEnabled, HttpTokens: types.HttpTokensStateRequired, HttpPutResponseHopLimit: aws.Int32(2),
		HttpProtocolIpv6: types.InstanceMetadataProtocolStateDisabled, InstanceMetadataTags: types.InstanceMetadataTagsStateDisabled,
		State: types.InstanceMetadataOptionsStateApplied,
	}
}

// ModifyInstanceMetadataOptions follows https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceMetadataOptions.html
//
// A change is shown at once, and is pending for some time: until the start, if the instance is
// stopped. Whether EC2 says so of a change to what stands there already is not documented; here it
// does, so that nobody relies on the contrary.
func (c *Client) ModifyInstanceMetadataOptions(ctx context.Context, in *ec2.ModifyInstanceMetadataOptionsInput, _ ...func(*ec2.Options)) (*ec2.ModifyInstanceMetadataOptionsOutput, error) {
	r := c.resources
	return call.Invoke(ctx, r.service, modifyInstanceMetadataOptions, in, r.modifyMetadata)
}

func (r *Resources) modifyMetadata(in *ec2.ModifyInstanceMetadataOptionsInput) (*ec2.ModifyInstanceMetadataOptionsOutput, error) {
	found, err := lookup(KindInstance, &r.storage.instances, []string{*in.InstanceId})
	if err != nil {
		return nil, err
	}
	i, to := found[0], in.HttpEndpoint
	switch {
	case i.State.Name == types.InstanceStateNameTerminated:
		return nil, call.Fail("IncorrectInstanceState", "The instance '%s' is terminated.", *in.InstanceId)
	case to == "":
		return nil, call.Fail("InvalidParameterCombination", "No metadata options specified.")
	case !slices.Contains(to.Values(), to):
		return nil, call.Fail("InvalidParameterValue", "Value (%s) for parameter HttpEndpoint is invalid.", to)
	}
	if i.MetadataOptions == nil { // the account was loaded from an older description
		i.MetadataOptions = newMetadataOptions()
	}
	i.MetadataOptions.HttpEndpoint = to
	applied := r.service.Now().Add(r.storage.metadataTime)
	if i.State.Name == types.InstanceStateNameStopped {
		applied = never
	}
	r.storage.metadataApplied[*i.InstanceId] = applied
	return &ec2.ModifyInstanceMetadataOptionsOutput{InstanceId: in.InstanceId, InstanceMetadataOptions: r.metadataOptions(i)}, nil
}

// metadataOptions are the instance's, with their state now.
func (r *Resources) metadataOptions(i *types.Instance) *types.InstanceMetadataOptionsResponse {
	applied, changed := r.storage.metadataApplied[aws.ToString(i.InstanceId)]
	if i.MetadataOptions == nil || !changed {
		return i.MetadataOptions
	}
	out := call.Clone(i.MetadataOptions)
	if out.State = types.InstanceMetadataOptionsStateApplied; r.service.Now().Before(applied) {
		out.State = types.InstanceMetadataOptionsStatePending
	}
	return out
}
