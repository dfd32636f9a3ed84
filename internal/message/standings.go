package message

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// maxStandings and maxThings bound what a message says of things one by one: the incident's record
// has all of them, with what stood before.
const (
	maxStandings = 5
	maxThings    = 3
)

// standing is how one thing stands, or several that stand alike.
type standing struct {
	names  []string
	sure   bool
	state  string    // how it stands; of several without the time of the read-back
	single string    // the same of one alone
	last   time.Time // of their read-backs
	alike  string    // what has the same is told with it; "" is told alone
}

// standings say how things stand, those that stand alike together, and first what is not known to
// stand as it was put.
func (f facts) standings(holds []quarantine.Hold, name func(quarantine.Hold, measure.Standing) string) []line {
	var all []standing
	for _, h := range holds {
		one := f.standsNow(h, name)
		i := slices.IndexFunc(all, func(s standing) bool { return one.alike != "" && s.alike == one.alike })
		if i < 0 {
			all = append(all, one)
			continue
		}
		all[i].names = append(all[i].names, one.names...)
		if one.last.After(all[i].last) {
			all[i].last = one.last
		}
	}
	slices.SortStableFunc(all, func(a, b standing) int { return toInt(a.sure) - toInt(b.sure) })
	var out []line
	for _, s := range all {
		out = append(out, item(s.String()))
	}
	return few(out, maxStandings)
}

func nameless(quarantine.Hold, measure.Standing) string { return "" }

func toInt(sure bool) int {
	if sure {
		return 1
	}
	return 0
}

func (f facts) standsNow(h quarantine.Hold, name func(quarantine.Hold, measure.Standing) string) standing {
	s := register.Named(h.Measure).Standing(h, f.incident(), clock)
	s.Before = ""
	if f.saysOf(h) {
		s.State = "NOT KNOWN to be as it was put. What went wrong says what was read of it"
	}
	out := standing{names: []string{name(h, s)}, sure: s.Sure, single: strings.Join(s.Clauses(), "; ")}
	if s.Sure && measure.Closed(h) && h.HeldFor(f.incident()) && h.Drift == nil && len(s.Others) == 0 {
		out.state, out.last = register.Named(h.Measure).Now(h), h.VerifiedAt
		out.alike = h.Measure + ": " + out.state
	}
	return out
}

// saysOf tells whether the message's error says what was read of a thing that no read-back shows on record:
// to say that nothing was read would contradict it.
func (f facts) saysOf(h quarantine.Hold) bool {
	said := Clean(f.fault.text, maxCause)
	read := f.fault.name == quarantine.NotVerified || strings.HasPrefix(said, measure.ReadAfter)
	return read && h.HeldFor(f.incident()) && h.VerifiedAt.IsZero() && strings.Contains(said, h.Thing)
}

func (s standing) String() string {
	if len(s.names) == 1 {
		return s.names[0] + ": " + s.single
	}
	names := s.names[0]
	for _, name := range s.names[1:min(len(s.names), maxThings)] {
		names += ", " + name[strings.LastIndexByte(name, ' ')+1:] // what it is was said of the first
	}
	if more := len(s.names) - maxThings; more > 0 {
		names += fmt.Sprintf(" and %d more", more)
	}
	return fmt.Sprintf("%s: each %s, the last read back at %s", names, s.state, clock(s.last))
}
