package release_test

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// lock is an instance's.
type lock struct {
	incident, owner, lastReleased string
	status                        quarantine.Status
	lease                         time.Time
}

// acquire is the state machine's part: it gives the incident that goes on or is opened.
func (w *world) acquire(instance, owner string) string {
	l := w.locks[instance]
	if l.incident == "" {
		l.incident = incidentOf(instance)
		if l.lastReleased != "" {
			l.incident = l.lastReleased + "-again"
		}
	}
	l.owner, l.status, l.lease = owner, quarantine.StatusIsolating, noon.Add(5*time.Minute)
	w.locks[instance] = l
	return l.incident
}

// fail marks a lock as the state machine does when an isolation fails.
func (w *world) fail(instance string) {
	l := w.locks[instance]
	l.status = quarantine.StatusFailed
	w.locks[instance] = l
}

func (w *world) RecordOriginal(ctx context.Context, q quarantine.Quarantine, incident, supersedes string) error {
	return w.do(ctx, "RecordOriginal", q.SubnetID, func() error {
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
	err = w.do(ctx, "Hold", q.SubnetID, func() error {
		r := w.records[q.SubnetID]
		if r.OriginalACL == "" {
			r.OriginalACL = q.OriginalACL
		}
		out = holding(r, q, incident)
		w.records[q.SubnetID] = out
		return nil
	})
	return out, err
}

// holding adds a holder. The slice is a new one: records that were handed out do not change.
func holding(r, q quarantine.Quarantine, incident string) quarantine.Quarantine {
	r.AccountID, r.Region, r.VPCID, r.SubnetID = q.AccountID, q.Region, q.VPCID, q.SubnetID
	r.Holders = slices.Compact(slices.Sorted(slices.Values(append(slices.Clone(r.Holders), incident))))
	return r
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

// CountIsolation is never asked: the isolations of these tests have no limits.
func (w *world) CountIsolation(context.Context, quarantine.Isolation) ([]string, error) {
	return nil, errors.New("there is no limit to count for")
}

// DiscountIsolation is never asked either.
func (w *world) DiscountIsolation(context.Context, quarantine.Isolation) error {
	return errors.New("nothing is counted")
}

// Quarantine is never asked either.
func (w *world) Quarantine(context.Context, quarantine.Target, string) (quarantine.Quarantine, error) {
	return quarantine.Quarantine{}, errors.New("there is no limit to ask for")
}

func (w *world) Contained(ctx context.Context, c quarantine.Claim, _ quarantine.Finding, _ quarantine.Verdict, done quarantine.Containment) (first bool, err error) {
	err = w.do(ctx, "Contained", c.Incident, func() error {
		l := w.locks[c.Target.InstanceID]
		if l.owner != c.Owner || l.incident != c.Incident || l.status != quarantine.StatusIsolating && l.status != quarantine.StatusContained {
			return quarantine.Failf(quarantine.LockLost, "the lock is not held any more")
		}
		first = w.incidents[c.Incident].Status != quarantine.StatusContained
		r := quarantine.IncidentRecord{ID: c.Incident, Target: c.Target, Status: quarantine.StatusContained}
		r.Subnets = slices.Clone(w.incidents[c.Incident].Subnets)
		for _, q := range done.Subnets {
			r.Subnets = append(r.Subnets, q.SubnetID)
		}
		slices.Sort(r.Subnets)
		r.Subnets = slices.Compact(r.Subnets)
		w.incidents[c.Incident] = r
		l.status = quarantine.StatusContained
		w.locks[c.Target.InstanceID] = l
		return nil
	})
	return first, err
}

func (w *world) Append(ctx context.Context, incident string, e quarantine.Event) error {
	return w.do(ctx, "Append", incident, func() error {
		key := incident + " " + string(e.Kind) + " " + e.ID
		if _, said := w.events[key]; !said {
			w.events[key] = e
		}
		return nil
	})
}

func (w *world) IncidentRecord(ctx context.Context, id string) (out quarantine.IncidentRecord, err error) {
	err = w.do(ctx, "IncidentRecord", id, func() error {
		known := false
		if out, known = w.incidents[id]; known {
			return nil
		}
		for instance, l := range w.locks {
			if l.incident == id || l.lastReleased == id {
				known, out = true, quarantine.IncidentRecord{ID: id, Target: targetOf(instance), Status: quarantine.StatusReleasing}
			}
		}
		if !known {
			return quarantine.Failf(quarantine.BadRequest, "the ledger knows no incident %s", id)
		}
		for subnet, r := range w.records {
			if slices.Contains(r.Holders, id) || r.Releasing == id {
				out.Subnets = append(out.Subnets, subnet)
			}
		}
		slices.Sort(out.Subnets)
		return nil
	})
	return out, err
}

func (w *world) BeginRelease(ctx context.Context, c quarantine.Claim, lease time.Duration) error {
	return w.do(ctx, "BeginRelease", c.Incident, func() error {
		l := w.locks[c.Target.InstanceID]
		free := l.status == quarantine.StatusContained || l.status == quarantine.StatusFailed ||
			l.status == quarantine.StatusReleasing && (l.owner == c.Owner || l.lease.Before(w.now))
		switch {
		case l.incident == c.Incident && free:
			l.status, l.owner, l.lease = quarantine.StatusReleasing, c.Owner, w.now.Add(lease)
			w.locks[c.Target.InstanceID] = l
		case l.incident == c.Incident || l.lastReleased != c.Incident:
			return quarantine.Failf(quarantine.LockLost, "%s is %s by %s", l.incident, l.status, l.owner)
		}
		return nil
	})
}

func (w *world) LetGo(ctx context.Context, q quarantine.Quarantine, incident string) (out quarantine.Quarantine, err error) {
	err = w.do(ctx, "LetGo", q.SubnetID, func() error {
		r, known := w.records[q.SubnetID]
		if !known {
			out = q
			return nil
		}
		if slices.Contains(r.Holders, incident) {
			r.Holders = slices.DeleteFunc(slices.Clone(r.Holders), func(h string) bool { return h == incident })
			if len(r.Holders) == 0 {
				r.Holders, r.Releasing = nil, incident
			}
			w.records[q.SubnetID] = r
		}
		out = r
		return nil
	})
	return out, err
}

func (w *world) Forget(ctx context.Context, q quarantine.Quarantine, incident string) error {
	return w.do(ctx, "Forget", q.SubnetID, func() error {
		r := w.records[q.SubnetID]
		if len(r.Holders) > 0 || r.Releasing != "" && r.Releasing != incident {
			return quarantine.Failf(quarantine.Contended, "%s was taken back", q.SubnetID)
		}
		w.records[q.SubnetID] = quarantine.Quarantine{AccountID: r.AccountID, Region: r.Region, VPCID: r.VPCID, SubnetID: q.SubnetID}
		return nil
	})
}

func (w *world) Released(ctx context.Context, c quarantine.Claim, r quarantine.Release) error {
	return w.do(ctx, "Released", c.Incident, func() error {
		l := w.locks[c.Target.InstanceID]
		switch {
		case l.incident == c.Incident && l.owner == c.Owner && l.status == quarantine.StatusReleasing:
			w.locks[c.Target.InstanceID] = lock{owner: l.owner, status: quarantine.StatusReleased, lastReleased: c.Incident}
		case l.incident == c.Incident || l.lastReleased != c.Incident:
			return quarantine.Failf(quarantine.LockLost, "%s is %s by %s", l.incident, l.status, l.owner)
		}
		i := w.incidents[c.Incident]
		i.ID, i.Target, i.Status = c.Incident, c.Target, quarantine.StatusReleased
		if i.Release == nil {
			i.Release, i.ReleasedIn = &r, c.Owner
		}
		w.incidents[c.Incident] = i
		return nil
	})
}
