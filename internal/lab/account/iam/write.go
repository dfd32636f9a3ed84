package iam

import (
	"context"
	"encoding/json"
	"strings"
	"unicode"

	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
)

// roomOfRole and roomOfUser are how many characters the inline policies of one have together, white
// space aside. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const (
	roomOfRole = 10240
	roomOfUser = 2048
)

var (
	putRolePolicy    = call.Operation{Name: "PutRolePolicy", Mutating: true, Needs: []string{"RoleName", "PolicyName", "PolicyDocument"}}
	deleteRolePolicy = call.Operation{Name: "DeleteRolePolicy", Mutating: true, Needs: []string{"RoleName", "PolicyName"}}
	putUserPolicy    = call.Operation{Name: "PutUserPolicy", Mutating: true, Needs: []string{"UserName", "PolicyName", "PolicyDocument"}}
	deleteUserPolicy = call.Operation{Name: "DeleteUserPolicy", Mutating: true, Needs: []string{"UserName", "PolicyName"}}
)

// PutRolePolicy follows https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html
func (c *Client) PutRolePolicy(ctx context.Context, in *iam.PutRolePolicyInput, _ ...func(*iam.Options)) (*iam.PutRolePolicyOutput, error) {
	r := c.roles
	return call.Invoke(ctx, r.service, putRolePolicy, in, func(in *iam.PutRolePolicyInput) (*iam.PutRolePolicyOutput, error) {
		of, err := r.changeable(*in.RoleName)
		if err != nil {
			return nil, err
		}
		if err := put(of.policies, *in.PolicyName, *in.PolicyDocument, roomOfRole, "role "+*in.RoleName); err != nil {
			return nil, err
		}
		return &iam.PutRolePolicyOutput{}, nil
	})
}

// DeleteRolePolicy follows https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRolePolicy.html
func (c *Client) DeleteRolePolicy(ctx context.Context, in *iam.DeleteRolePolicyInput, _ ...func(*iam.Options)) (*iam.DeleteRolePolicyOutput, error) {
	r := c.roles
	return call.Invoke(ctx, r.service, deleteRolePolicy, in, func(in *iam.DeleteRolePolicyInput) (*iam.DeleteRolePolicyOutput, error) {
		of, err := r.changeable(*in.RoleName)
		if err != nil {
			return nil, err
		}
		if _, there := of.policies[*in.PolicyName]; !there {
			return nil, gone("The role policy with name %s cannot be found.", *in.PolicyName)
		}
		delete(of.policies, *in.PolicyName)
		return &iam.DeleteRolePolicyOutput{}, nil
	})
}

// PutUserPolicy follows https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutUserPolicy.html
func (c *Client) PutUserPolicy(ctx context.Context, in *iam.PutUserPolicyInput, _ ...func(*iam.Options)) (*iam.PutUserPolicyOutput, error) {
	r := c.roles
	return call.Invoke(ctx, r.service, putUserPolicy, in, func(in *iam.PutUserPolicyInput) (*iam.PutUserPolicyOutput, error) {
		of, err := r.user(*in.UserName)
		if err != nil {
			return nil, err
		}
		if err := put(of.Policies, *in.PolicyName, *in.PolicyDocument, roomOfUser, "user "+*in.UserName); err != nil {
			return nil, err
		}
		return &iam.PutUserPolicyOutput{}, nil
	})
}

// DeleteUserPolicy follows https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUserPolicy.html
func (c *Client) DeleteUserPolicy(ctx context.Context, in *iam.DeleteUserPolicyInput, _ ...func(*iam.Options)) (*iam.DeleteUserPolicyOutput, error) {
	r := c.roles
	return call.Invoke(ctx, r.service, deleteUserPolicy, in, func(in *iam.DeleteUserPolicyInput) (*iam.DeleteUserPolicyOutput, error) {
		of, err := r.user(*in.UserName)
		if err != nil {
			return nil, err
		}
		if _, there := of.Policies[*in.PolicyName]; !there {
			return nil, gone("The user policy with name %s cannot be found.", *in.PolicyName)
		}
		delete(of.Policies, *in.PolicyName)
		return &iam.DeleteUserPolicyOutput{}, nil
	})
}

// put puts an inline policy among those of a role or a user.
func put(policies map[string]string, name, document string, room int, of string) error {
	if !json.Valid([]byte(document)) {
		return call.Fail("MalformedPolicyDocument", "Syntax errors in policy.")
	}
	used := size(document)
	for other, text := range policies {
		if other != name {
			used += size(text)
		}
	}
	if used > room {
		return call.Fail("LimitExceeded", "Maximum policy size of %d bytes exceeded for %s", room, of)
	}
	policies[name] = document
	return nil
}

// changeable is the role, unless a service of AWS alone changes it.
func (r *Roles) changeable(name string) (role, error) {
	of, err := r.role(name)
	if err == nil && (strings.HasPrefix(of.path, "/aws-service-role/") || strings.HasPrefix(of.path, "/aws-reserved/")) {
		return of, call.Fail("UnmodifiableEntity", "Cannot perform the operation on the protected role '%s'", name)
	}
	return of, err
}

func size(document string) (n int) {
	for _, c := range document {
		if !unicode.IsSpace(c) {
			n++
		}
	}
	return n
}
