package ec2_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/accounttest"
)

// https://docs.aws.amazon.com/vpc/latest/userguide/vpc-share-limitations.html
func TestANetworkACLOfAnotherAccountIsSeenAndCannotBeChanged(t *testing.T) {
	t.Parallel()
	of := accounttest.NewOffice(account.Options{})
	own, err := createACL(t, of, "")
	accounttest.NoErr(t, err)
	of.ShareFrom("999900001111", of.VPC)
	seen, err := of.EC2().DescribeNetworkAcls(t.Context(), &ec2.DescribeNetworkAclsInput{})
	accounttest.NoErr(t, err)
	var association *string
	for _, acl := range seen.NetworkAcls {
		if aws.ToString(acl.OwnerId) != "999900001111" {
			t.Errorf("%s belongs to %s", *acl.NetworkAclId, aws.ToString(acl.OwnerId))
		}
		for _, as := range acl.Associations {
			association = as.NetworkAclAssociationId
		}
	}
	_, create := createACL(t, of, "")
	_, replace := of.EC2().ReplaceNetworkAclAssociation(t.Context(), &ec2.ReplaceNetworkAclAssociationInput{
		AssociationId: association, NetworkAclId: own.NetworkAcl.NetworkAclId,
	})
	_, remove := of.EC2().DeleteNetworkAcl(t.Context(), &ec2.DeleteNetworkAclInput{NetworkAclId: own.NetworkAcl.NetworkAclId})
	for operation, err := range map[string]error{"CreateNetworkAcl": create, "ReplaceNetworkAclAssociation": replace, "DeleteNetworkAcl": remove} {
		accounttest.WantCode(t, err, "UnauthorizedOperation")
		if !strings.Contains(err.Error(), "not authorized to perform "+operation+" operation. A subnet in this vpc is shared") {
			t.Errorf("%s: %v", operation, err)
		}
	}
}
