package simulate

import (
	"fmt"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
)

// The ports that probes are about where rules do not name another one.
const (
	shell = 22
	page  = 80
	https = 443
)

// asking are the probes for an instance, as they are collected.
type asking struct {
	account  *account.Account
	instance string
	all      []Question
}

// around are probes for an instance: its way in and its way out, over each version of IP that it
// has addresses of, its neighbours, and what a network ACL cannot block. Where there can be a
// connection, one that is open already is asked about as well. The neighbours beside and across may
// be "".
func around(a *account.Account, instance, beside, across string) []Question {
	ipv4, ipv6 := a.Families(instance)
	q := asking{account: a, instance: instance}
	if ipv4 || !ipv6 {
		q.outside(note(ipv6, ", IPv4"), false)
	}
	if ipv6 {
		q.outside(", IPv6", true)
	}
	only6 := ipv6 && !ipv4 // then the neighbours, too, are asked over IPv6
	q.neighbours(beside, across, only6)
	q.services(only6)
	q.all = append(q.all, Question{From: instance, To: "the VPC's DNS resolver (udp/53)", Packet: account.Packet{From: instance, To: account.Resolver, Protocol: "udp", Port: 53, IPv6: only6}})
	return q.all
}

// ask asks about a new connection, and about an open one if there may be one.
func (q *asking) ask(from, to, where, family string, p account.Packet) {
	of := Question{From: from, To: fmt.Sprintf("%s%s (tcp/%d%s)", to, where, p.Port, family), Packet: p}
	q.all = append(q.all, of)
	if path := q.account.CanReach(p); path.Allowed || path.Unknown {
		of.Open = true
		q.all = append(q.all, of)
	}
}

// outside are the probes between the instance and the internet.
func (q *asking) outside(family string, ipv6 bool) {
	in, out := account.Packet{From: account.Internet, To: q.instance, Port: page, IPv6: ipv6}, account.Packet{From: q.instance, To: account.Internet, Port: https, IPv6: ipv6}
	q.ask("internet", q.instance, "", family, in)
	q.ask(q.instance, "internet", note(slices.Contains(q.account.CanReach(out).Rules, account.RuleNAT), " through NAT"), family, out)
}

func (q *asking) neighbours(beside, across string, ipv6 bool) {
	if across != "" {
		q.ask(q.instance, across, ", other subnet", "", q.packet(q.instance, across, ipv6))
	}
	if beside != "" {
		q.ask(q.instance, beside, ", same subnet", "", q.packet(q.instance, beside, ipv6))
		q.ask(beside, q.instance, ", same subnet", "", q.packet(beside, q.instance, ipv6))
	}
}

// packet is one on a port that the other side's rules allow: the usual one if they do, or do not
// tell.
func (q *asking) packet(from, to string, ipv6 bool) account.Packet {
	usual := account.Packet{From: from, To: to, Port: shell, IPv6: ipv6}
	for _, port := range append([]int{shell}, q.account.OpenPorts(to)...) {
		p := usual
		if p.Port = port; q.account.CanReach(p).Allowed {
			return p
		}
	}
	return usual
}

// services are the probes between the instance and the load balancers and databases of its
// subnets. What may not talk to it is not asked about.
func (q *asking) services(ipv6 bool) {
	for _, s := range servicesBeside(q.account, q.instance) {
		p := q.packet(q.instance, s.id, ipv6)
		from, to := q.instance, s.name
		if s.asks {
			p = q.packet(s.id, q.instance, ipv6)
			from, to = s.name, q.instance
		}
		if q.account.CanReach(p).Allowed {
			q.ask(from, to, ", same subnet", "", p)
		}
	}
}

func note(is bool, text string) string {
	if is {
		return text
	}
	return ""
}
