package oncall

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Filter says which incidents are listed; "" and none ask for all.
type Filter struct {
	Resource string   // the id of what they are about
	Name     string   // a part of its name, in any case
	Status   []string // as on record, or waiting
}

// Wants tells whether an incident is as asked for.
func (f Filter) Wants(i quarantine.Incident) bool {
	status := cmp.Or(string(i.Status), "waiting")
	return (f.Resource == "" || f.Resource == i.Resource.ID) &&
		strings.Contains(strings.ToLower(i.Name()), strings.ToLower(f.Name)) &&
		(len(f.Status) == 0 || slices.Contains(f.Status, status))
}

// Of are those that are as asked for, with what each waits for.
func (f Filter) Of(all []quarantine.Incident) []Listed {
	out := []Listed{}
	for _, i := range all {
		if f.Wants(i) {
			out = append(out, NewListed(i))
		}
	}
	return out
}
