package preflight

import (
	"context"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Resource is the instance that trials are made for.
func (t Targets) Resource() quarantine.Resource {
	return quarantine.Resource{Kind: quarantine.KindInstance, AccountID: t.Account, Region: t.Region, ID: t.Instance}
}

// DescribesInstance is the trial of a function that reads instances.
func DescribesInstance(from quarantine.Instances, t Targets) Trial {
	return Trial{Action: "ec2:DescribeInstances", On: []Thing{{What: "an instance", ID: t.Instance}}, Call: func(ctx context.Context) error {
		_, err := from.Instance(ctx, t.Resource())
		return err
	}}
}

// DescribesACLs is the trial of a function that reads network ACLs.
func DescribesACLs(from interface {
	NetworkACLs(ctx context.Context, r quarantine.Resource, vpcID string) ([]quarantine.NetworkACL, error)
}, t Targets) Trial {
	return Trial{Action: "ec2:DescribeNetworkAcls", On: []Thing{{What: "a VPC", ID: t.VPC}}, Call: func(ctx context.Context) error {
		_, err := from.NetworkACLs(ctx, t.Resource(), t.VPC)
		return err
	}}
}

// ReplacesACL is the trial of a function that puts network ACLs on subnets: on one the ACL that it has.
func ReplacesACL(by interface {
	ReplaceAssociation(ctx context.Context, r quarantine.Resource, associationID, aclID string) (string, error)
}, t Targets) Trial {
	return Trial{
		Action: "ec2:ReplaceNetworkAclAssociation",
		On:     []Thing{{What: "a subnet's network ACL", ID: t.NetworkACL}, {What: "its association", ID: t.Association}},
		Call: func(ctx context.Context) error {
			_, err := by.ReplaceAssociation(ctx, t.Resource(), t.Association, t.NetworkACL)
			return err
		},
	}
}
