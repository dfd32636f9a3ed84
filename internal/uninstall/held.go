package uninstall

import (
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Held is a thing beyond the subnets that an incident holds.
type Held struct {
	Incident string `json:"incident"`
	Measure  string `json:"measure"`
	Thing    string `json:"thing"`
	Before   string `json:"before"` // in words
	hold     quarantine.Hold
}

// furtherHeld are the things that incidents hold by measures beyond the cut. The subnets are
// known by what EC2 shows.
func furtherHeld(all []quarantine.Incident) []Held {
	out := []Held{}
	for _, in := range all {
		for _, h := range register.Sorted(in.Held()) {
			if h.Measure != register.Cut().Name {
				out = append(out, Held{Incident: in.ID, Measure: h.Measure, Thing: h.Thing, Before: register.Named(h.Measure).Before(h), hold: h})
			}
		}
	}
	return out
}
