package simaws

import (
	"context"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

var (
	describeNetworkACLs = operation{
		service: ec2Service, name: "DescribeNetworkAcls",
		reads: []string{"NetworkAclIds", "Filters", "MaxResults", "NextToken"},
	}
	createNetworkACL = operation{
		service: ec2Service, name: "CreateNetworkAcl", mutating: true,
		needs: []string{"VpcId"}, reads: []string{"TagSpecifications", "ClientToken"},
	}
	deleteNetworkACL = operation{
		service: ec2Service, name: "DeleteNetworkAcl", mutating: true,
		needs: []string{"NetworkAclId"},
	}
)

// DescribeNetworkAcls follows https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkAcls.html
func (c *EC2) DescribeNetworkAcls(ctx context.Context, in *ec2.DescribeNetworkAclsInput, _ ...func(*ec2.Options)) (*ec2.DescribeNetworkAclsOutput, error) {
	a := c.account
	return invoke(ctx, a, describeNetworkACLs, in, func(in *ec2.DescribeNetworkAclsInput) (*ec2.DescribeNetworkAclsOutput, error) {
		found, next, err := a.aclSearch().run(a, describeNetworkACLs, pageRequest{in.MaxResults, in.NextToken, in.NetworkAclIds}, in.Filters)
		return &ec2.DescribeNetworkAclsOutput{NetworkAcls: found, NextToken: next}, err
	})
}

func (a *Account) aclSearch() search[types.NetworkAcl] {
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
		kind: anACL, from: &a.network.acls,
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
// The same ClientToken with the same parameters gives the first answer again
// and makes nothing, even where the ACL has been deleted since:
// https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html
func (c *EC2) CreateNetworkAcl(ctx context.Context, in *ec2.CreateNetworkAclInput, _ ...func(*ec2.Options)) (*ec2.CreateNetworkAclOutput, error) {
	a := c.account
	return invoke(ctx, a, createNetworkACL, in, a.createNetworkACL)
}

// maxToken is the length of a ClientToken in ASCII characters.
const maxToken = 64

func (a *Account) createNetworkACL(in *ec2.CreateNetworkAclInput) (*ec2.CreateNetworkAclOutput, error) {
	token := aws.ToString(in.ClientToken)
	if len(token) > maxToken {
		return nil, fail("InvalidParameterValue", "The client token must be at most %d ASCII characters", maxToken)
	}
	if made, ok := a.network.aclTokens[token]; ok && token != "" {
		if !reflect.DeepEqual(made.request, *in) {
			return nil, fail("IdempotentParameterMismatch", "The client token '%s' was used before with other parameters", token)
		}
		return &ec2.CreateNetworkAclOutput{NetworkAcl: &made.answer, ClientToken: in.ClientToken}, nil
	}
	vpc := aws.ToString(in.VpcId)
	if _, err := lookup(aVPC, &a.network.vpcs, []string{vpc}); err != nil {
		return nil, err
	}
	tags, err := tagsFor(anACL, in.TagSpecifications)
	if err != nil {
		return nil, err
	}
	if len(a.network.aclsOf(vpc)) >= a.network.aclQuota {
		return nil, fail("NetworkAclLimitExceeded", "The maximum number of network ACLs for the VPC has been reached.")
	}
	acl := a.insertACL(vpc, tags)
	if token != "" {
		a.network.aclTokens[token] = createdACL{request: clone(*in), answer: clone(*acl)}
	}
	return &ec2.CreateNetworkAclOutput{NetworkAcl: acl, ClientToken: in.ClientToken}, nil
}

// insertACL adds an ACL that denies everything, as a new one does:
// https://docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html
func (a *Account) insertACL(vpc string, tags []types.Tag) *types.NetworkAcl {
	acl := &types.NetworkAcl{
		NetworkAclId: aws.String(a.newID(anACL.prefix)),
		VpcId:        aws.String(vpc),
		OwnerId:      aws.String(a.opts.AccountID),
		IsDefault:    aws.Bool(false),
		Associations: []types.NetworkAclAssociation{},
		Entries:      []types.NetworkAclEntry{lastRule(true), lastRule(false)},
		Tags:         tags,
	}
	a.network.acls.add(*acl.NetworkAclId, acl)
	return acl
}

// lastRuleNumber is that of the rule which the console shows as *.
const lastRuleNumber = 32767

func lastRule(egress bool) types.NetworkAclEntry {
	return types.NetworkAclEntry{
		CidrBlock: aws.String("0.0.0.0/0"), Egress: aws.Bool(egress), Protocol: aws.String("-1"),
		RuleAction: types.RuleActionDeny, RuleNumber: aws.Int32(lastRuleNumber),
	}
}

// DeleteNetworkAcl follows https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteNetworkAcl.html
func (c *EC2) DeleteNetworkAcl(ctx context.Context, in *ec2.DeleteNetworkAclInput, _ ...func(*ec2.Options)) (*ec2.DeleteNetworkAclOutput, error) {
	a := c.account
	return invoke(ctx, a, deleteNetworkACL, in, func(in *ec2.DeleteNetworkAclInput) (*ec2.DeleteNetworkAclOutput, error) {
		return &ec2.DeleteNetworkAclOutput{}, a.deleteACL(*in.NetworkAclId)
	})
}

func (a *Account) deleteACL(id string) error {
	found, err := lookup(anACL, &a.network.acls, []string{id})
	if err != nil {
		return err
	}
	switch acl := found[0]; {
	case aws.ToBool(acl.IsDefault):
		return fail("InvalidParameterValue", "cannot delete default network ACL %s", id)
	case len(acl.Associations) > 0:
		return fail("DependencyViolation", "networkAcl '%s' has dependencies and cannot be deleted.", id)
	}
	a.network.acls.remove(id)
	return nil
}
