package simulate

import "github.com/ec2-quarantine/quarantine/internal/lab/account"

// Question is a probe to make before, during and after the run.
type Question struct {
	From, To string // descriptions for people
	Packet   account.Packet
	// Open asks about one more packet of a connection that was opened before the events, instead of
	// a new connection.
	Open bool
}

// prober makes the probes. Its answers are nil until their time has come.
type prober struct {
	account   *account.Account
	questions []Question
	open      []*account.Connection // of questions about one; nil if it could not be opened

	before, cut, contained, after []account.Path
}

// newProber opens the connections, and asks for the first time.
func newProber(a *account.Account, questions []Question) *prober {
	p := &prober{account: a, questions: questions, open: make([]*account.Connection, len(questions)), before: make([]account.Path, len(questions))}
	for i, q := range questions {
		if q.Open {
			p.open[i], p.before[i] = a.Connect(q.Packet)
		} else {
			p.before[i] = a.CanReach(q.Packet)
		}
	}
	return p
}

// ask answers every question for the account's current state.
func (p *prober) ask() []account.Path {
	answers := make([]account.Path, len(p.questions))
	for i, q := range p.questions {
		switch {
		case !q.Open:
			answers[i] = p.account.CanReach(q.Packet)
		case p.open[i] == nil:
			answers[i] = p.before[i]
		default:
			answers[i] = p.open[i].Send()
		}
	}
	return answers
}

// results combines questions and answers. What was not asked, because its time did not come, is
// as it is afterwards, or as it was before.
func (p *prober) results() []Probe {
	after := p.after
	if after == nil {
		after = p.before
	}
	at := func(asked []account.Path, i int) account.Path {
		if asked == nil {
			return after[i]
		}
		return asked[i]
	}
	out := make([]Probe, len(p.questions))
	for i, q := range p.questions {
		contained := at(p.contained, i)
		out[i] = Probe{
			From: q.From, To: q.To, Open: q.Open, Before: word(p.before[i]), AfterCut: word(at(p.cut, i)), Contained: word(contained), After: word(after[i]),
			ReasonBefore: p.before[i].Reason, ReasonContained: contained.Reason, ReasonAfter: after[i].Reason,
		}
	}
	return out
}

func word(p account.Path) string {
	switch {
	case p.Allowed:
		return Allowed
	case p.Unknown:
		return Unknown
	}
	return Denied
}

// around are probes for an instance: its way in and its way out, over each version of IP
// that it has addresses of, and what a network ACL cannot block. The neighbours beside
// and across may be "".
func around(a *account.Account, instance, beside, across string) []Question {
	ipv4, ipv6 := a.Families(instance)
	var all []Question
	if ipv4 || !ipv6 {
		all = append(all, outside(instance, note(ipv6, ", IPv4"), false)...)
	}
	if ipv6 {
		all = append(all, outside(instance, ", IPv6", true)...)
	}
	only6 := ipv6 && !ipv4 // then the neighbours, too, are asked over IPv6
	if across != "" {
		all = append(all, Question{From: instance, To: across + ", other subnet (tcp/22)", Packet: account.Packet{From: instance, To: across, Port: 22, IPv6: only6}})
	}
	if beside != "" {
		out := account.Packet{From: instance, To: beside, Port: 22, IPv6: only6}
		all = append(all,
			Question{From: instance, To: beside + ", same subnet (tcp/22)", Packet: out},
			Question{From: beside, To: instance + ", same subnet (tcp/22)", Packet: account.Packet{From: beside, To: instance, Port: 22, IPv6: only6}},
			Question{From: instance, To: beside + ", opened before (tcp/22)", Packet: out, Open: true})
	}
	return append(all, Question{From: instance, To: "the VPC's DNS resolver (udp/53)", Packet: account.Packet{From: instance, To: account.Resolver, Protocol: "udp", Port: 53, IPv6: only6}})
}

// outside are the probes between an instance and the internet.
func outside(instance, family string, ipv6 bool) []Question {
	return []Question{
		{From: "internet", To: instance + " (tcp/80" + family + ")", Packet: account.Packet{From: account.Internet, To: instance, Port: 80, IPv6: ipv6}},
		{From: instance, To: "internet (tcp/443" + family + ")", Packet: account.Packet{From: instance, To: account.Internet, Port: 443, IPv6: ipv6}},
	}
}

func note(is bool, text string) string {
	if is {
		return text
	}
	return ""
}
