package oncall

import (
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Pausing writes what happens now that a person has the watch wait.
func (p Printer) Pausing(in quarantine.Incident) {
	if Unwatched(in, p.At) {
		p.say(2, "The pause of %s until %s UTC is on record, and changes nothing: %s.", in.ID, minute(in.Watch.PausedUntil), nobodyWatches)
		return
	}
	p.say(2, "Until %s UTC, in %s, nothing of %s is put right, and nobody is told what is opened. The looks go on. What they see:",
		minute(in.Watch.PausedUntil), left(in.Watch.PausedUntil.Sub(p.Now())), in.ID)
	p.command(p.Style.Plain, 4, "show", in.ID)
	p.say(2, "Then it goes on by itself.")
	p.Looked(in)
}

// Leaving writes what happens now that a person wants a thing left as it is.
func (p Printer) Leaving(in quarantine.Incident, d quarantine.Drift) {
	name := register.Thing(d.Hold())
	p.say(2, "%s stays as somebody has put it: nothing puts it right, and nobody is told of it, until a person ends that:", name)
	p.command(p.Style.Plain, 4, "resume", in.ID, name)
	p.Looked(in)
}

// Resuming writes what happens now that the watch goes on.
func (p Printer) Resuming(in quarantine.Incident, ended []string) {
	if len(ended) == 0 {
		p.say(2, "Nothing of %s was paused or left: nothing is changed.", in.ID)
	} else if what := "Ended: " + strings.Join(ended, "; "); Unwatched(in, p.At) {
		p.say(2, "%s. That changes nothing: %s.", what, nobodyWatches)
		return
	} else {
		p.say(2, "%s. The next look puts right what stands open.", what)
	}
	p.Looked(in)
}
