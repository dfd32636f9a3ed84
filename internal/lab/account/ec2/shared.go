package ec2

import (
	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
)

// ShareFrom makes a VPC with its subnets and network ACLs those of another account, which
// shares the subnets with this one. What this account has in them stays its own.
func (r *Resources) ShareFrom(owner, vpc string) {
	defer r.service.Change()()
	must(r.network.vpcs.get(vpc))("VPC", vpc).OwnerId = &owner
	for _, s := range r.network.subnets.all() {
		if aws.ToString(s.VpcId) == vpc {
			s.OwnerId = &owner
		}
	}
	for _, acl := range r.network.aclsOf(vpc) {
		acl.OwnerId = &owner
	}
}

// mayChange refuses an operation on what another account shares: who takes part in a shared VPC
// can see the network ACLs of the shared subnets, and change none.
// https://docs.aws.amazon.com/vpc/latest/userguide/vpc-share-limitations.html
func (r *Resources) mayChange(operation string, owner *string) error {
	if owner == nil || *owner == r.service.AccountID() {
		return nil
	}
	return call.Fail("UnauthorizedOperation", "You are not authorized to perform %s operation. "+
		"A subnet in this vpc is shared but the provided object is not owned by you", operation)
}
