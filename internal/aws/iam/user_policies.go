package iam

import (
	"context"

	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ec2-quarantine/quarantine/internal/aws/awserror"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// UserPoliciesAPI has the operations that change inline policies of users.
type UserPoliciesAPI interface {
	PutUserPolicy(context.Context, *awsiam.PutUserPolicyInput, ...func(*awsiam.Options)) (*awsiam.PutUserPolicyOutput, error)
	DeleteUserPolicy(context.Context, *awsiam.DeleteUserPolicyInput, ...func(*awsiam.Options)) (*awsiam.DeleteUserPolicyOutput, error)
}

// noRoom is what to do where the inline policies of a user are full.
const noRoom = "the inline policies of a user have 2,048 characters together, and PutUserPolicy found no room: remove what is not needed from the user %s: %w"

// PutUserPolicy makes or replaces an inline policy of a user. Errors: Contended if there is no
// such user (any more); QuotaReached if the user has no room for it. Action: iam:PutUserPolicy.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutUserPolicy.html
func (c *Client) PutUserPolicy(ctx context.Context, r quarantine.Resource, user, policy, document string) error {
	api, err := c.in(r)
	if err != nil {
		return err
	}
	_, err = api.PutUserPolicy(ctx, &awsiam.PutUserPolicyInput{UserName: &user, PolicyName: &policy, PolicyDocument: &document})
	switch failed := keyFailure("PutUserPolicy", err); {
	case quarantine.Is(failed, quarantine.ThingGone):
		return quarantine.Failf(quarantine.Contended, advice[quarantine.Contended], "PutUserPolicy", err)
	case quarantine.Is(failed, quarantine.QuotaReached):
		return quarantine.Failf(quarantine.QuotaReached, noRoom, user, err)
	default:
		return failed
	}
}

// DeleteUserPolicy deletes an inline policy of a user; nil if it is gone already. Action:
// iam:DeleteUserPolicy. https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUserPolicy.html
func (c *Client) DeleteUserPolicy(ctx context.Context, r quarantine.Resource, user, policy string) error {
	api, err := c.in(r)
	if err != nil {
		return err
	}
	_, err = api.DeleteUserPolicy(ctx, &awsiam.DeleteUserPolicyInput{UserName: &user, PolicyName: &policy})
	if awserror.HasCode(err, noSuchEntity) {
		return nil
	}
	return keyFailure("DeleteUserPolicy", err)
}
