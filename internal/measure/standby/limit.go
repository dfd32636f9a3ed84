package standby

import (
	"context"
	"fmt"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// most is how many instances of a group stand by at once, and are had to in a clock hour, without
// a person: each has the group launch a replacement, which is billed and may be compromised in the
// same way, or cannot work where its subnet is cut.
const most = 2

// Ledger counts those that are had to stand by. Every method can fail with AccessDenied, Throttled
// or Unavailable.
type Ledger interface {
	// CountStandby counts the instance among those of the group in this clock hour, once however
	// often it is tried. Where as many others as most are counted it counts nothing, and names them.
	CountStandby(ctx context.Context, r quarantine.Resource, group string, most int) (others []string, err error)
	// DiscountStandby takes it off the count.
	DiscountStandby(ctx context.Context, r quarantine.Resource, group string) error
}

// enter has the instance stand by, if that is within the limits. What Auto Scaling has not taken
// is not counted; an answer that is lost is.
func (m Measure) enter(ctx context.Context, r quarantine.Resource, group string) error {
	g, err := m.Groups.Group(ctx, r, group)
	if err != nil {
		return err
	}
	if state := g.Members[r.ID]; state == standby || state == enteringStandby {
		return m.Groups.EnterStandby(ctx, r, group) // it is one of them already; a read can be old
	}
	if others := g.StandingBy(r.ID); len(others) >= most {
		return tooMany(r, group, fmt.Sprintf("%s stand by in it already, and at once %d may", strings.Join(others, ", "), most))
	}
	others, err := m.Ledger.CountStandby(ctx, r, group, most)
	switch {
	case err != nil:
		return err
	case len(others) > 0:
		return tooMany(r, group, fmt.Sprintf("%s were had to stand by in it in this clock hour, in which %d may be", strings.Join(others, ", "), most))
	}
	err = m.Groups.EnterStandby(ctx, r, group)
	if err != nil && !quarantine.Is(err, quarantine.Unavailable) && !quarantine.Is(err, quarantine.Unexpected) {
		_ = m.Ledger.DiscountStandby(ctx, r, group) // else it is counted for the rest of the hour
	}
	return err
}

// tooMany is why it is left in service. Whether it is to stand by all the same, a person decides.
func tooMany(r quarantine.Resource, group, why string) error {
	return quarantine.Failf(quarantine.QuotaReached, "%s does not stand by in its Auto Scaling group %s: %s", r.ID, group, why)
}
