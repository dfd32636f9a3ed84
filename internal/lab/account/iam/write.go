package iam

import (
	"context"
	"encoding/json"
	"strings"
	"unicode"

	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
)

// room is how many characters the inline policies of a role have together, white space aside.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const room = 10240

var (
	putRolePolicy    = call.Operation{Name: "PutRolePolicy", Mutating: true, Needs: []string{"RoleName", "PolicyName", "PolicyDocument"}}
	deleteRolePolicy = call.Operation{Name: "DeleteRolePolicy", Mutating: true, Needs: []string{"RoleName", "PolicyName"}}
)

// PutRolePolicy follows https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html
func (c *Client) PutRolePolicy(ctx context.Context, in *iam.PutRolePolicyInput, _ ...func(*iam.Options)) (*iam.PutRolePolicyOutput, error) {
	r := c.roles
	return call.Invoke(ctx, r.service, putRolePolicy, in, func(in *iam.PutRolePolicyInput) (*iam.PutRolePolicyOutput, error) {
		of, err := r.changeable(*in.RoleName)
		if err != nil {
			return nil, err
		}
		if !json.Valid([]byte(*in.PolicyDocument)) {
			return nil, call.Fail("MalformedPolicyDocument", "Syntax errors in policy.")
		}
		used := size(*in.PolicyDocument)
		for name, document := range of.policies {
			if name != *in.PolicyName {
				used += size(document)
			}
		}
		if used > room {
			return nil, call.Fail("LimitExceeded", "Maximum policy size of %d bytes exceeded for role %s", room, *in.RoleName)
		}
		of.policies[*in.PolicyName] = *in.PolicyDocument
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
