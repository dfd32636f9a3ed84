package report

import (
	"github.com/ec2-quarantine/quarantine/internal/command"
	"github.com/ec2-quarantine/quarantine/internal/message"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// next are a person's next steps.
func (r Report) next(in quarantine.Incident) (out []step) {
	for _, q := range in.Pending() {
		out = append(out, step{"A question waits for an answer, whether to " + string(q.Purpose) + ".", r.command("approve", q.ID)})
	}
	if text, open := message.CloseAgain(in, r.Made); open {
		out = append(out, step{text, r.command("show", in.ID, "--by-hand")})
	}
	release := r.command("release", in.ID)
	switch in.Status {
	case quarantine.StatusContained:
		if len(in.HeldQuarantines()) > 0 && in.Narrowed == nil && in.Resource.Kind == quarantine.KindInstance {
			out = append(out, step{"Spare the neighbours: the subnets are given back, and the instance stays held.", r.command("narrow", in.ID)})
		}
		out = append(out, step{"Once it is examined, put everything back.", release},
			step{"If this is a false alarm, say so: the same type of finding asks before it cuts again.", r.command("release", in.ID, "--false-alarm")})
	case quarantine.StatusFailed, quarantine.StatusIsolating, quarantine.StatusReleasing:
		out = append(out, step{"See how it stands now.", r.command("show", in.ID)})
		if in.Status == quarantine.StatusFailed {
			out = append(out, step{"The next finding tries again. To end the incident instead:", release})
		}
	case quarantine.StatusReleased:
		out = append(out, step{"Nothing: it is over. What was kept as evidence stays.", ""})
	}
	return out
}

// command is one of this command line, as it is typed.
func (r Report) command(words ...string) string { return command.Line(r.Place.Quarantine(words...)) }
