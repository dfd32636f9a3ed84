package watch

import (
	"context"

	"github.com/ec2-quarantine/quarantine/internal/preflight"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Trials are reads by which the watch begins, for a preflight.
func (h *Handler) Trials(t preflight.Targets) []preflight.Trial {
	r := quarantine.Resource{Kind: quarantine.KindInstance, AccountID: t.Account, Region: t.Region, ID: t.Instance}
	return []preflight.Trial{
		{Action: "ec2:DescribeInstances", On: []preflight.Thing{{What: "an instance", ID: t.Instance}}, Call: func(ctx context.Context) error {
			_, err := h.Instances.Instance(ctx, r)
			return err
		}},
		{Action: "ec2:DescribeNetworkAcls", On: []preflight.Thing{{What: "a VPC", ID: t.VPC}}, Call: func(ctx context.Context) error {
			_, err := h.Cut.NetworkACLs(ctx, r, t.VPC)
			return err
		}},
		{Action: "dynamodb:Query", Call: func(ctx context.Context) error {
			_, err := h.Ledger.Watched(ctx)
			return err
		}},
	}
}
