package asreport

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/ec2"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/report"
	"github.com/ec2-quarantine/quarantine/statemachine/state"
)

// hostsOf are the instances with their names and the subnets of their first interfaces.
func hostsOf(a *account.Account) map[string]report.Host {
	out := map[string]report.Host{}
	a.Read(func(d ec2.Description) {
		for _, i := range d.Instances {
			h := report.Host{ID: text(i.InstanceId)}
			for _, t := range i.Tags {
				if text(t.Key) == "Name" {
					h.Name = text(t.Value)
				}
			}
			for _, n := range d.Interfaces {
				if h.Subnet == "" && n.Attachment != nil && text(n.Attachment.InstanceId) == h.ID {
					h.Subnet, h.VPC = text(n.SubnetId), text(n.VpcId)
				}
			}
			out[h.ID] = h
		}
	})
	return out
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// host is one end of a packet; what is no instance is named as the probe does.
func (r *Recorder) host(id, called string) report.Host {
	switch id {
	case account.Internet:
		return report.Host{ID: report.Internet, Name: "Internet"}
	case account.Resolver:
		return report.Host{ID: report.Resolver, Name: "VPC's DNS resolver"}
	}
	h, known := r.hosts[id]
	if !known {
		name, _, _ := strings.Cut(called, " (")
		name, _, _ = strings.Cut(name, ", ")
		return report.Host{ID: id, Name: name}
	}
	h.Name = cmp.Or(h.Name, id)
	return h
}

// moment is when something was asked.
type moment struct {
	name string
	of   func(simulate.Probe) (answer, reason string)
}

var (
	before    = moment{"before", func(p simulate.Probe) (string, string) { return p.Before, p.ReasonBefore }}
	afterCut  = moment{"right after the cut", func(p simulate.Probe) (string, string) { return p.AfterCut, p.ReasonAfterCut }}
	contained = moment{"while contained", func(p simulate.Probe) (string, string) { return p.Contained, p.ReasonContained }}
	narrowed  = moment{"subnets given back", func(p simulate.Probe) (string, string) { return p.Narrowed, p.ReasonNarrowed }}
	atTheEnd  = moment{"at the end", func(p simulate.Probe) (string, string) { return p.After, p.ReasonAfter }}
	released  = moment{"after the release", atTheEnd.of}
)

// moments are those that a run had. The second is right after the cut, if there was one.
func moments(s *simulate.Report) []moment {
	passed := func(name string) bool {
		return slices.ContainsFunc(s.Executions, func(x history.Execution) bool { return slices.Contains(x.Path, name) })
	}
	all := []moment{before}
	if len(s.CutBy()) > 0 {
		all = append(all, afterCut)
	}
	if passed(state.Respond) {
		all = append(all, contained)
	}
	if slices.ContainsFunc(s.Probes, func(p simulate.Probe) bool { return p.Narrowed != "" }) {
		all = append(all, narrowed)
	}
	if passed(state.Released) {
		all = append(all, released)
	}
	if last := all[len(all)-1]; last.name == before.name || last.name == afterCut.name {
		all = append(all, atTheEnd)
	}
	return all
}

// network has the probes: those of new connections, with what is known of open ones.
func (r *Recorder) network(s *simulate.Report) *report.Network {
	out := &report.Network{Notes: []string{}}
	all := moments(s)
	for _, m := range all {
		out.Moments = append(out.Moments, m.name)
	}
	open := map[simulate.Packet]*simulate.Probe{}
	for i, p := range s.Probes {
		if p.Open {
			open[p.Packet] = &s.Probes[i]
		}
	}
	for _, p := range s.Probes {
		if p.Open {
			continue
		}
		w := report.Way{From: r.host(p.Packet.From, p.From), To: r.host(p.Packet.To, p.To), What: fmt.Sprintf("%s/%d", p.Packet.Protocol, p.Packet.Port)}
		if p.Packet.IPv6 {
			w.What += " IPv6"
		}
		for _, m := range all {
			w.At = append(w.At, passage(m, p, open[p.Packet], out))
		}
		out.Ways = append(out.Ways, w)
	}
	return out
}
