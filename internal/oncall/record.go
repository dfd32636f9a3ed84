// Package oncall is what people on call are shown: what is open, everything that
// is on record of an incident, and questions, as lines of a terminal.
package oncall

import (
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Record is an incident as a program is shown it.
type Record struct {
	quarantine.Incident
	// RemainsOpen is what its quarantine does not close, as read back; nothing where none stands.
	RemainsOpen []string `json:"remainsOpen"`
}

// NewRecord says what stays open beside what the incident holds. It has no null lists.
func NewRecord(in quarantine.Incident) Record {
	return Record{WithLists(in), orEmpty(remainsOpen(in))}
}

func remainsOpen(in quarantine.Incident) []string {
	if len(in.Held()) > 0 {
		return register.StaysOpenOf(in)
	}
	return nil
}
