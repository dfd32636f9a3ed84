package isolate

import (
	"context"

	"github.com/ec2-quarantine/quarantine/internal/preflight"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Trials are the calls of a cut, for a preflight: an ACL for the VPC, and on a subnet the ACL that it has.
func (h *Handler) Trials(t preflight.Targets) []preflight.Trial {
	r := quarantine.Resource{Kind: quarantine.KindInstance, AccountID: t.Account, Region: t.Region, ID: t.Instance}
	vpc, subnet := preflight.Thing{What: "a VPC", ID: t.VPC}, preflight.Thing{What: "a subnet", ID: t.Subnet}
	return []preflight.Trial{
		{Action: "ec2:DescribeInstances", On: []preflight.Thing{{What: "an instance", ID: t.Instance}}, Call: func(ctx context.Context) error {
			_, err := h.Instances.Instance(ctx, r)
			return err
		}},
		{Action: "ec2:DescribeNetworkAcls", On: []preflight.Thing{vpc}, Call: func(ctx context.Context) error {
			_, err := h.ACLs.NetworkACLs(ctx, r, t.VPC)
			return err
		}},
		{Action: "ec2:DescribeNetworkInterfaces", On: []preflight.Thing{subnet}, Call: func(ctx context.Context) error {
			_, _, err := h.Beside.Neighbours(ctx, r, []string{t.Subnet})
			return err
		}},
		{Action: "autoscaling:DescribeAutoScalingGroups", On: []preflight.Thing{{What: "an Auto Scaling group", ID: t.Group}}, Call: func(ctx context.Context) error {
			_, err := h.Groups.Group(ctx, r, t.Group)
			return err
		}},
		{Action: "ec2:CreateNetworkAcl", With: []string{"ec2:CreateTags"}, On: []preflight.Thing{vpc}, Call: func(ctx context.Context) error {
			_, err := h.ACLs.CreateNetworkACL(ctx, r, t.VPC, "preflight", map[string]string{quarantine.TagProduct: quarantine.Product})
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
		{Action: "dynamodb:GetItem", On: []preflight.Thing{subnet}, Call: func(ctx context.Context) error {
			_, err := h.Ledger.Quarantine(ctx, r, t.Subnet)
			return err
		}},
	}
}
