package message

import (
	"slices"
	"strings"
)

// drillWord begins the subject and the first line of what is about a drill. Nothing but the record of
// one in the ledger brings it there.
const (
	drillWord   = "DRILL"
	drillPrefix = "[" + drillWord + "] "
)

// drillSubject is a subject, also one that has no resource in it, as that of a drill.
func (f facts) drillSubject(subject string) string {
	if f.record.Drill == nil || strings.HasPrefix(subject, drillPrefix) {
		return subject
	}
	return Clean(drillPrefix+subject, maxSubject)
}

// withDrill has the summary begin with it where the ledger says that it is a drill, and the detail
// say who began it. Everything else is told as of what counts.
func (f facts) withDrill(parts []part) []part {
	d := f.record.Drill
	if d == nil {
		return parts
	}
	parts = slices.Clone(parts)
	if at := slices.IndexFunc(parts, func(p part) bool { return p.rank == summary && len(p.lines) > 0 }); at >= 0 {
		lines := slices.Clone(parts[at].lines)
		lines[0].text = drillWord + ". " + lines[0].text
		parts[at].lines = lines
	} else {
		parts = append(parts, told(say("%s.", drillWord)))
	}
	return append(parts, part{title: "Drill", lines: []line{
		say("%s tries the quarantine on an instance that was made for it, says the ledger's record of that instance until %s.", Clean(d.By, maxName), clock(d.Until)),
	}}.elsewhere())
}
