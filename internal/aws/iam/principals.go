package iam

import (
	"context"
	"net/url"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/ec2-quarantine/quarantine/internal/preflight"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// PrincipalsAPI is the part of the SDK's client that reads all of the account's principals.
type PrincipalsAPI interface {
	GetAccountAuthorizationDetails(context.Context, *awsiam.GetAccountAuthorizationDetailsInput, ...func(*awsiam.Options)) (*awsiam.GetAccountAuthorizationDetailsOutput, error)
	GetInstanceProfile(context.Context, *awsiam.GetInstanceProfileInput, ...func(*awsiam.Options)) (*awsiam.GetInstanceProfileOutput, error)
}

// Principals reads users and roles with what their policies say. It holds no state and is safe for
// concurrent use.
type Principals struct{ api PrincipalsAPI }

var (
	_ PrincipalsAPI = (*awsiam.Client)(nil)
)

// NewPrincipals makes Principals with the SDK's client, or any other implementation of PrincipalsAPI.
func NewPrincipals(api PrincipalsAPI) Principals { return Principals{api} }

// Bounds of what is read: 1000 is the largest page, though IAM may answer with less.
const (
	detailsPage  = 1000
	detailsPages = 40
)

// Principals are the account's users and roles with every policy that gives them something; all is
// false if there are more than were read.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
//
// IAM actions: iam:GetAccountAuthorizationDetails.
//
// Errors: AccessDenied; Throttled; Unavailable; Unexpected.
func (p Principals) Principals(ctx context.Context, _ quarantine.Resource) (found []preflight.Principal, all bool, err error) {
	var d details
	pages := awsiam.NewGetAccountAuthorizationDetailsPaginator(p.api, &awsiam.GetAccountAuthorizationDetailsInput{MaxItems: aws.Int32(detailsPage)})
	for range detailsPages {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, false, failure("GetAccountAuthorizationDetails", err)
		}
		d.users, d.roles = append(d.users, page.UserDetailList...), append(d.roles, page.RoleDetailList...)
		d.groups, d.policies = append(d.groups, page.GroupDetailList...), append(d.policies, page.Policies...)
		if all = !pages.HasMorePages(); all {
			break
		}
	}
	return d.principals(), all, nil
}

// ProfileRole is the role of an instance profile, by its ARN.
//
// IAM actions: iam:GetInstanceProfile.
//
// Errors: those of [Client.ProfileRole].
func (p Principals) ProfileRole(ctx context.Context, _ quarantine.Resource, profile string) (quarantine.Role, error) {
	return profileRole(ctx, p.api, profile)
}

// details are what the pages have together: what one names can stand in another.
type details struct {
	users    []types.UserDetail
	roles    []types.RoleDetail
	groups   []types.GroupDetail
	policies []types.ManagedPolicyDetail
}

func (d details) principals() (all []preflight.Principal) {
	managed := map[string]string{}
	for _, p := range d.policies {
		for _, v := range p.PolicyVersionList {
			if v.IsDefaultVersion {
				managed[aws.ToString(p.Arn)] = document(v.Document)
			}
		}
	}
	given := func(inline []types.PolicyDetail, attached []types.AttachedPolicy) (documents []string) {
		for _, p := range inline {
			documents = append(documents, document(p.PolicyDocument))
		}
		for _, p := range attached {
			documents = append(documents, managed[aws.ToString(p.PolicyArn)])
		}
		return documents
	}
	groups := map[string][]string{}
	for _, g := range d.groups {
		groups[aws.ToString(g.GroupName)] = given(g.GroupPolicyList, g.AttachedManagedPolicies)
	}
	for _, u := range d.users {
		one := preflight.Principal{ARN: aws.ToString(u.Arn), Name: aws.ToString(u.UserName), Path: aws.ToString(u.Path), User: true, Policies: given(u.UserPolicyList, u.AttachedManagedPolicies)}
		for _, group := range u.GroupList {
			one.Policies = append(one.Policies, groups[group]...)
		}
		all = append(all, one)
	}
	for _, r := range d.roles {
		all = append(all, preflight.Principal{
			ARN: aws.ToString(r.Arn), Name: aws.ToString(r.RoleName), Path: aws.ToString(r.Path),
			Trust: document(r.AssumeRolePolicyDocument), Policies: given(r.RolePolicyList, r.AttachedManagedPolicies),
		})
	}
	return all
}

// document is a policy as it was written: IAM's answers have it URL-encoded.
func document(encoded *string) string {
	text, err := url.PathUnescape(aws.ToString(encoded))
	if err != nil {
		return aws.ToString(encoded)
	}
	return text
}
