package approval

import (
	"fmt"
	"strings"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// holdings are what the incident of a question holds, by the ledger's record, or not known.
type holdings struct {
	Things  []holding
	Open    []string // what is open all the same
	Narrow  *narrow  // nil where there is no subnet to give back
	Unknown bool
	Doubt   string            // how much of it does not stand as it was put or is not known, or ""
	Known   []quarantine.Hold // the same as they are on record
}

// holding is a thing in words: what it is, and how it stands.
type holding struct{ Kind, Text string }

// narrow is whether the subnets alone can be given back, as far as the record says.
type narrow struct {
	Why        string   // why not now, or ""
	Unverified []string // what nobody can know then
}

func narrowing(in quarantine.Incident, now time.Time) *narrow {
	if len(in.HeldQuarantines()) == 0 {
		return nil
	}
	if err := register.CanGiveBack(in, now); err != nil {
		return &narrow{Why: strings.TrimSuffix(err.Error(), ".")}
	}
	return &narrow{Unverified: register.Unverified()}
}

// heldBy are an incident's holdings, measure by measure.
func heldBy(in quarantine.Incident) holdings {
	if len(in.Held()) == 0 {
		return holdings{Unknown: true}
	}
	held := register.Sorted(in.HeldAndLeft())
	out, doubtful := holdings{Open: register.StaysOpenOf(in), Known: held}, 0
	for _, h := range held {
		m := register.Named(h.Measure)
		standing := m.Standing(h, in.ID, moment)
		out.Things = append(out.Things, holding{
			Kind: strings.ToUpper(m.Thing[:1]) + m.Thing[1:],
			Text: h.Thing + ": " + strings.Join(standing.Clauses(), "; "),
		})
		doubtful += count(!standing.Sure)
	}
	if doubtful > 0 {
		out.Doubt = fmt.Sprintf("%d of %s open or not known", doubtful, counted(len(held), "thing"))
	}
	return out
}
