package simaws

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

var replaceNetworkACLAssociation = operation{
	service: ec2Service, name: "ReplaceNetworkAclAssociation", mutating: true,
	needs: []string{"AssociationId", "NetworkAclId"},
}

// ReplaceNetworkAclAssociation follows https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReplaceNetworkAclAssociation.html
//
// The association gets a new id every time, also where the ACL stays the same,
// and the old id is gone.
func (c *EC2) ReplaceNetworkAclAssociation(ctx context.Context, in *ec2.ReplaceNetworkAclAssociationInput, _ ...func(*ec2.Options)) (*ec2.ReplaceNetworkAclAssociationOutput, error) {
	a := c.account
	return invoke(ctx, a, replaceNetworkACLAssociation, in, func(in *ec2.ReplaceNetworkAclAssociationInput) (*ec2.ReplaceNetworkAclAssociationOutput, error) {
		id, err := a.replaceAssociation(*in.AssociationId, *in.NetworkAclId)
		if err != nil {
			return nil, err
		}
		return &ec2.ReplaceNetworkAclAssociationOutput{NewAssociationId: &id}, nil
	})
}

func (a *Account) replaceAssociation(association, acl string) (string, error) {
	from, at := a.network.findAssociation(func(as types.NetworkAclAssociation) bool {
		return aws.ToString(as.NetworkAclAssociationId) == association
	})
	if from == nil {
		return "", fail("InvalidAssociationID.NotFound", "The association ID '%s' does not exist", association)
	}
	found, err := lookup(anACL, &a.network.acls, []string{acl})
	if err != nil {
		return "", err
	}
	to, subnet := found[0], aws.ToString(from.Associations[at].SubnetId)
	if aws.ToString(to.VpcId) != aws.ToString(from.VpcId) {
		return "", fail("InvalidParameterValue", "networkAcl %s and subnet %s belong to different networks.", acl, subnet)
	}
	from.Associations = slices.Delete(from.Associations, at, at+1)
	id := a.associate(to, subnet)
	a.replaced(subnet, from, to, association, id)
	return id, nil
}

// associate puts the subnet under the ACL, and gives the association's id.
func (a *Account) associate(acl *types.NetworkAcl, subnet string) string {
	id := a.newID("aclassoc")
	acl.Associations = append(acl.Associations, types.NetworkAclAssociation{
		NetworkAclAssociationId: &id, NetworkAclId: acl.NetworkAclId, SubnetId: &subnet,
	})
	return id
}
