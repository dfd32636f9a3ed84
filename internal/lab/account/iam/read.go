package iam

import (
	"context"
	"net/url"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
)

var (
	getRole            = call.Operation{Name: "GetRole", Needs: []string{"RoleName"}}
	getInstanceProfile = call.Operation{Name: "GetInstanceProfile", Needs: []string{"InstanceProfileName"}}
	getRolePolicy      = call.Operation{Name: "GetRolePolicy", Needs: []string{"RoleName", "PolicyName"}}
)

// GetRole follows https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html
func (c *Client) GetRole(ctx context.Context, in *iam.GetRoleInput, _ ...func(*iam.Options)) (*iam.GetRoleOutput, error) {
	r := c.roles
	return call.Invoke(ctx, r.service, getRole, in, func(in *iam.GetRoleInput) (*iam.GetRoleOutput, error) {
		if _, err := r.role(*in.RoleName); err != nil {
			return nil, err
		}
		of := r.described(*in.RoleName)
		return &iam.GetRoleOutput{Role: &of}, nil
	})
}

// GetInstanceProfile follows https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetInstanceProfile.html
func (c *Client) GetInstanceProfile(ctx context.Context, in *iam.GetInstanceProfileInput, _ ...func(*iam.Options)) (*iam.GetInstanceProfileOutput, error) {
	r := c.roles
	return call.Invoke(ctx, r.service, getInstanceProfile, in, func(in *iam.GetInstanceProfileInput) (*iam.GetInstanceProfileOutput, error) {
		name := *in.InstanceProfileName
		of, there := r.profiles[name]
		if !there {
			return nil, gone("Instance Profile %s cannot be found.", name)
		}
		out := &types.InstanceProfile{InstanceProfileName: &name, Arn: aws.String(r.ProfileARN(name)), Roles: []types.Role{}}
		if _, there := r.roles[of]; there {
			out.Roles = append(out.Roles, r.described(of))
		}
		return &iam.GetInstanceProfileOutput{InstanceProfile: out}, nil
	})
}

// GetRolePolicy follows https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html
//
// The document is as it was put, URL-encoded after RFC 3986.
func (c *Client) GetRolePolicy(ctx context.Context, in *iam.GetRolePolicyInput, _ ...func(*iam.Options)) (*iam.GetRolePolicyOutput, error) {
	r := c.roles
	return call.Invoke(ctx, r.service, getRolePolicy, in, func(in *iam.GetRolePolicyInput) (*iam.GetRolePolicyOutput, error) {
		of, err := r.role(*in.RoleName)
		if err != nil {
			return nil, err
		}
		document, there := of.policies[*in.PolicyName]
		if !there {
			return nil, gone("The role policy with name %s cannot be found.", *in.PolicyName)
		}
		return &iam.GetRolePolicyOutput{
			RoleName: in.RoleName, PolicyName: in.PolicyName, PolicyDocument: aws.String(url.PathEscape(document)),
		}, nil
	})
}

func (r *Roles) role(name string) (role, error) {
	of, there := r.roles[name]
	if !there {
		return of, gone("The role with name %s cannot be found.", name)
	}
	return of, nil
}

func (r *Roles) described(name string) types.Role {
	of := r.roles[name]
	return types.Role{RoleName: &name, RoleId: aws.String(of.id), Path: aws.String(of.path), Arn: aws.String(r.arn("role", of.path, name))}
}

func gone(format, name string) error { return call.Fail("NoSuchEntity", format, name) }
