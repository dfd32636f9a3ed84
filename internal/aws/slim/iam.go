package slim

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

// IAM has the operations of IAM that are called.
type IAM struct {
	deleteRolePolicy               operation[iam.DeleteRolePolicyInput, iam.DeleteRolePolicyOutput, iam.Options]
	deleteUserPolicy               operation[iam.DeleteUserPolicyInput, iam.DeleteUserPolicyOutput, iam.Options]
	getAccessKeyLastUsed           operation[iam.GetAccessKeyLastUsedInput, iam.GetAccessKeyLastUsedOutput, iam.Options]
	getAccountAuthorizationDetails operation[iam.GetAccountAuthorizationDetailsInput, iam.GetAccountAuthorizationDetailsOutput, iam.Options]
	getInstanceProfile             operation[iam.GetInstanceProfileInput, iam.GetInstanceProfileOutput, iam.Options]
	getRole                        operation[iam.GetRoleInput, iam.GetRoleOutput, iam.Options]
	getRolePolicy                  operation[iam.GetRolePolicyInput, iam.GetRolePolicyOutput, iam.Options]
	getUser                        operation[iam.GetUserInput, iam.GetUserOutput, iam.Options]
	getUserPolicy                  operation[iam.GetUserPolicyInput, iam.GetUserPolicyOutput, iam.Options]
	listAccessKeys                 operation[iam.ListAccessKeysInput, iam.ListAccessKeysOutput, iam.Options]
	listAttachedGroupPolicies      operation[iam.ListAttachedGroupPoliciesInput, iam.ListAttachedGroupPoliciesOutput, iam.Options]
	listAttachedUserPolicies       operation[iam.ListAttachedUserPoliciesInput, iam.ListAttachedUserPoliciesOutput, iam.Options]
	listGroupPolicies              operation[iam.ListGroupPoliciesInput, iam.ListGroupPoliciesOutput, iam.Options]
	listGroupsForUser              operation[iam.ListGroupsForUserInput, iam.ListGroupsForUserOutput, iam.Options]
	listUserPolicies               operation[iam.ListUserPoliciesInput, iam.ListUserPoliciesOutput, iam.Options]
	listUserTags                   operation[iam.ListUserTagsInput, iam.ListUserTagsOutput, iam.Options]
	putRolePolicy                  operation[iam.PutRolePolicyInput, iam.PutRolePolicyOutput, iam.Options]
	putUserPolicy                  operation[iam.PutUserPolicyInput, iam.PutUserPolicyOutput, iam.Options]
	simulatePrincipalPolicy        operation[iam.SimulatePrincipalPolicyInput, iam.SimulatePrincipalPolicyOutput, iam.Options]
	updateAccessKey                operation[iam.UpdateAccessKeyInput, iam.UpdateAccessKeyOutput, iam.Options]
}

// NewIAM makes the client.
func NewIAM(config aws.Config, options ...func(*iam.Options)) IAM {
	client := iam.NewFromConfig(config, options...)
	return IAM{
		deleteRolePolicy:               client.DeleteRolePolicy,
		deleteUserPolicy:               client.DeleteUserPolicy,
		getAccessKeyLastUsed:           client.GetAccessKeyLastUsed,
		getAccountAuthorizationDetails: client.GetAccountAuthorizationDetails,
		getInstanceProfile:             client.GetInstanceProfile,
		getRole:                        client.GetRole,
		getRolePolicy:                  client.GetRolePolicy,
		getUser:                        client.GetUser,
		getUserPolicy:                  client.GetUserPolicy,
		listAccessKeys:                 client.ListAccessKeys,
		listAttachedGroupPolicies:      client.ListAttachedGroupPolicies,
		listAttachedUserPolicies:       client.ListAttachedUserPolicies,
		listGroupPolicies:              client.ListGroupPolicies,
		listGroupsForUser:              client.ListGroupsForUser,
		listUserPolicies:               client.ListUserPolicies,
		listUserTags:                   client.ListUserTags,
		putRolePolicy:                  client.PutRolePolicy,
		putUserPolicy:                  client.PutUserPolicy,
		simulatePrincipalPolicy:        client.SimulatePrincipalPolicy,
		updateAccessKey:                client.UpdateAccessKey,
	}
}

func (c IAM) DeleteRolePolicy(ctx context.Context, in *iam.DeleteRolePolicyInput, o ...func(*iam.Options)) (*iam.DeleteRolePolicyOutput, error) {
	return c.deleteRolePolicy(ctx, in, o...)
}

func (c IAM) DeleteUserPolicy(ctx context.Context, in *iam.DeleteUserPolicyInput, o ...func(*iam.Options)) (*iam.DeleteUserPolicyOutput, error) {
	return c.deleteUserPolicy(ctx, in, o...)
}

func (c IAM) GetAccessKeyLastUsed(ctx context.Context, in *iam.GetAccessKeyLastUsedInput, o ...func(*iam.Options)) (*iam.GetAccessKeyLastUsedOutput, error) {
	return c.getAccessKeyLastUsed(ctx, in, o...)
}

func (c IAM) GetAccountAuthorizationDetails(ctx context.Context, in *iam.GetAccountAuthorizationDetailsInput, o ...func(*iam.Options)) (*iam.GetAccountAuthorizationDetailsOutput, error) {
	return c.getAccountAuthorizationDetails(ctx, in, o...)
}

func (c IAM) GetInstanceProfile(ctx context.Context, in *iam.GetInstanceProfileInput, o ...func(*iam.Options)) (*iam.GetInstanceProfileOutput, error) {
	return c.getInstanceProfile(ctx, in, o...)
}

func (c IAM) GetRole(ctx context.Context, in *iam.GetRoleInput, o ...func(*iam.Options)) (*iam.GetRoleOutput, error) {
	return c.getRole(ctx, in, o...)
}

func (c IAM) GetRolePolicy(ctx context.Context, in *iam.GetRolePolicyInput, o ...func(*iam.Options)) (*iam.GetRolePolicyOutput, error) {
	return c.getRolePolicy(ctx, in, o...)
}

func (c IAM) GetUser(ctx context.Context, in *iam.GetUserInput, o ...func(*iam.Options)) (*iam.GetUserOutput, error) {
	return c.getUser(ctx, in, o...)
}

func (c IAM) GetUserPolicy(ctx context.Context, in *iam.GetUserPolicyInput, o ...func(*iam.Options)) (*iam.GetUserPolicyOutput, error) {
	return c.getUserPolicy(ctx, in, o...)
}

func (c IAM) ListAccessKeys(ctx context.Context, in *iam.ListAccessKeysInput, o ...func(*iam.Options)) (*iam.ListAccessKeysOutput, error) {
	return c.listAccessKeys(ctx, in, o...)
}

func (c IAM) ListAttachedGroupPolicies(ctx context.Context, in *iam.ListAttachedGroupPoliciesInput, o ...func(*iam.Options)) (*iam.ListAttachedGroupPoliciesOutput, error) {
	return c.listAttachedGroupPolicies(ctx, in, o...)
}

func (c IAM) ListAttachedUserPolicies(ctx context.Context, in *iam.ListAttachedUserPoliciesInput, o ...func(*iam.Options)) (*iam.ListAttachedUserPoliciesOutput, error) {
	return c.listAttachedUserPolicies(ctx, in, o...)
}

func (c IAM) ListGroupPolicies(ctx context.Context, in *iam.ListGroupPoliciesInput, o ...func(*iam.Options)) (*iam.ListGroupPoliciesOutput, error) {
	return c.listGroupPolicies(ctx, in, o...)
}

func (c IAM) ListGroupsForUser(ctx context.Context, in *iam.ListGroupsForUserInput, o ...func(*iam.Options)) (*iam.ListGroupsForUserOutput, error) {
	return c.listGroupsForUser(ctx, in, o...)
}

func (c IAM) ListUserPolicies(ctx context.Context, in *iam.ListUserPoliciesInput, o ...func(*iam.Options)) (*iam.ListUserPoliciesOutput, error) {
	return c.listUserPolicies(ctx, in, o...)
}

func (c IAM) ListUserTags(ctx context.Context, in *iam.ListUserTagsInput, o ...func(*iam.Options)) (*iam.ListUserTagsOutput, error) {
	return c.listUserTags(ctx, in, o...)
}

func (c IAM) PutRolePolicy(ctx context.Context, in *iam.PutRolePolicyInput, o ...func(*iam.Options)) (*iam.PutRolePolicyOutput, error) {
	return c.putRolePolicy(ctx, in, o...)
}

func (c IAM) PutUserPolicy(ctx context.Context, in *iam.PutUserPolicyInput, o ...func(*iam.Options)) (*iam.PutUserPolicyOutput, error) {
	return c.putUserPolicy(ctx, in, o...)
}

func (c IAM) SimulatePrincipalPolicy(ctx context.Context, in *iam.SimulatePrincipalPolicyInput, o ...func(*iam.Options)) (*iam.SimulatePrincipalPolicyOutput, error) {
	return c.simulatePrincipalPolicy(ctx, in, o...)
}

func (c IAM) UpdateAccessKey(ctx context.Context, in *iam.UpdateAccessKeyInput, o ...func(*iam.Options)) (*iam.UpdateAccessKeyOutput, error) {
	return c.updateAccessKey(ctx, in, o...)
}
