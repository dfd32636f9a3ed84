package backtest

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// resources counts by resource: each part of a finding for itself.
func (r *Result) resources(live *Live) {
	all, types := map[quarantine.Resource]*OfResource{}, map[quarantine.Resource]map[string]*Tally{}
	for _, j := range r.Findings {
		if j.Archived {
			continue
		}
		for _, p := range j.Parts {
			if p.Resource == nil {
				continue
			}
			of := all[*p.Resource]
			if of == nil {
				of = &OfResource{Resource: *p.Resource, Now: live.of(*p.Resource)}
				all[*p.Resource], types[*p.Resource] = of, map[string]*Tally{}
			}
			of.Add(p.Outcome)
			of.Name = cmp.Or(p.Name, of.Name)
			count(types[*p.Resource], j.Type, p.Outcome)
			if p.Outcome == Cut {
				verdict := p.Verdict
				of.Last, of.Verdict = j.At, &verdict
			}
			if p.HeldBy != "" {
				of.HeldBy = p.HeldBy
				of.Held++
			}
		}
	}
	r.ByResource, r.Cuts, r.Resources = []OfResource{}, 0, 0
	for resource, of := range all {
		of.Types = ranked(types[resource])
		r.ByResource = append(r.ByResource, *of)
		r.Cuts += of.Cut
		r.Held += of.Held
		if of.Cut > 0 {
			r.Resources++
		}
	}
	slices.SortFunc(r.ByResource, func(a, b OfResource) int {
		return cmp.Or(heavier(a.Tally, b.Tally), cmp.Compare(a.Resource.String(), b.Resource.String()))
	})
}

// most is how many resources are shown of those that would have been cut, or held.
const most = 10

// MostCut are the resources that would have been cut most, ten at most.
func (r Result) MostCut() []OfResource {
	out := []OfResource{}
	for _, of := range r.ByResource {
		if of.Cut > 0 && len(out) < most {
			out = append(out, of)
		}
	}
	return out
}

// MostHeld are the resources of which the brake would have asked most, ten at most.
func (r Result) MostHeld() []OfResource {
	out := slices.DeleteFunc(slices.Clone(r.ByResource), func(of OfResource) bool { return of.Held == 0 })
	slices.SortStableFunc(out, func(a, b OfResource) int { return cmp.Compare(b.Held, a.Held) })
	return out[:min(len(out), most)]
}

// ToLookAt are the resources that would have been cut, the most cut first, or held: what the account
// says of them can make another estimate, and what held one may not hold it then.
func (r Result) ToLookAt() []quarantine.Resource {
	var out []quarantine.Resource
	for _, of := range r.ByResource {
		if of.Cut > 0 || of.Held > 0 {
			out = append(out, of.Resource)
		}
	}
	return out
}

// trimmed is a number without needless digits.
func trimmed(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }
