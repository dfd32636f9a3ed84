package simulate

import (
	"cmp"

	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/statemachine/state"
)

// Question is a probe to make before, during and after the run.
type Question struct {
	From, To string // descriptions for people
	Packet   account.Packet
	// Open asks about a connection that was opened before the events and over which its hosts send
	// without a pause, instead of a new connection.
	Open bool
}

// phase is a moment at which probes are made.
type phase int

const (
	before    phase = iota
	afterCut        // right after it
	contained       // everything that contains has been done
	narrowed        // the subnets are given back, and the instance is still held
	after           // at the end, which may be after a release
	phases
)

// prober makes the probes. Its answers are nil until their time has come.
type prober struct {
	account   *account.Account
	questions []Question
	open      []*account.Connection // of questions about one; nil if it could not be opened
	tracking  []map[string]string   // of those
	answers   [phases][]account.Path
	taken     credentials
}

// newProber opens the connections, and asks for the first time.
func newProber(a *account.Account, questions []Question) *prober {
	p := &prober{account: a, questions: questions, open: make([]*account.Connection, len(questions)), tracking: make([]map[string]string, len(questions))}
	first := make([]account.Path, len(questions))
	for i, q := range questions {
		if !q.Open {
			first[i] = a.CanReach(q.Packet)
			continue
		}
		if p.open[i], first[i] = a.Connect(q.Packet); p.open[i] != nil {
			p.open[i].Keep()
			p.tracking[i] = tracking(p.open[i])
		}
	}
	p.answers[before] = first
	p.taken = newCredentials(a)
	p.taken.ask(a, before)
	return p
}

// ask answers every question for the account's current state, unless it was asked in this phase.
func (p *prober) ask(at phase) {
	if p.answers[at] != nil {
		return
	}
	answers := make([]account.Path, len(p.questions))
	for i, q := range p.questions {
		switch {
		case !q.Open:
			answers[i] = p.account.CanReach(q.Packet)
		case p.open[i] == nil:
			answers[i] = p.answers[before][i]
		default:
			answers[i] = p.open[i].Send()
		}
	}
	p.answers[at] = answers
	p.taken.ask(p.account, at)
}

// onEvent asks when an execution, which is in a state, has come to a phase.
func (p *prober) onEvent(in string, e history.Event) {
	switch {
	case e.TaskSucceeded != nil && in == state.Isolate:
		p.ask(afterCut)
	case e.StateExited != nil && e.StateExited.Name == state.Respond:
		p.ask(contained)
	case e.StateEntered != nil && (e.StateEntered.Name == state.Narrowed || e.StateEntered.Name == state.NarrowedUntold):
		p.ask(narrowed)
	}
}

// results combines questions and answers. What was not asked, because its time did not come, is
// as it is afterwards, or as it was before.
func (p *prober) results() []Probe {
	out := make([]Probe, len(p.questions))
	for i, q := range p.questions {
		packet := Packet{From: q.Packet.From, To: q.Packet.To, Protocol: cmp.Or(q.Packet.Protocol, "tcp"), Port: q.Packet.Port, IPv6: q.Packet.IPv6}
		out[i] = Probe{From: q.From, To: q.To, Packet: packet, Open: q.Open, Tracking: p.tracking[i], Rules: map[string][]account.PathRule{}}
		for at, into := range out[i].phases() {
			path, asked := p.at(phase(at), i)
			if !asked {
				continue
			}
			*into.answer, *into.reason = word(path), path.Reason
			if len(path.Rules) > 0 {
				out[i].Rules[into.name] = path.Rules
			}
		}
	}
	return out
}

// at is the answer in a phase. Whether the subnets were given back is a question of its own.
func (p *prober) at(at phase, i int) (account.Path, bool) {
	for _, asked := range []phase{at, after, before} {
		if p.answers[asked] != nil {
			return p.answers[asked][i], true
		}
		if at == narrowed {
			break
		}
	}
	return account.Path{}, false
}

// tracking is what each interface does with a connection.
func tracking(c *account.Connection) map[string]string {
	out := map[string]string{}
	for eni, tracked := range c.Tracked() {
		out[eni] = map[bool]string{true: Tracked, false: Untracked}[tracked]
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
