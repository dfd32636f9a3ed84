// Package iam is the adapter to IAM: it reads the role of an instance profile, reads, puts and
// deletes inline policies of roles and of users, reads and changes access keys, and reads users.
//
// It does not retry. The SDK's client retries what it is configured to, and the
// state machine retries the rest.
package iam

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/ec2-quarantine/quarantine/internal/aws/awserror"
	"github.com/ec2-quarantine/quarantine/internal/aws/places"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// API is the part of the SDK's client that the package calls.
type API interface {
	KeysAPI
	UsersAPI
	UserPoliciesAPI
	GetRole(context.Context, *awsiam.GetRoleInput, ...func(*awsiam.Options)) (*awsiam.GetRoleOutput, error)
	GetInstanceProfile(context.Context, *awsiam.GetInstanceProfileInput, ...func(*awsiam.Options)) (*awsiam.GetInstanceProfileOutput, error)
	GetRolePolicy(context.Context, *awsiam.GetRolePolicyInput, ...func(*awsiam.Options)) (*awsiam.GetRolePolicyOutput, error)
	PutRolePolicy(context.Context, *awsiam.PutRolePolicyInput, ...func(*awsiam.Options)) (*awsiam.PutRolePolicyOutput, error)
	DeleteRolePolicy(context.Context, *awsiam.DeleteRolePolicyInput, ...func(*awsiam.Options)) (*awsiam.DeleteRolePolicyOutput, error)
}

var _ API = (*awsiam.Client)(nil)

// Client calls IAM in the account of the resource that a call is about. It is safe for
// concurrent use.
type Client struct {
	in func(quarantine.Resource) (API, error)
}

// New makes a Client with the SDK's client, or any other implementation of API, for
// resources everywhere.
func New(api API) *Client {
	return &Client{in: func(quarantine.Resource) (API, error) { return api, nil }}
}

// Across makes a Client that calls where the resource is, with one client of the SDK's for each
// account and Region: the Region says which partition's IAM it is.
func Across(accounts places.Accounts) *Client {
	return &Client{in: places.Of(accounts, func(c aws.Config) API { return awsiam.NewFromConfig(c) })}
}

// ProfileRole is the role of an instance profile, by its ARN. Errors: ThingGone if there is no
// such profile, or no role in it. Action: iam:GetInstanceProfile.
func (c *Client) ProfileRole(ctx context.Context, r quarantine.Resource, profile string) (quarantine.Role, error) {
	api, err := c.in(r)
	if err != nil {
		return quarantine.Role{}, err
	}
	return profileRole(ctx, api, profile)
}

func profileRole(ctx context.Context, api interface {
	GetInstanceProfile(context.Context, *awsiam.GetInstanceProfileInput, ...func(*awsiam.Options)) (*awsiam.GetInstanceProfileOutput, error)
}, profile string) (quarantine.Role, error) {
	name := profile[strings.LastIndexByte(profile, '/')+1:]
	out, err := api.GetInstanceProfile(ctx, &awsiam.GetInstanceProfileInput{InstanceProfileName: &name})
	if err != nil {
		return quarantine.Role{}, failure("GetInstanceProfile", err)
	}
	if len(out.InstanceProfile.Roles) == 0 {
		return quarantine.Role{}, quarantine.Failf(quarantine.ThingGone, "the instance profile %s has no role (any more)", name)
	}
	return role(out.InstanceProfile.Roles[0]), nil
}

// Role is the role of that name. Errors: ThingGone. Action: iam:GetRole.
func (c *Client) Role(ctx context.Context, r quarantine.Resource, name string) (quarantine.Role, error) {
	api, err := c.in(r)
	if err != nil {
		return quarantine.Role{}, err
	}
	out, err := api.GetRole(ctx, &awsiam.GetRoleInput{RoleName: &name})
	if err != nil {
		return quarantine.Role{}, failure("GetRole", err)
	}
	return role(*out.Role), nil
}

func role(r types.Role) quarantine.Role {
	return quarantine.Role{Name: aws.ToString(r.RoleName), ID: aws.ToString(r.RoleId), ARN: aws.ToString(r.Arn)}
}

// RolePolicy is the document of an inline policy of a role, "" if there is none of that name, or
// no such role. Action: iam:GetRolePolicy.
func (c *Client) RolePolicy(ctx context.Context, r quarantine.Resource, role, policy string) (document string, err error) {
	api, err := c.in(r)
	if err != nil {
		return "", err
	}
	out, err := api.GetRolePolicy(ctx, &awsiam.GetRolePolicyInput{RoleName: &role, PolicyName: &policy})
	switch {
	case awserror.HasCode(err, noSuchEntity):
		return "", nil
	case err != nil:
		return "", failure("GetRolePolicy", err)
	}
	return decoded(policy, out.PolicyDocument)
}

// PutRolePolicy makes or replaces an inline policy of a role. Errors: Contended if there is no
// such role (any more); QuotaReached if the role has no room for it; NotSupported if AWS alone changes the
// role. Action: iam:PutRolePolicy.
func (c *Client) PutRolePolicy(ctx context.Context, r quarantine.Resource, role, policy, document string) error {
	api, err := c.in(r)
	if err != nil {
		return err
	}
	_, err = api.PutRolePolicy(ctx, &awsiam.PutRolePolicyInput{RoleName: &role, PolicyName: &policy, PolicyDocument: &document})
	if awserror.HasCode(err, noSuchEntity) {
		return quarantine.Failf(quarantine.Contended, advice[quarantine.Contended], "PutRolePolicy", err)
	}
	return failure("PutRolePolicy", err)
}

// DeleteRolePolicy deletes an inline policy of a role; nil if it is gone already. Errors:
// NotSupported if AWS alone changes the role. Action: iam:DeleteRolePolicy.
func (c *Client) DeleteRolePolicy(ctx context.Context, r quarantine.Resource, role, policy string) error {
	api, err := c.in(r)
	if err != nil {
		return err
	}
	_, err = api.DeleteRolePolicy(ctx, &awsiam.DeleteRolePolicyInput{RoleName: &role, PolicyName: &policy})
	if awserror.HasCode(err, noSuchEntity) {
		return nil
	}
	return failure("DeleteRolePolicy", err)
}
