package report

import (
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// networkMap is what passes around one instance: pictures of the moments that matter, and a table.
type networkMap struct {
	Of, Name string
	Pictures []picture
	Moments  []string
	Rows     []Way
	// Recorded says that this is what is on record, and nobody has tried it.
	Recorded bool
}

// maps are those of the instances. An access key is on no network.
func maps(r Report) (out []networkMap) {
	if r.Network != nil {
		for _, host := range accused(r) {
			out = append(out, mapOf(host, *r.Network, false))
		}
		return out
	}
	for _, in := range r.Incidents {
		if in.Status == quarantine.StatusObserved {
			continue // there is no after
		}
		if in.Resource.Kind == quarantine.KindInstance || in.Resource.Kind == "" {
			n := recorded(in, r.Names)
			out = append(out, mapOf(n.Ways[1].From, n, true))
		}
	}
	return out
}

// accused are the instances that the incidents are about; without an incident, the one that most ways
// lead from or to.
func accused(r Report) (out []Host) {
	var ids []string
	for _, in := range r.Incidents {
		ids = append(ids, in.Resource.ID)
	}
	times, most := map[string]int{}, Host{}
	for _, w := range r.Network.Ways {
		for _, h := range []Host{w.From, w.To} {
			if times[h.ID]++; h.Subnet != "" && times[h.ID] > times[most.ID] {
				most = h
			}
			if slices.Contains(ids, h.ID) && !slices.Contains(out, h) {
				out = append(out, h)
			}
		}
	}
	if len(ids) == 0 && most.ID != "" {
		out = append(out, most)
	}
	return out
}

func mapOf(host Host, n Network, recorded bool) networkMap {
	m := networkMap{Of: host.ID, Name: host.Name, Moments: n.Moments, Recorded: recorded}
	for _, w := range n.Ways {
		if w.From == host || w.To == host {
			m.Rows = append(m.Rows, w)
		}
	}
	others := m.Rows
	for _, w := range n.Ways { // the neighbours' own ways, where this is the only instance
		if w.From != host && w.To != host && (w.From.Subnet == host.Subnet || w.To.Subnet == host.Subnet) {
			m.Rows = append(m.Rows, w)
		}
	}
	for i, moment := range n.Moments {
		if i == 1 && len(n.Moments) > 2 {
			continue // right after the cut: the table has it
		}
		m.Pictures = append(m.Pictures, drawn(moment, host, others, i))
	}
	return m
}
