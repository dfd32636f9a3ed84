package ec2

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
)

var replaceNetworkACLAssociation = call.Operation{
	Name: "ReplaceNetworkAclAssociation", Mutating: true,
	Needs: []string{"AssociationId", "NetworkAclId"},
}

// ReplaceNetworkAclAssociation follows https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReplaceNetworkAclAssociation.html
//
// The association gets a new ID every time, even if the ACL stays the same, and the old ID
// becomes invalid.
func (c *Client) ReplaceNetworkAclAssociation(ctx context.Context, in *ec2.ReplaceNetworkAclAssociationInput, _ ...func(*ec2.Options)) (*ec2.ReplaceNetworkAclAssociationOutput, error) {
	r := c.resources
	return call.Invoke(ctx, r.service, replaceNetworkACLAssociation, in, func(in *ec2.ReplaceNetworkAclAssociationInput) (*ec2.ReplaceNetworkAclAssociationOutput, error) {
		from, _ := r.association(*in.AssociationId)
		if from != nil {
			if err := r.mayChange(replaceNetworkACLAssociation.Name, from.OwnerId); err != nil {
				return nil, err
			}
		}
		id, err := r.replaceAssociation(*in.AssociationId, *in.NetworkAclId)
		if err != nil {
			return nil, err
		}
		return &ec2.ReplaceNetworkAclAssociationOutput{NewAssociationId: &id}, nil
	})
}

func (r *Resources) replaceAssociation(association, acl string) (string, error) {
	from, at := r.association(association)
	if from == nil {
		return "", call.Fail("InvalidAssociationID.NotFound", "The association ID '%s' does not exist", association)
	}
	found, err := lookup(KindACL, &r.network.acls, []string{acl})
	if err != nil {
		return "", err
	}
	to, subnet := found[0], aws.ToString(from.Associations[at].SubnetId)
	if aws.ToString(to.VpcId) != aws.ToString(from.VpcId) {
		return "", call.Fail("InvalidParameterValue", "networkAcl %s and subnet %s belong to different networks.", acl, subnet)
	}
	from.Associations = slices.Delete(from.Associations, at, at+1)
	id := r.associate(to, subnet)
	r.replaced(subnet, from, to, association, id)
	return id, nil
}

// association finds an association by its ID: its ACL and its place there.
func (r *Resources) association(id string) (acl *types.NetworkAcl, at int) {
	return r.network.findAssociation(func(as types.NetworkAclAssociation) bool {
		return aws.ToString(as.NetworkAclAssociationId) == id
	})
}

// associate associates the subnet with the ACL, and returns the association's ID.
func (r *Resources) associate(acl *types.NetworkAcl, subnet string) string {
	id := r.service.NewID("aclassoc")
	acl.Associations = append(acl.Associations, types.NetworkAclAssociation{
		NetworkAclAssociationId: &id, NetworkAclId: acl.NetworkAclId, SubnetId: &subnet,
	})
	return id
}
