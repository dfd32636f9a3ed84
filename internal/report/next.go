package report

import (
	"github.com/ec2-quarantine/quarantine/internal/command"
	"github.com/ec2-quarantine/quarantine/internal/oncall"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// next are a person's next steps, in the words of the list and the record.
func (r Report) next(in quarantine.Incident) (out []step) {
	for _, s := range oncall.Next(in, r.Made, r.Place) {
		one := step{Text: s.Text}
		if len(s.Command) > 0 {
			one.Command = command.Line(r.Place.Quarantine(s.Command...))
		}
		out = append(out, one)
	}
	return out
}
