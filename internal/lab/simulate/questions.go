package simulate

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/ec2"
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
	names    map[string]string
	all      []Question
}

// around are probes for an instance: its way in and its way out, over each version of IP that it
// has addresses of, its neighbours, and what a network ACL cannot block. Where there can be a
// connection, one that is open already is asked about as well. The neighbours beside and across may
// be "".
func around(a *account.Account, instance, beside, across string) []Question {
	ipv4, ipv6 := a.Families(instance)
	q := asking{account: a, instance: instance, names: namesIn(a)}
	if ipv4 || !ipv6 {
		q.outside(note(ipv6, ", IPv4"), false)
	}
	if ipv6 {
		q.outside(", IPv6", true)
	}
	only6 := ipv6 && !ipv4 // then the neighbours, too, are asked over IPv6
	q.neighbours(beside, across, only6)
	q.services(only6)
	return append(q.all, Question{
		From: q.name(instance), To: "the VPC's DNS resolver (udp/53)",
		Packet: account.Packet{From: instance, To: account.Resolver, Protocol: "udp", Port: 53, IPv6: only6},
	})
}

// ask asks about a new connection, and about an open one if there may be one.
func (q *asking) ask(from, to, where, family string, p account.Packet) {
	of := Question{From: q.name(from), To: fmt.Sprintf("%s%s (tcp/%d%s)", q.name(to), where, p.Port, family), Packet: p}
	q.all = append(q.all, of)
	if path := q.account.CanReach(p); path.Allowed || path.Unknown {
		of.Open = true
		q.all = append(q.all, of)
	}
}

// outside are the probes between the instance and the internet.
func (q *asking) outside(family string, ipv6 bool) {
	q.ask(account.Internet, q.instance, "", family, account.Packet{From: account.Internet, To: q.instance, Port: page, IPv6: ipv6})
	q.out(family, account.Packet{From: q.instance, To: account.Internet, Port: https, IPv6: ipv6})
}

// out is a probe to the internet. It says if that is through a NAT gateway.
func (q *asking) out(family string, p account.Packet) {
	q.ask(p.From, account.Internet, note(slices.Contains(q.account.CanReach(p).Rules, account.RuleNAT), " through NAT"), family, p)
}

// neighbours are the probes between the instance and its neighbours, and of their own ways out.
func (q *asking) neighbours(beside, across string, ipv6 bool) {
	if across != "" {
		q.ask(q.instance, across, ", other subnet", "", q.packet(q.instance, across, ipv6))
	}
	if beside != "" {
		q.ask(q.instance, beside, ", same subnet", "", q.packet(q.instance, beside, ipv6))
		q.ask(beside, q.instance, ", same subnet", "", q.packet(beside, q.instance, ipv6))
	}
	for _, innocent := range []string{beside, across} {
		p := account.Packet{From: innocent, To: account.Internet, Port: https, IPv6: ipv6}
		if innocent != "" && q.account.CanReach(p).Allowed {
			q.out("", p)
		}
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

// name is what people call an instance, if nothing else is called so.
func (q *asking) name(of string) string { return cmp.Or(q.names[of], of) }

// longestName is the longest name that stands for an id, which has 19 characters.
const longestName = 24

// namesIn are the names of an account's instances by their ids, but those that several have and long
// ones.
func namesIn(a *account.Account) map[string]string {
	names, times := map[string]string{}, map[string]int{}
	a.Read(func(d ec2.Description) {
		for _, i := range d.Instances {
			for _, t := range i.Tags {
				if aws.ToString(t.Key) == "Name" {
					names[aws.ToString(i.InstanceId)] = aws.ToString(t.Value)
					times[aws.ToString(t.Value)]++
				}
			}
		}
	})
	maps.DeleteFunc(names, func(_, name string) bool { return times[name] > 1 || len(name) > longestName })
	return names
}
