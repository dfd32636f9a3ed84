package message

import (
	"time"

	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// GiveBack says what narrowing an incident is for, and from when on it is possible unless that is
// over; false where it is not possible, or nobody was cut off with the instance.
func GiveBack(in quarantine.Incident, at time.Time) (string, bool) {
	from, can := register.NarrowableFrom(in)
	if n := in.Neighbours; !can || in.Status != quarantine.StatusContained || n != nil && n.NotKnown == "" && n.Total() == 0 && !n.AtLeast {
		return "", false
	}
	when := ""
	if from.After(at) {
		when = ", from " + from.UTC().Add(time.Minute-time.Nanosecond).Truncate(time.Minute).Format("2006-01-02 15:04") + " UTC on"
	}
	if in.Watch.Unseen != "" {
		when += ", once a look has seen everything"
	}
	return "To give the subnets back to the others while this instance stays held" + when + ":", true
}

// giveBackStep is that of a message: whenever it is read, the time stands in it.
func (f facts) giveBackStep() []line {
	if f.record.Incident == nil {
		return nil
	}
	text, can := GiveBack(*f.record.Incident, time.Time{})
	if !can {
		return nil
	}
	return []line{say("%s", text), f.quarantine("narrow", f.incident())}
}
