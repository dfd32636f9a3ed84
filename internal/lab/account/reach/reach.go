// Package reach determines whether a packet gets through the network that EC2 describes: the first
// one of a connection, and a later one.
package reach

import (
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/ec2"
)

// Sources and targets of packets, besides instances, interfaces and IP addresses.
const (
	Internet = "internet" // outside; any address that belongs to no interface
	Resolver = "resolver" // the VPC's Route 53 Resolver, VPC+2; only as To
	Metadata = "metadata" // the instance metadata service; only as To
	TimeSync = "time"     // the Amazon Time Sync Service; only as To
	DHCP     = "dhcp"     // only as To
)

// Packet is the first packet of a connection.
type Packet struct {
	From, To   string // Internet and so on, an instance's ID (its primary interface), an interface's ID, or an IP address
	Protocol   string // "tcp", "udp" or "icmp" (an echo request); "" is tcp
	Port       int    // destination port; not for icmp
	SourcePort int    // 0 is 50000, an ephemeral port on Linux and on Windows
	IPv6       bool   // between Internet, instances and interfaces, use IPv6 addresses
}

// Path says whether a packet and its answer get through.
type Path struct {
	Allowed bool
	Unknown bool   // neither the account's description nor AWS's documentation tells; Allowed is false
	Reason  string // text: what allows the packet, what stops it, or what is not known
	Rules   []Rule // those that this follows from; none where there is no way at all
}

// Through determines whether the packet and its answer get through routes, the internet gateway,
// the public address, network ACLs at every subnet border and security groups. Whether a process
// listens is not checked. If one of these stops the packet, unknown others do not matter.
func Through(d ec2.Description, p Packet) Path {
	t := &trip{net: network{d}}
	return t.travel(p, t.group)
}

// groups checks a packet at one end against the security groups there; egress is true at the end
// that sends it.
type groups func(end host, f flow, egress bool, peer host)

func (t *trip) travel(p Packet, check groups) Path {
	from, err := t.net.host(p.From, p.IPv6)
	if err != nil {
		return Path{Reason: err.Error()}
	}
	if p.To == Metadata && t.net.hasNoMetadata(from) {
		return Path{Reason: "the metadata options of the instance disable the endpoint", Rules: []Rule{RuleMetadata}}
	}
	if word, ok := neverFiltered[p.To]; ok {
		return always(from, word)
	}
	to, err := t.net.host(p.To, p.IPv6)
	if err != nil {
		return Path{Reason: err.Error()}
	}
	t.run(p, from, to, check)
	return t.path()
}

// network is the network that packets pass through.
type network struct{ ec2.Description }

// hasNoMetadata tells whether the host's instance has the endpoint of its metadata service off.
func (n network) hasNoMetadata(h host) bool {
	if h.eni == nil {
		return false
	}
	for _, i := range n.Instances {
		for at := range i.NetworkInterfaces {
			if &i.NetworkInterfaces[at] == h.eni {
				return i.MetadataOptions != nil && i.MetadataOptions.HttpEndpoint == types.InstanceMetadataEndpointStateDisabled
			}
		}
	}
	return false
}

// Targets that neither network ACLs nor security groups filter:
// https://docs.aws.amazon.com/vpc/latest/userguide/nacl-basics.html
// https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html
var neverFiltered = map[string]string{
	Resolver: "the Route 53 Resolver (VPC+2)",
	Metadata: "the instance metadata service",
	TimeSync: "the Amazon Time Sync Service",
	DHCP:     "DHCP",
}

func always(from host, word string) Path {
	if from.eni == nil {
		return Path{Reason: fmt.Sprintf("%s is reached from inside a VPC only", word)}
	}
	return Path{Allowed: true, Rules: []Rule{RuleUnfiltered}, Reason: fmt.Sprintf("neither network ACLs nor security groups filter traffic to %s", word)}
}

// trip collects the results along a packet's path.
type trip struct {
	net     network
	passed  []string
	by      []Rule // of what passed
	stopped finding
	unknown finding
	nat     *host // the NAT gateway that it goes through
	back    bool  // the answer's routes are looked at
}

// finding is the first thing that stops a packet, or the first that is not known.
type finding struct {
	text string
	rule Rule
}

func (t *trip) pass(r Rule, format string, args ...any) {
	t.passed, t.by = append(t.passed, fmt.Sprintf(format, args...)), together(t.by, r)
}

func (t *trip) stop(r Rule, format string, args ...any) {
	if t.stopped.text == "" {
		t.stopped = finding{fmt.Sprintf(format, args...), r}
	}
}

func (t *trip) unsure(r Rule, format string, args ...any) {
	if t.unknown.text == "" {
		t.unknown = finding{fmt.Sprintf(format, args...), r}
	}
}

func (t *trip) path() Path {
	switch {
	case t.stopped.text != "":
		return Path{Reason: t.stopped.text, Rules: []Rule{t.stopped.rule}}
	case t.unknown.text != "":
		return Path{Unknown: true, Reason: "not known: " + t.unknown.text, Rules: []Rule{t.unknown.rule}}
	default:
		return Path{Allowed: true, Reason: strings.Join(t.passed, "; "), Rules: t.by}
	}
}

// run checks the packet's path from source to target, and the answer's path back.
func (t *trip) run(p Packet, from, to host, check groups) {
	there, err := newFlow(p, from, to)
	if err != nil {
		t.stop(RuleRoute, "%v", err)
		return
	}
	back := there.answer()
	if from.eni == nil && !to.public {
		t.unreached(to)
	}
	t.route(from, to)
	if t.nat != nil {
		to.always = "what goes through a NAT gateway"
	}
	check(from, there, true, to)
	inside := from.eni != nil && to.eni != nil && from.subnet == to.subnet
	if inside {
		t.pass(RuleInside, "both are in %s, and network ACLs do not act within a subnet", from.subnet)
	} else {
		t.acl(from, there, true, "")
		t.throughNAT(from, to, there)
		t.acl(to, there, false, "")
	}
	check(to, there, false, from)
	t.back = true
	t.route(to, from)
	if !inside {
		t.acl(to, back, true, "the answer, ")
		t.acl(from, back, false, "the answer, ")
	}
}
