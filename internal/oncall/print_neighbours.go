package oncall

import (
	"github.com/ec2-quarantine/quarantine/internal/message"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Hit says who else the cut has hit, as it is on record, while the incident holds any subnet.
func (p Printer) Hit(in quarantine.Incident) {
	if in.Neighbours == nil || len(in.HeldQuarantines()) == 0 {
		return
	}
	p.colored(p.Style.Dim, 2, "cut off with it, as counted at the cut: "+in.Neighbours.Named())
}

// GiveBack says how the others are spared, and from when on, where that is possible.
func (p Printer) GiveBack(in quarantine.Incident) {
	if text, can := message.GiveBack(in, p.Now()); can {
		p.say(2, "%s", text)
		p.command(p.Style.Plain, 4, "narrow", in.ID)
	}
}
