package plan

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// brake says why a deployed stack would ask a person before this cut, as isolate would find it now. Not to
// know it keeps nobody from confirming, and is said.
func (from Reader) brake(ctx context.Context, r quarantine.Resource, i quarantine.Instance) (out []string) {
	if why := from.Limits.AskFirst(i, from.OnHost); why != "" {
		out = append(out, why)
	}
	if from.Counted == nil || !from.Limits.Counts() {
		return out
	}
	others, err := from.Counted(ctx, quarantine.Isolation{Resource: r, Subnets: i.SubnetsByVPC(), At: time.Now(), Limits: from.Limits})
	if reached, is := errors.AsType[*quarantine.LimitReached](err); is {
		return append(out, reached.Error())
	}
	shares, unread := register.CutShares(ctx, from.Fleet, r, i, others)
	if err := cmp.Or(err, unread); err != nil {
		out = append(out, fmt.Sprintf("whether a limit of the brake is reached is not known: %v", err))
	}
	for _, s := range shares {
		if why := s.Beyond(from.Limits.VPCSubnetsPercent); why != "" {
			out = append(out, why)
		}
	}
	return out
}
