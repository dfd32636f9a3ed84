package networkacl

import (
	"context"

	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// NetworkACLs reads and changes the network ACLs of VPCs.
//
// Every method can fail with AccessDenied, Throttled or Unavailable. Where
// Unavailable is returned by a method that changes something, the change may
// have happened.
type NetworkACLs interface {
	// NetworkACLs gives every network ACL of a VPC, in EC2's order.
	NetworkACLs(ctx context.Context, r quarantine.Resource, vpcID string) ([]quarantine.NetworkACL, error)
	// CreateNetworkACL makes an ACL that denies everything. The same token and
	// the same tags give the same ACL again. Errors: QuotaReached; Contended if
	// the token was used with other tags.
	CreateNetworkACL(ctx context.Context, r quarantine.Resource, vpcID, token string, tags map[string]string) (quarantine.NetworkACL, error)
	// ReplaceAssociation puts the ACL on the subnet that the association names,
	// if the association is still there, and returns the new association's id.
	// Errors: Contended if association or ACL is gone.
	ReplaceAssociation(ctx context.Context, r quarantine.Resource, associationID, aclID string) (string, error)
}

// Restorer changes network ACLs back, beyond what NetworkACLs does.
type Restorer interface {
	NetworkACLs
	// DeleteNetworkACL removes an ACL that nothing uses. Errors: Contended if a
	// subnet is under it; nil if it is gone already; AccessDenied; Throttled; Unavailable.
	DeleteNetworkACL(ctx context.Context, r quarantine.Resource, aclID string) error
}

// Ledger has the records of subnets that a cut writes. See [quarantine.Quarantines].
type Ledger interface {
	RecordOriginal(ctx context.Context, q quarantine.Quarantine, c quarantine.Claim, supersedes string) error
	HoldSubnet(ctx context.Context, q quarantine.Quarantine, c quarantine.Claim) (quarantine.Quarantine, error)
	Verified(ctx context.Context, q quarantine.Quarantine) (quarantine.Quarantine, error)
	Quarantine(ctx context.Context, r quarantine.Resource, subnet string) (quarantine.Quarantine, error)
	quarantine.PutAssociations
	quarantine.Makings
}

// Releases has the records of subnets that an undo writes. See [quarantine.Releases].
type Releases interface {
	LetGoSubnet(ctx context.Context, q quarantine.Quarantine, incident string) (quarantine.Quarantine, error)
	measure.Made
	quarantine.PutAssociations
}
