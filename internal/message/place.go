package message

import (
	"slices"
	"strings"
)

// withPlace are the draft's parts with the account and the Region in their first lines, where neither the
// subject, which can be too long for them, nor a part has them: who is on call for several has to know.
func (d draft) withPlace() []part {
	where := d.where()
	says := func(l line) bool { return strings.Contains(l.text, where) }
	if where == "" || strings.Contains(d.subject, where) || slices.ContainsFunc(d.parts, func(p part) bool { return slices.ContainsFunc(p.lines, says) }) {
		return d.parts
	}
	out := slices.Clone(d.parts)
	for i, p := range out {
		if p.rank != summary || len(p.lines) == 0 {
			continue
		}
		last := max(0, slices.IndexFunc(p.lines, func(l line) bool { return l.command != nil })-1)
		if last == 0 && p.lines[len(p.lines)-1].command == nil {
			last = len(p.lines) - 1
		}
		out[i].lines = slices.Clone(p.lines)
		out[i].lines[last].text += " In account " + where + "."
		break
	}
	return out
}
