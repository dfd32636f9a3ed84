package iam

import (
	"context"
	"net/url"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/ec2-quarantine/quarantine/internal/aws/awserror"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// UsersAPI has the operations that read users, and what they may do.
type UsersAPI interface {
	awsiam.ListUserTagsAPIClient
	awsiam.ListUserPoliciesAPIClient
	awsiam.ListAttachedUserPoliciesAPIClient
	awsiam.ListGroupsForUserAPIClient
	awsiam.ListGroupPoliciesAPIClient
	awsiam.ListAttachedGroupPoliciesAPIClient
	GetUser(context.Context, *awsiam.GetUserInput, ...func(*awsiam.Options)) (*awsiam.GetUserOutput, error)
	GetUserPolicy(context.Context, *awsiam.GetUserPolicyInput, ...func(*awsiam.Options)) (*awsiam.GetUserPolicyOutput, error)
}

// User is a user as IAM describes it. A user who does not exist is a ThingGone error. Action:
// iam:GetUser. https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetUser.html
func (c *Client) User(ctx context.Context, r quarantine.Resource, user string) (quarantine.User, error) {
	api, err := c.in(r)
	if err != nil {
		return quarantine.User{}, err
	}
	out, err := api.GetUser(ctx, &awsiam.GetUserInput{UserName: &user})
	if err != nil {
		return quarantine.User{}, keyFailure("GetUser", err)
	}
	u := out.User
	of := quarantine.User{
		Name: aws.ToString(u.UserName), ID: aws.ToString(u.UserId), ARN: aws.ToString(u.Arn), Path: aws.ToString(u.Path),
		CreatedAt: aws.ToTime(u.CreateDate).UTC(), PasswordLastUsed: aws.ToTime(u.PasswordLastUsed).UTC(),
	}
	if u.PermissionsBoundary != nil {
		of.Boundary = aws.ToString(u.PermissionsBoundary.PermissionsBoundaryArn)
	}
	return of, nil
}

// UserTags are a user's tags. A user who does not exist is a ThingGone error. Action:
// iam:ListUserTags. https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUserTags.html
func (c *Client) UserTags(ctx context.Context, r quarantine.Resource, user string) (map[string]string, error) {
	api, err := c.in(r)
	if err != nil {
		return nil, err
	}
	tags, err := each(ctx, "ListUserTags", awsiam.NewListUserTagsPaginator(api, &awsiam.ListUserTagsInput{UserName: &user}),
		func(page *awsiam.ListUserTagsOutput) []types.Tag { return page.Tags })
	out := map[string]string{}
	for _, t := range tags {
		out[aws.ToString(t.Key)] = aws.ToString(t.Value)
	}
	return out, err
}

// UserPolicy is the document of an inline policy of a user, "" if there is none of that name, or
// no such user. Action: iam:GetUserPolicy.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetUserPolicy.html
func (c *Client) UserPolicy(ctx context.Context, r quarantine.Resource, user, policy string) (document string, err error) {
	api, err := c.in(r)
	if err != nil {
		return "", err
	}
	out, err := api.GetUserPolicy(ctx, &awsiam.GetUserPolicyInput{UserName: &user, PolicyName: &policy})
	switch {
	case awserror.HasCode(err, noSuchEntity):
		return "", nil
	case err != nil:
		return "", keyFailure("GetUserPolicy", err)
	}
	return decoded(policy, out.PolicyDocument)
}

// decoded is a policy's document, which IAM gives URL-encoded.
func decoded(policy string, document *string) (string, error) {
	out, err := url.PathUnescape(aws.ToString(document))
	if err != nil {
		return "", quarantine.Failf(quarantine.Unexpected, "the document of the policy %s is not URL-encoded: %w", policy, err)
	}
	return out, nil
}

// UserPolicies are the names of a user's inline policies. A user who does not exist is a ThingGone
// error. Action: iam:ListUserPolicies.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUserPolicies.html
func (c *Client) UserPolicies(ctx context.Context, r quarantine.Resource, user string) ([]string, error) {
	api, err := c.in(r)
	if err != nil {
		return nil, err
	}
	return each(ctx, "ListUserPolicies", awsiam.NewListUserPoliciesPaginator(api, &awsiam.ListUserPoliciesInput{UserName: &user}),
		func(page *awsiam.ListUserPoliciesOutput) []string { return page.PolicyNames })
}

// AttachedUserPolicies are the ARNs of a user's managed policies. A user who does not exist is a
// ThingGone error. Action: iam:ListAttachedUserPolicies.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAttachedUserPolicies.html
func (c *Client) AttachedUserPolicies(ctx context.Context, r quarantine.Resource, user string) ([]string, error) {
	api, err := c.in(r)
	if err != nil {
		return nil, err
	}
	return each(ctx, "ListAttachedUserPolicies", awsiam.NewListAttachedUserPoliciesPaginator(api, &awsiam.ListAttachedUserPoliciesInput{UserName: &user}),
		func(page *awsiam.ListAttachedUserPoliciesOutput) []string { return arns(page.AttachedPolicies) })
}

// UserGroups are the names of a user's groups. A user who does not exist is a ThingGone error.
// Action: iam:ListGroupsForUser.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListGroupsForUser.html
func (c *Client) UserGroups(ctx context.Context, r quarantine.Resource, user string) ([]string, error) {
	api, err := c.in(r)
	if err != nil {
		return nil, err
	}
	return each(ctx, "ListGroupsForUser", awsiam.NewListGroupsForUserPaginator(api, &awsiam.ListGroupsForUserInput{UserName: &user}),
		func(page *awsiam.ListGroupsForUserOutput) (out []string) {
			for _, g := range page.Groups {
				out = append(out, aws.ToString(g.GroupName))
			}
			return out
		})
}

// GroupPolicies are the names of a group's inline policies. A group that does not exist is a
// ThingGone error. Action: iam:ListGroupPolicies.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListGroupPolicies.html
func (c *Client) GroupPolicies(ctx context.Context, r quarantine.Resource, group string) ([]string, error) {
	api, err := c.in(r)
	if err != nil {
		return nil, err
	}
	return each(ctx, "ListGroupPolicies", awsiam.NewListGroupPoliciesPaginator(api, &awsiam.ListGroupPoliciesInput{GroupName: &group}),
		func(page *awsiam.ListGroupPoliciesOutput) []string { return page.PolicyNames })
}

// AttachedGroupPolicies are the ARNs of a group's managed policies. A group that does not exist is
// a ThingGone error. Action: iam:ListAttachedGroupPolicies.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAttachedGroupPolicies.html
func (c *Client) AttachedGroupPolicies(ctx context.Context, r quarantine.Resource, group string) ([]string, error) {
	api, err := c.in(r)
	if err != nil {
		return nil, err
	}
	return each(ctx, "ListAttachedGroupPolicies", awsiam.NewListAttachedGroupPoliciesPaginator(api, &awsiam.ListAttachedGroupPoliciesInput{GroupName: &group}),
		func(page *awsiam.ListAttachedGroupPoliciesOutput) []string { return arns(page.AttachedPolicies) })
}

func arns(attached []types.AttachedPolicy) (out []string) {
	for _, p := range attached {
		out = append(out, aws.ToString(p.PolicyArn))
	}
	return out
}

// pages are those of an answer, as the SDK's paginators give them.
type pages[Page any] interface {
	HasMorePages() bool
	NextPage(context.Context, ...func(*awsiam.Options)) (Page, error)
}

// each is what all pages list together, which is not nil.
func each[Page, T any](ctx context.Context, operation string, of pages[Page], listed func(Page) []T) ([]T, error) {
	out := []T{}
	for of.HasMorePages() {
		page, err := of.NextPage(ctx)
		if err != nil {
			return nil, keyFailure(operation, err)
		}
		out = append(out, listed(page)...)
	}
	return out, nil
}
