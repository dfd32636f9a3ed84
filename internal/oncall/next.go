package oncall

import (
	"time"

	"github.com/ec2-quarantine/quarantine/internal/command"
	"github.com/ec2-quarantine/quarantine/internal/message"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Step is what a person can do next, and the words of the command for that; none where there is none.
type Step struct {
	Text    string
	Command []string
}

// Next are a person's next steps about an incident, at a time, for commands that are typed there.
// Lists, records and reports take them from here.
func Next(in quarantine.Incident, at time.Time, from command.Place) (out []Step) {
	for _, q := range in.Pending() {
		out = append(out, Step{"A question waits for an answer, whether to " + string(q.Purpose) + ":", []string{"approve", q.ID}})
	}
	if text, open := message.CloseAgain(in, at); open {
		out = append(out, Step{text, []string{"show", in.ID, "--by-hand"}})
	}
	unwatched := Unwatched(in, from)
	switch in.Status {
	case quarantine.StatusContained:
		if text, can := message.GiveBack(in, at); can {
			out = append(out, Step{text, []string{"narrow", in.ID}})
		}
		alarm := Step{"If this is a false alarm, say so: the same type of finding asks before it cuts again.", []string{"release", in.ID, "--false-alarm"}}
		if unwatched {
			alarm.Text = "If this is a false alarm, say so:"
		}
		out = append(out, Step{"Once it is examined, put everything back:", []string{"release", in.ID}})
		if !in.ByWordAlone() {
			out = append(out, alarm)
		}
	case quarantine.StatusFailed:
		end := "The next finding tries again. To end the incident instead:"
		if unwatched {
			end = "Nothing is deployed: nothing tries again by itself. To end the incident:"
		}
		out = append(out, byHand(in), Step{end, []string{"release", in.ID}})
	case quarantine.StatusIsolating, quarantine.StatusReleasing:
		out = append(out, Step{"See how it stands now:", []string{"show", in.ID}})
	case quarantine.StatusObserved:
		if len(in.Findings) > 0 && in.Resource.Kind == quarantine.KindInstance {
			out = append(out, Step{"If it is to be cut, do so from your computer; it shows what it would touch, and asks first:", []string{"respond", "--finding", in.Findings[0].ID}})
		}
		out = append(out, Step{"See how by hand:", []string{"show", in.ID, "--by-hand"}},
			Step{"To have such findings acted on, set mode: act in the policy, for the account or under modes.vpcs for its VPC.", nil})
	case quarantine.StatusReleased:
		out = append(out, Step{"Nothing: it is over. What was kept as evidence stays.", nil})
	}
	return out
}

func byHand(in quarantine.Incident) Step {
	return Step{"See what is left to do by hand:", []string{"show", in.ID, "--by-hand"}}
}

// Unwatched tells whether nothing looks at the incident: nothing is deployed where commands are typed
// from, and no look is on record.
func Unwatched(in quarantine.Incident, from command.Place) bool {
	return from.OnLaptop() && in.Watch.LookedAt.IsZero()
}

// Next writes them.
func (p Printer) Next(in quarantine.Incident) {
	steps := Next(in, p.Now(), p.At)
	if len(steps) == 0 {
		return
	}
	p.Style.Heading(p.W, "What next")
	for _, s := range steps {
		p.say(2, "%s", s.Text)
		if len(s.Command) > 0 {
			p.command(p.Style.Plain, 4, s.Command...)
		}
	}
}
