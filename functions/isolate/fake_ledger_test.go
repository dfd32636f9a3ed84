package isolate

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// lock is who holds an instance, and for which incident.
type lock struct{ owner, incident string }

func (w *world) RecordOriginal(ctx context.Context, q quarantine.Quarantine, incident, supersedes string) error {
	about := q.SubnetID
	if supersedes != "" {
		about += " superseding " + supersedes
	}
	return w.do(ctx, "RecordOriginal", about, func() error {
		r := w.records[q.SubnetID]
		switch {
		case supersedes != "" && r.OriginalAssociation == supersedes:
			r = quarantine.Quarantine{OriginalACL: r.OriginalACL, Holders: r.Holders, Releasing: r.Releasing}
		case r.OriginalAssociation != "" && r.OriginalAssociation != q.OriginalAssociation:
			return &quarantine.OriginalDiffers{SubnetID: q.SubnetID, Recorded: r.OriginalAssociation, ACL: r.OriginalACL}
		}
		if r.OriginalAssociation = q.OriginalAssociation; q.OriginalACL != "" {
			r.OriginalACL = q.OriginalACL
		}
		w.records[q.SubnetID] = holding(r, q, incident)
		return nil
	})
}

func (w *world) Hold(ctx context.Context, q quarantine.Quarantine, incident string) (out quarantine.Quarantine, err error) {
	about := q.SubnetID
	if q.OriginalACL != "" {
		about += " of " + q.OriginalACL
	}
	err = w.do(ctx, "Hold", about, func() error {
		r := w.records[q.SubnetID]
		r.OriginalACL = cmp.Or(r.OriginalACL, q.OriginalACL)
		r.OriginalAssociation = cmp.Or(r.OriginalAssociation, q.OriginalAssociation)
		out = holding(r, q, incident)
		w.records[q.SubnetID] = out
		return nil
	})
	return out, err
}

func (w *world) Verified(ctx context.Context, q quarantine.Quarantine) (out quarantine.Quarantine, err error) {
	err = w.do(ctx, "Verified", q.SubnetID, func() error {
		out = w.records[q.SubnetID]
		out.QuarantineACL, out.Association, out.VerifiedAt, out.Releasing = q.QuarantineACL, q.Association, q.VerifiedAt, ""
		w.records[q.SubnetID] = out
		return nil
	})
	return out, err
}

func (w *world) Contained(ctx context.Context, c quarantine.Claim, _ quarantine.Finding, _ quarantine.Verdict, done quarantine.Containment) (first bool, err error) {
	err = w.do(ctx, "Contained", c.Incident, func() error {
		if w.locks[c.Target.InstanceID] != (lock{c.Owner, c.Incident}) {
			return quarantine.Failf(quarantine.LockLost, "the lock of %s is not held by %s any more", c.Target, c.Owner)
		}
		for _, q := range done.Subnets {
			if w.vpc(q.VPCID).unread[q.SubnetID] {
				w.broken = append(w.broken, "I5: "+q.SubnetID+" is claimed without a read-back")
			}
		}
		if _, marked := w.marked[c.Incident]; !marked {
			w.marked[c.Incident], first = done, true
		}
		return nil
	})
	return first, err
}

func (w *world) Quarantine(ctx context.Context, _ quarantine.Target, subnet string) (out quarantine.Quarantine, err error) {
	err = w.do(ctx, "Quarantine", subnet, func() error {
		out = w.records[subnet]
		return nil
	})
	return out, err
}

func (w *world) CountIsolation(ctx context.Context, i quarantine.Isolation) (others []string, err error) {
	err = w.do(ctx, "CountIsolation", strings.Join(i.VPCs(), " "), func() error {
		most, host := mostOf(i), i.Target.InstanceID
		for of, n := range most {
			if counted := w.counted[of]; !i.Approved && !slices.Contains(counted, host) && len(counted) >= n {
				return &quarantine.LimitReached{Of: of, Setting: "limits", Counted: len(counted), Most: n, Hour: i.Hour()}
			}
		}
		for of := range most {
			if !slices.Contains(w.counted[of], host) {
				w.counted[of] = append(w.counted[of], host)
			}
		}
		if i.Limits.VPCSubnetsPercent > 0 {
			w.cutting[host] = slices.Concat(slices.Collect(maps.Values(i.Subnets))...)
		}
		for other, subnets := range w.cutting {
			if other != host {
				others = append(others, subnets...)
			}
		}
		return nil
	})
	return others, err
}

func (w *world) DiscountIsolation(ctx context.Context, i quarantine.Isolation) error {
	return w.do(ctx, "DiscountIsolation", strings.Join(i.VPCs(), " "), func() error {
		for of := range mostOf(i) {
			w.counted[of] = slices.DeleteFunc(w.counted[of], func(host string) bool { return host == i.Target.InstanceID })
		}
		delete(w.cutting, i.Target.InstanceID)
		return nil
	})
}

// mostOf are the limits that count the isolation, by VPC or for the account.
func mostOf(i quarantine.Isolation) map[string]int {
	most := map[string]int{"account": i.Limits.AccountPerHour}
	for _, vpc := range i.VPCs() {
		most[vpc] = i.Limits.VPCPerHour
	}
	maps.DeleteFunc(most, func(_ string, n int) bool { return n == 0 })
	return most
}

func (w *world) Append(ctx context.Context, incident string, e quarantine.Event) error {
	return w.do(ctx, "Append", incident, func() error {
		key := fmt.Sprintf("%s %s %s", incident, e.Kind, e.ID)
		if _, said := w.events[key]; !said {
			w.events[key] = e
		}
		return nil
	})
}

// holding adds a holder to the set of them. The slice is a new one: records
// that were handed out do not change.
func holding(r, q quarantine.Quarantine, incident string) quarantine.Quarantine {
	r.AccountID, r.Region, r.VPCID, r.SubnetID = q.AccountID, q.Region, q.VPCID, q.SubnetID
	r.Holders = slices.Compact(slices.Sorted(slices.Values(append(slices.Clone(r.Holders), incident))))
	return r
}
