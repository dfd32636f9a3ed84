package ec2

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsec2 "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/internal/aws/awserror"
	"github.com/ec2-quarantine/quarantine/internal/measure/networkacl"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

var _ networkacl.Restorer = (*Client)(nil)

// RestoreAPI has the operations that only a release needs, besides NetworkACLsAPI.
type RestoreAPI interface {
	DeleteNetworkAcl(context.Context, *awsec2.DeleteNetworkAclInput, ...func(*awsec2.Options)) (*awsec2.DeleteNetworkAclOutput, error)
	DeleteTags(context.Context, *awsec2.DeleteTagsInput, ...func(*awsec2.Options)) (*awsec2.DeleteTagsOutput, error)
}

// DeleteNetworkACL deletes an ACL that is associated with no subnet.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteNetworkAcl.html
func (c *Client) DeleteNetworkACL(ctx context.Context, r quarantine.Resource, aclID string) error {
	api, err := c.in(r)
	if err != nil {
		return err
	}
	_, err = api.DeleteNetworkAcl(ctx, &awsec2.DeleteNetworkAclInput{DryRun: dry(ctx), NetworkAclId: aws.String(aclID)})
	if awserror.HasCode(err, "InvalidNetworkAclID.NotFound") {
		return nil
	}
	return failure("DeleteNetworkAcl", err)
}

// UntagNetworkACL removes tags from an ACL by key, whatever their values. It ignores
// keys that the ACL does not have; without keys it does nothing.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteTags.html
func (c *Client) UntagNetworkACL(ctx context.Context, r quarantine.Resource, aclID string, keys []string) error {
	api, err := c.in(r)
	if err != nil {
		return err
	}
	if len(keys) == 0 {
		return nil // without keys, EC2 would remove all tags
	}
	in := &awsec2.DeleteTagsInput{DryRun: dry(ctx), Resources: []string{aclID}}
	for _, key := range keys {
		in.Tags = append(in.Tags, types.Tag{Key: aws.String(key)})
	}
	_, err = api.DeleteTags(ctx, in)
	return failure("DeleteTags", err)
}
