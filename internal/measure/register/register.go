// Package register has every measure, in the order in which they are told, taken and, before
// the subnets and after them, taken back.
package register

import (
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/networkacl"
	"github.com/ec2-quarantine/quarantine/internal/measure/protection"
	"github.com/ec2-quarantine/quarantine/internal/measure/securitygroup"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// All are the measures of every kind of resource.
func All() []measure.Info {
	return []measure.Info{networkacl.Info(), securitygroup.Info(), protection.Info()}
}

// Further are those beyond the cut: each is a branch of the response, a step of the release
// and a key of the policy.
func Further() []measure.Info {
	return slices.DeleteFunc(All(), func(m measure.Info) bool { return m.Group == "" })
}

// Of is the measure of that name, and whether there is one.
func Of(name string) (measure.Info, bool) {
	all := All()
	i := slices.IndexFunc(all, func(m measure.Info) bool { return m.Name == name })
	if i < 0 {
		return measure.Info{}, false
	}
	return all[i], true
}

// StaysOpen says what is open while these holds stand, as read back.
func StaysOpen(held []quarantine.Hold) []string {
	var infos []measure.Info
	for _, h := range held {
		if m, known := Of(h.Measure); known && !h.VerifiedAt.IsZero() {
			infos = append(infos, m)
		}
	}
	return measure.StaysOpen(infos)
}
