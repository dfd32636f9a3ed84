package release

import (
	"context"

	"github.com/ec2-quarantine/quarantine/internal/preflight"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Trials are the calls of a release, for a preflight: on a subnet the ACL that it has. An ACL of the
// product's own, which it may delete, there is only while something is cut.
func (h *Handler) Trials(t preflight.Targets) []preflight.Trial {
	r := quarantine.Resource{Kind: quarantine.KindInstance, AccountID: t.Account, Region: t.Region, ID: t.Instance}
	return []preflight.Trial{
		{Action: "ec2:DescribeInstances", On: []preflight.Thing{{What: "an instance", ID: t.Instance}}, Call: func(ctx context.Context) error {
			_, err := h.Instances.Instance(ctx, r)
			return err
		}},
		{Action: "ec2:DescribeNetworkAcls", On: []preflight.Thing{{What: "a VPC", ID: t.VPC}}, Call: func(ctx context.Context) error {
			_, err := h.ACLs.NetworkACLs(ctx, r, t.VPC)
			return err
		}},
		{
			Action: "ec2:ReplaceNetworkAclAssociation",
			On:     []preflight.Thing{{What: "a subnet's network ACL", ID: t.NetworkACL}, {What: "its association", ID: t.Association}},
			Call: func(ctx context.Context) error {
				_, err := h.ACLs.ReplaceAssociation(ctx, r, t.Association, t.NetworkACL)
				return err
			},
		},
		{Action: "dynamodb:Query", Also: []string{quarantine.BadRequest}, Call: func(ctx context.Context) error {
			_, err := h.Ledger.Incident(ctx, preflight.NoIncident)
			return err
		}},
	}
}
