package oncall

import "github.com/ec2-quarantine/quarantine/internal/quarantine"

// Hit says who else the cut has hit, as it is on record, while the incident holds any subnet.
func (p Printer) Hit(in quarantine.Incident) {
	if in.Neighbours == nil || len(in.HeldQuarantines()) == 0 {
		return
	}
	p.colored(p.Style.Dim, 2, "cut off with it, as counted at the cut: "+in.Neighbours.String())
}
