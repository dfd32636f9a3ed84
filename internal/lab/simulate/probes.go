package simulate

import "github.com/ec2-quarantine/quarantine/internal/lab/account"

// Question is a probe to make before and after the run.
type Question struct {
	From, To string // descriptions for people
	Packet   account.Packet
}

// ask answers every question for the account's current state.
func ask(a *account.Account, questions []Question) []account.Path {
	answers := make([]account.Path, len(questions))
	for i, q := range questions {
		answers[i] = a.CanReach(q.Packet)
	}
	return answers
}

// probes combines questions and answers.
func probes(questions []Question, before, then, after []account.Path) []Probe {
	out := make([]Probe, len(questions))
	for i, q := range questions {
		out[i] = Probe{
			From: q.From, To: q.To, Before: word(before[i]), AfterCut: word(then[i]), After: word(after[i]),
			ReasonBefore: before[i].Reason, ReasonAfter: after[i].Reason,
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

// around are probes for an instance: its way in, its way out, and what a network ACL cannot
// block. The neighbours beside and across may be "".
func around(instance, beside, across string) []Question {
	all := []Question{
		{"internet", instance + " (tcp/80)", account.Packet{From: account.Internet, To: instance, Port: 80}},
		{instance, "internet (tcp/443)", account.Packet{From: instance, To: account.Internet, Port: 443}},
	}
	if across != "" {
		all = append(all, Question{instance, across + ", other subnet (tcp/22)", account.Packet{From: instance, To: across, Port: 22}})
	}
	if beside != "" {
		all = append(all, Question{instance, beside + ", same subnet (tcp/22)", account.Packet{From: instance, To: beside, Port: 22}})
	}
	return append(all, Question{instance, "the VPC's DNS resolver (udp/53)", account.Packet{From: instance, To: account.Resolver, Protocol: "udp", Port: 53}})
}
