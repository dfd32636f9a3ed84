package iam

import (
	"context"
	"maps"
	"net/url"
	"slices"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
)

// ofUser is an operation that lists what is of a user.
func ofUser(name string) call.Operation {
	return call.Operation{Name: name, Needs: []string{"UserName"}, Reads: []string{"Marker"}}
}

var (
	getUser                  = call.Operation{Name: "GetUser", Needs: []string{"UserName"}}
	getUserPolicy            = call.Operation{Name: "GetUserPolicy", Needs: []string{"UserName", "PolicyName"}}
	listUserTags             = ofUser("ListUserTags")
	listUserPolicies         = ofUser("ListUserPolicies")
	listAttachedUserPolicies = ofUser("ListAttachedUserPolicies")
	listGroupsForUser        = ofUser("ListGroupsForUser")
)

// GetUser follows https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetUser.html
//
// It does not implement a call without UserName, which is about the caller.
func (c *Client) GetUser(ctx context.Context, in *iam.GetUserInput, _ ...func(*iam.Options)) (*iam.GetUserOutput, error) {
	r := c.roles
	return call.Invoke(ctx, r.service, getUser, in, func(in *iam.GetUserInput) (*iam.GetUserOutput, error) {
		of, err := r.user(*in.UserName)
		if err != nil {
			return nil, err
		}
		out := &types.User{
			UserName: &of.Name, UserId: aws.String(of.id), Path: aws.String(of.Path),
			Arn: aws.String(r.arn("user", of.Path, of.Name)), CreateDate: aws.Time(of.created), Tags: tagsOf(of),
		}
		if !of.PasswordLastUsed.IsZero() {
			out.PasswordLastUsed = aws.Time(of.PasswordLastUsed)
		}
		if of.Boundary != "" {
			out.PermissionsBoundary = &types.AttachedPermissionsBoundary{
				PermissionsBoundaryArn: aws.String(of.Boundary), PermissionsBoundaryType: types.PermissionsBoundaryAttachmentTypePolicy,
			}
		}
		return &iam.GetUserOutput{User: out}, nil
	})
}

// GetUserPolicy follows https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetUserPolicy.html
//
// The document is as it was put, URL-encoded after RFC 3986.
func (c *Client) GetUserPolicy(ctx context.Context, in *iam.GetUserPolicyInput, _ ...func(*iam.Options)) (*iam.GetUserPolicyOutput, error) {
	r := c.roles
	return call.Invoke(ctx, r.service, getUserPolicy, in, func(in *iam.GetUserPolicyInput) (*iam.GetUserPolicyOutput, error) {
		of, err := r.user(*in.UserName)
		if err != nil {
			return nil, err
		}
		document, there := of.Policies[*in.PolicyName]
		if !there {
			return nil, gone("The user policy with name %s cannot be found.", *in.PolicyName)
		}
		return &iam.GetUserPolicyOutput{
			UserName: in.UserName, PolicyName: in.PolicyName, PolicyDocument: aws.String(url.PathEscape(document)),
		}, nil
	})
}

// ListUserTags follows https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUserTags.html
func (c *Client) ListUserTags(ctx context.Context, in *iam.ListUserTagsInput, _ ...func(*iam.Options)) (*iam.ListUserTagsOutput, error) {
	r := c.roles
	return call.Invoke(ctx, r.service, listUserTags, in, func(in *iam.ListUserTagsInput) (*iam.ListUserTagsOutput, error) {
		of, err := r.user(*in.UserName)
		if err != nil {
			return nil, err
		}
		part, next, err := page(r, tagsOf(of), in.Marker)
		return &iam.ListUserTagsOutput{Tags: part, Marker: next, IsTruncated: next != nil}, err
	})
}

func tagsOf(u user) (out []types.Tag) {
	for _, k := range slices.Sorted(maps.Keys(u.Tags)) {
		out = append(out, types.Tag{Key: aws.String(k), Value: aws.String(u.Tags[k])})
	}
	return out
}

// ListUserPolicies follows https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUserPolicies.html
func (c *Client) ListUserPolicies(ctx context.Context, in *iam.ListUserPoliciesInput, _ ...func(*iam.Options)) (*iam.ListUserPoliciesOutput, error) {
	r := c.roles
	return call.Invoke(ctx, r.service, listUserPolicies, in, func(in *iam.ListUserPoliciesInput) (*iam.ListUserPoliciesOutput, error) {
		of, err := r.user(*in.UserName)
		if err != nil {
			return nil, err
		}
		part, next, err := page(r, slices.Sorted(maps.Keys(of.Policies)), in.Marker)
		return &iam.ListUserPoliciesOutput{PolicyNames: part, Marker: next, IsTruncated: next != nil}, err
	})
}

// ListAttachedUserPolicies follows https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAttachedUserPolicies.html
func (c *Client) ListAttachedUserPolicies(ctx context.Context, in *iam.ListAttachedUserPoliciesInput, _ ...func(*iam.Options)) (*iam.ListAttachedUserPoliciesOutput, error) {
	r := c.roles
	return call.Invoke(ctx, r.service, listAttachedUserPolicies, in, func(in *iam.ListAttachedUserPoliciesInput) (*iam.ListAttachedUserPoliciesOutput, error) {
		of, err := r.user(*in.UserName)
		if err != nil {
			return nil, err
		}
		part, next, err := page(r, of.Attached, in.Marker)
		return &iam.ListAttachedUserPoliciesOutput{AttachedPolicies: attached(part), Marker: next, IsTruncated: next != nil}, err
	})
}

// ListGroupsForUser follows https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListGroupsForUser.html
func (c *Client) ListGroupsForUser(ctx context.Context, in *iam.ListGroupsForUserInput, _ ...func(*iam.Options)) (*iam.ListGroupsForUserOutput, error) {
	r := c.roles
	return call.Invoke(ctx, r.service, listGroupsForUser, in, func(in *iam.ListGroupsForUserInput) (*iam.ListGroupsForUserOutput, error) {
		of, err := r.user(*in.UserName)
		if err != nil {
			return nil, err
		}
		part, next, err := page(r, of.Groups, in.Marker)
		out := &iam.ListGroupsForUserOutput{Marker: next, IsTruncated: next != nil}
		for _, name := range part {
			out.Groups = append(out.Groups, types.Group{GroupName: aws.String(name), Arn: aws.String(r.arn("group", "/", name))})
		}
		return out, err
	})
}

func attached(arns []string) (out []types.AttachedPolicy) {
	for _, arn := range arns {
		out = append(out, types.AttachedPolicy{PolicyArn: aws.String(arn)})
	}
	return out
}

// page is what stands on a page, and the marker of the next one, if there is one.
func page[T any](r *Roles, all []T, marker *string) (part []T, next *string, err error) {
	from := 0
	if marker != nil {
		n, err := strconv.Atoi(*marker)
		if err != nil || n < 0 || n >= len(all) {
			return nil, nil, call.Fail("ValidationError", "Invalid Marker.")
		}
		from = n
	}
	to := min(from+r.pageSize, len(all))
	if to < len(all) {
		next = aws.String(strconv.Itoa(to))
	}
	return all[from:to], next, nil
}

func (r *Roles) user(name string) (user, error) {
	of, there := r.users[name]
	if !there {
		return of, gone("The user with name %s cannot be found.", name)
	}
	return of, nil
}
