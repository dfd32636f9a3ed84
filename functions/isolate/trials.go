package isolate

import (
	"context"

	"github.com/ec2-quarantine/quarantine/internal/preflight"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Trials are the calls of a cut, for a preflight: an ACL for the VPC, and on a subnet the ACL that it has.
func (h *Handler) Trials(t preflight.Targets) []preflight.Trial {
	r := t.Resource()
	vpc, subnet := preflight.Thing{What: "a VPC", ID: t.VPC}, preflight.Thing{What: "a subnet", ID: t.Subnet}
	return []preflight.Trial{
		preflight.DescribesInstance(h.Instances, t),
		preflight.DescribesACLs(h.ACLs, t),
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
		preflight.ReplacesACL(h.ACLs, t),
		{Action: "dynamodb:GetItem", On: []preflight.Thing{subnet}, Call: func(ctx context.Context) error {
			_, err := h.Ledger.Quarantine(ctx, r, t.Subnet)
			return err
		}},
	}
}
