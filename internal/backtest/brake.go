package backtest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/guardduty"
	"github.com/ec2-quarantine/quarantine/internal/measure/networkacl"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// held says why the brake would have held a cut, or "". What is cut is counted.
func (r *run) held(ctx context.Context, f Finding, resource quarantine.Resource) (string, error) {
	limits := r.policy.Limits()
	if resource.Kind != quarantine.KindInstance {
		limits = quarantine.Limits{AccountPerHour: limits.AccountPerHour} // keys are in no VPC
	}
	subnets := r.subnets(f, resource)
	i := quarantine.Isolation{Resource: resource, Subnets: subnets, At: f.At(), Limits: limits}
	others, err := r.brake.CountIsolation(ctx, i)
	reached, limited := errors.AsType[*quarantine.LimitReached](err)
	switch {
	case err != nil && !limited:
		return "", fmt.Errorf("the brake cannot be estimated: %w", err)
	case r.allCut(f.At(), resource, subnets):
		r.cut(f.At(), resource, subnets)
		return "", nil // the brake holds new cuts, and this is none
	case limited:
		return reached.Error(), nil
	}
	if why := r.beyond(f, resource, subnets, others); why != "" {
		return why, r.brake.DiscountIsolation(ctx, i)
	}
	r.cut(f.At(), resource, subnets)
	return "", nil
}

// allCut tells whether the instance's subnets are under quarantine already, for others.
func (r *run) allCut(at time.Time, resource quarantine.Resource, subnets map[string][]string) bool {
	known := false
	for vpc, own := range subnets {
		for _, subnet := range own {
			known = true
			if !at.Before(r.cuts[placeOf(resource, vpc, subnet)]) {
				return false
			}
		}
	}
	return known
}

// beyond says what about the instance and what is around it would have held the cut: what the account
// says now, as it was then is not known.
func (r *run) beyond(f Finding, resource quarantine.Resource, subnets map[string][]string, others []string) string {
	limits, seen := r.policy.Limits(), r.Live.of(resource)
	if seen != nil && limits.AskForwarding && len(seen.Forwarding) > 0 && !guardduty.OnHost(f.Type) {
		return fmt.Sprintf("%s before an instance is cut that passes on traffic of others: the source/destination check of %s is off now",
			quarantine.AskFirst, strings.Join(seen.Forwarding, ", "))
	}
	for _, vpc := range slices.Sorted(maps.Keys(subnets)) {
		if why := r.share(f.At(), resource, vpc, subnets[vpc], others).Beyond(limits.VPCSubnetsPercent); why != "" {
			return why
		}
	}
	if seen != nil && seen.Neighbours != nil {
		if why := seen.Neighbours.Wants(limits.Neighbours, quarantine.BeyondAsk); why != "" {
			return "a cut would hit beside it: " + seen.Neighbours.String() + "; " + why
		}
	}
	return ""
}

// subnets are those that a cut would have taken, by VPC: what the finding says or, where it does not,
// the account now.
func (r *run) subnets(f Finding, resource quarantine.Resource) map[string][]string {
	if resource.Kind != quarantine.KindInstance {
		return nil
	}
	for _, i := range f.Instances {
		if by := i.SubnetsByVPC(); i.ID == resource.ID && len(by) > 0 {
			return by
		}
	}
	if seen := r.Live.of(resource); seen != nil {
		return seen.subnets
	}
	return nil
}

// share is how much of a VPC the cut would have taken. How many subnets the VPC has is known where
// the account says so; where not, the share is within every limit.
func (r *run) share(at time.Time, resource quarantine.Resource, vpc string, own, others []string) networkacl.Share {
	all, known := r.Live.subnetsOf(resource, vpc)
	if !known {
		return networkacl.Share{}
	}
	s := networkacl.Share{VPC: vpc, Subnets: len(all)}
	for _, subnet := range all {
		taken := at.Before(r.cuts[placeOf(resource, vpc, subnet)])
		switch mine := slices.Contains(own, subnet); {
		case taken:
			s.Quarantined++
		case mine:
			s.Adds++
		case slices.Contains(others, subnet):
			s.Counted++
		}
	}
	if s.Adds == 0 {
		return networkacl.Share{} // all of it is cut already
	}
	return s
}

// cut notes that these subnets are under quarantine. Where the policy spares neighbours, none are.
func (r *run) cut(at time.Time, resource quarantine.Resource, subnets map[string][]string) {
	if seen := r.Live.of(resource); seen != nil && seen.Neighbours != nil && seen.Neighbours.Wants(r.policy.Limits().Neighbours, quarantine.BeyondGroup) != "" {
		return
	}
	for vpc, own := range subnets {
		for _, subnet := range own {
			subnet := placeOf(resource, vpc, subnet)
			r.cuts[subnet] = later(r.cuts[subnet], at.Add(r.OpenFor))
		}
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func placeOf(r quarantine.Resource, vpc, subnet string) place {
	return place{r.AccountID, r.Region, vpc, subnet}
}
