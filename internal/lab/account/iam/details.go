package iam

import (
	"context"
	"maps"
	"net/url"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
)

var getDetails = call.Operation{Name: "GetAccountAuthorizationDetails", Reads: []string{"MaxItems", "Marker"}}

// GetAccountAuthorizationDetails follows https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
// Users are on the first page and roles on the second. Managed policies have no documents.
func (c *Client) GetAccountAuthorizationDetails(ctx context.Context, in *iam.GetAccountAuthorizationDetailsInput, _ ...func(*iam.Options)) (*iam.GetAccountAuthorizationDetailsOutput, error) {
	r := c.roles
	return call.Invoke(ctx, r.service, getDetails, in, func(in *iam.GetAccountAuthorizationDetailsInput) (*iam.GetAccountAuthorizationDetailsOutput, error) {
		if aws.ToString(in.Marker) == "" {
			return &iam.GetAccountAuthorizationDetailsOutput{UserDetailList: r.userDetails(), IsTruncated: true, Marker: aws.String("roles")}, nil
		}
		return &iam.GetAccountAuthorizationDetailsOutput{RoleDetailList: r.roleDetails()}, nil
	})
}

func (r *Roles) userDetails() (all []types.UserDetail) {
	for _, name := range slices.Sorted(maps.Keys(r.users)) {
		of := r.users[name]
		all = append(all, types.UserDetail{
			UserName: &name, Path: aws.String(of.Path), Arn: aws.String(r.arn("user", of.Path, name)), UserPolicyList: policyDetails(of.Policies), GroupList: of.Groups,
		})
	}
	return all
}

func (r *Roles) roleDetails() (all []types.RoleDetail) {
	for _, name := range slices.Sorted(maps.Keys(r.roles)) {
		of := r.roles[name]
		all = append(all, types.RoleDetail{
			RoleName: &name, Path: aws.String(of.path), Arn: aws.String(r.arn("role", of.path, name)), RolePolicyList: policyDetails(of.policies),
			AssumeRolePolicyDocument: aws.String(url.PathEscape(of.trust)),
		})
	}
	return all
}

func policyDetails(policies map[string]string) (all []types.PolicyDetail) {
	for _, name := range slices.Sorted(maps.Keys(policies)) {
		all = append(all, types.PolicyDetail{PolicyName: &name, PolicyDocument: aws.String(url.PathEscape(policies[name]))})
	}
	return all
}
