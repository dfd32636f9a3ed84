package securitygroup

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// branches says, as the end of a sentence, in which subnets the branch interfaces of the instance's
// trunks are, as far as their tags tell: no field of EC2 does. "" without a trunk.
func (m Measure) branches(ctx context.Context, r quarantine.Resource, attached []quarantine.Interface) (string, error) {
	instance := quarantine.Instance{Interfaces: attached}
	trunks := instance.Trunks()
	if len(trunks) == 0 {
		return "", nil
	}
	found, err := m.Network.BranchInterfaces(ctx, r, trunks)
	if err != nil {
		return "", err
	}
	subnets := quarantine.Instance{Interfaces: found}.Subnets()
	if len(subnets) == 0 {
		return "; no interface is tagged as a branch of it, so which subnets those are in is not known", nil
	}
	slices.Sort(subnets)
	for n, subnet := range subnets {
		if !slices.Contains(instance.Subnets(), subnet) {
			subnets[n] += " (none of the instance's, so not cut off with it)"
		}
	}
	return fmt.Sprintf("; by their tags %d are in %s", len(found), strings.Join(subnets, ", ")), nil
}
