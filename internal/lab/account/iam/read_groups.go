package iam

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
)

// ofGroup is an operation that lists what is of a group.
func ofGroup(name string) call.Operation {
	return call.Operation{Name: name, Needs: []string{"GroupName"}, Reads: []string{"Marker"}}
}

var (
	listGroupPolicies         = ofGroup("ListGroupPolicies")
	listAttachedGroupPolicies = ofGroup("ListAttachedGroupPolicies")
)

// ListGroupPolicies follows https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListGroupPolicies.html
func (c *Client) ListGroupPolicies(ctx context.Context, in *iam.ListGroupPoliciesInput, _ ...func(*iam.Options)) (*iam.ListGroupPoliciesOutput, error) {
	r := c.roles
	return call.Invoke(ctx, r.service, listGroupPolicies, in, func(in *iam.ListGroupPoliciesInput) (*iam.ListGroupPoliciesOutput, error) {
		of, err := r.group(*in.GroupName)
		if err != nil {
			return nil, err
		}
		part, next, err := page(r, of.Policies, in.Marker)
		return &iam.ListGroupPoliciesOutput{PolicyNames: part, Marker: next, IsTruncated: next != nil}, err
	})
}

// ListAttachedGroupPolicies follows https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAttachedGroupPolicies.html
func (c *Client) ListAttachedGroupPolicies(ctx context.Context, in *iam.ListAttachedGroupPoliciesInput, _ ...func(*iam.Options)) (*iam.ListAttachedGroupPoliciesOutput, error) {
	r := c.roles
	return call.Invoke(ctx, r.service, listAttachedGroupPolicies, in, func(in *iam.ListAttachedGroupPoliciesInput) (*iam.ListAttachedGroupPoliciesOutput, error) {
		of, err := r.group(*in.GroupName)
		if err != nil {
			return nil, err
		}
		part, next, err := page(r, of.Attached, in.Marker)
		return &iam.ListAttachedGroupPoliciesOutput{AttachedPolicies: attached(part), Marker: next, IsTruncated: next != nil}, err
	})
}

func (r *Roles) group(name string) (Group, error) {
	of, there := r.groups[name]
	if !there {
		return of, gone("The group with name %s cannot be found.", name)
	}
	return of, nil
}
