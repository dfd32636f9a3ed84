package securitygroup

import (
	"context"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

var (
	_ measure.Rests  = Measure{}
	_ measure.Equals = Measure{}
)

// Unsound says which rules the group has that was read back on the interface. It is given to
// every interface as one without any, and anybody who may change rules can open it.
func (m Measure) Unsound(ctx context.Context, h quarantine.Hold) (why string, marks []string, err error) {
	put := h.Parts[part].After
	if put == "" {
		return "", nil, nil // EC2 does not let its groups be changed
	}
	marks = strings.Split(put, ",")
	found, err := m.Network.SecurityGroups(ctx, place(h), marks)
	if err != nil {
		return "", nil, err
	}
	var open []string
	for _, g := range found {
		if len(g.Rules) > 0 {
			open = append(open, g.ID+" has rules: "+strings.Join(g.Rules, ", "))
		}
	}
	return strings.Join(open, "; "), marks, nil
}

// AsTight tells whether none of the interface's groups has a rule. One that EC2 does not show is
// not known to be without.
func (m Measure) AsTight(ctx context.Context, h quarantine.Hold, now measure.Look) (bool, error) {
	has := now.Parts[part]
	if has == "" {
		return false, nil
	}
	ids := strings.Split(has, ",")
	found, err := m.Network.SecurityGroups(ctx, place(h), ids)
	if quarantine.Is(err, quarantine.Contended) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	for _, g := range found {
		if len(g.Rules) > 0 {
			return false, nil
		}
	}
	return len(found) == len(ids), nil
}
