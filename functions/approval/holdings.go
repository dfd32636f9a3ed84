package approval

import (
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// holdings are what the incident of a question holds, by the ledger's record, or not known.
type holdings struct {
	Things  []holding
	Open    []string // what is open all the same
	Unknown bool
	Known   []quarantine.Hold // the same as they are on record
}

// holding is a thing in words: what it is, and how it stands.
type holding struct{ Kind, Text string }

// heldBy are an incident's holdings, measure by measure.
func heldBy(in quarantine.Incident) holdings {
	if len(in.Held()) == 0 {
		return holdings{Unknown: true}
	}
	held := register.Sorted(in.HeldAndLeft())
	out := holdings{Open: register.StaysOpenOf(in), Known: held}
	for _, h := range held {
		m := register.Named(h.Measure)
		out.Things = append(out.Things, holding{
			Kind: strings.ToUpper(m.Thing[:1]) + m.Thing[1:],
			Text: h.Thing + ": " + strings.Join(m.Standing(h, in.ID, moment).Clauses(), "; "),
		})
	}
	return out
}
