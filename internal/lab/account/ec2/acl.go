package ec2

import (
	"context"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
)

var (
	describeNetworkACLs = call.Operation{
		Name:  "DescribeNetworkAcls",
		Reads: []string{"NetworkAclIds", "Filters", "MaxResults", "NextToken"},
	}
	createNetworkACL = call.Operation{
		Name: "CreateNetworkAcl", Mutating: true,
		Needs: []string{"VpcId"}, Reads: []string{"TagSpecifications", "ClientToken"},
	}
	deleteNetworkACL = call.Operation{
		Name: "DeleteNetworkAcl", Mutating: true,
		Needs: []string{"NetworkAclId"},
	}
)

// DescribeNetworkAcls follows https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkAcls.html
func (c *Client) DescribeNetworkAcls(ctx context.Context, in *ec2.DescribeNetworkAclsInput, _ ...func(*ec2.Options)) (*ec2.DescribeNetworkAclsOutput, error) {
	r := c.resources
	return call.Invoke(ctx, r.service, describeNetworkACLs, in, func(in *ec2.DescribeNetworkAclsInput) (*ec2.DescribeNetworkAclsOutput, error) {
		found, next, err := r.aclSearch().run(r, describeNetworkACLs, pageRequest{in.MaxResults, in.NextToken, in.NetworkAclIds}, in.Filters)
		return &ec2.DescribeNetworkAclsOutput{NetworkAcls: found, NextToken: next}, err
	})
}

func (r *Resources) aclSearch() search[types.NetworkAcl] {
	association := func(field func(types.NetworkAclAssociation) *string) func(*types.NetworkAcl) []string {
		return func(acl *types.NetworkAcl) []string {
			var values []string
			for _, as := range acl.Associations {
				values = append(values, aws.ToString(field(as)))
			}
			return values
		}
	}
	return search[types.NetworkAcl]{
		kind: KindACL, from: &r.network.acls,
		id:   func(acl *types.NetworkAcl) *string { return acl.NetworkAclId },
		tags: func(acl *types.NetworkAcl) []types.Tag { return acl.Tags },
		known: filters[types.NetworkAcl]{
			"network-acl-id": func(acl *types.NetworkAcl) []string { return one(acl.NetworkAclId) },
			"vpc-id":         func(acl *types.NetworkAcl) []string { return one(acl.VpcId) },
			"default":        func(acl *types.NetworkAcl) []string { return truth(acl.IsDefault) },
			"owner-id":       func(acl *types.NetworkAcl) []string { return one(acl.OwnerId) },
			"association.subnet-id": association(func(as types.NetworkAclAssociation) *string {
				return as.SubnetId
			}),
			"association.association-id": association(func(as types.NetworkAclAssociation) *string {
				return as.NetworkAclAssociationId
			}),
		},
	}
}

// CreateNetworkAcl follows https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNetworkAcl.html
//
// The same ClientToken with the same parameters returns the first answer again and creates
// nothing, even if the ACL has been deleted since:
// https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html
func (c *Client) CreateNetworkAcl(ctx context.Context, in *ec2.CreateNetworkAclInput, _ ...func(*ec2.Options)) (*ec2.CreateNetworkAclOutput, error) {
	r := c.resources
	return call.Invoke(ctx, r.service, createNetworkACL, in, r.createNetworkACL)
}

// maxToken is the maximum length of a ClientToken in ASCII characters.
const maxToken = 64

func (r *Resources) createNetworkACL(in *ec2.CreateNetworkAclInput) (*ec2.CreateNetworkAclOutput, error) {
	token := aws.ToString(in.ClientToken)
	if len(token) > maxToken {
		return nil, call.Fail("InvalidParameterValue", "The client token must be at most %d ASCII characters", maxToken)
	}
	if made, ok := r.network.aclTokens[token]; ok && token != "" {
		if !reflect.DeepEqual(made.request, *in) {
			return nil, call.Fail("IdempotentParameterMismatch", "The client token '%s' was used before with other parameters", token)
		}
		return &ec2.CreateNetworkAclOutput{NetworkAcl: &made.answer, ClientToken: in.ClientToken}, nil
	}
	vpc := aws.ToString(in.VpcId)
	found, err := lookup(KindVPC, &r.network.vpcs, []string{vpc})
	if err != nil {
		return nil, err
	}
	if err := r.mayChange(createNetworkACL.Name, found[0].OwnerId); err != nil {
		return nil, err
	}
	tags, err := tagsFor(KindACL, in.TagSpecifications)
	if err != nil {
		return nil, err
	}
	if len(r.network.aclsOf(vpc)) >= r.network.aclQuota {
		return nil, call.Fail("NetworkAclLimitExceeded", "The maximum number of network ACLs for the VPC has been reached.")
	}
	acl := r.insertACL(vpc, tags)
	if token != "" {
		r.network.aclTokens[token] = createdACL{request: call.Clone(*in), answer: call.Clone(*acl)}
	}
	return &ec2.CreateNetworkAclOutput{NetworkAcl: acl, ClientToken: in.ClientToken}, nil
}

// insertACL adds a custom ACL, which denies everything:
// https://docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html
func (r *Resources) insertACL(vpc string, tags []types.Tag) *types.NetworkAcl {
	acl := &types.NetworkAcl{
		NetworkAclId: aws.String(r.service.NewID(KindACL.Prefix)),
		VpcId:        aws.String(vpc),
		OwnerId:      aws.String(r.service.AccountID()),
		IsDefault:    aws.Bool(false),
		Associations: []types.NetworkAclAssociation{},
		Entries:      []types.NetworkAclEntry{lastRule(true), lastRule(false)},
		Tags:         tags,
	}
	r.network.acls.add(*acl.NetworkAclId, acl)
	return acl
}

// LastRule is the number of the rule that the console shows as *.
const LastRule = 32767

func lastRule(egress bool) types.NetworkAclEntry {
	return types.NetworkAclEntry{
		CidrBlock: aws.String("0.0.0.0/0"), Egress: aws.Bool(egress), Protocol: aws.String("-1"),
		RuleAction: types.RuleActionDeny, RuleNumber: aws.Int32(LastRule),
	}
}

// DeleteNetworkAcl follows https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteNetworkAcl.html
func (c *Client) DeleteNetworkAcl(ctx context.Context, in *ec2.DeleteNetworkAclInput, _ ...func(*ec2.Options)) (*ec2.DeleteNetworkAclOutput, error) {
	r := c.resources
	return call.Invoke(ctx, r.service, deleteNetworkACL, in, func(in *ec2.DeleteNetworkAclInput) (*ec2.DeleteNetworkAclOutput, error) {
		if acl, ok := r.network.acls.get(*in.NetworkAclId); ok {
			if err := r.mayChange(deleteNetworkACL.Name, acl.OwnerId); err != nil {
				return nil, err
			}
		}
		return &ec2.DeleteNetworkAclOutput{}, r.deleteACL(*in.NetworkAclId)
	})
}

func (r *Resources) deleteACL(id string) error {
	found, err := lookup(KindACL, &r.network.acls, []string{id})
	if err != nil {
		return err
	}
	switch acl := found[0]; {
	case aws.ToBool(acl.IsDefault):
		return call.Fail("InvalidParameterValue", "cannot delete default network ACL %s", id)
	case len(acl.Associations) > 0:
		return call.Fail("DependencyViolation", "networkAcl '%s' has dependencies and cannot be deleted.", id)
	}
	r.network.acls.remove(id)
	return nil
}
