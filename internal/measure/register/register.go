// Package register has every measure, in the order in which they are told, taken and, before
// the subnets and after them, taken back.
package register

import (
	"cmp"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/accesskey"
	"github.com/ec2-quarantine/quarantine/internal/measure/keysessions"
	"github.com/ec2-quarantine/quarantine/internal/measure/loadbalancers"
	"github.com/ec2-quarantine/quarantine/internal/measure/metadata"
	"github.com/ec2-quarantine/quarantine/internal/measure/networkacl"
	"github.com/ec2-quarantine/quarantine/internal/measure/protection"
	"github.com/ec2-quarantine/quarantine/internal/measure/rolesessions"
	"github.com/ec2-quarantine/quarantine/internal/measure/securitygroup"
	"github.com/ec2-quarantine/quarantine/internal/measure/standby"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// All are the measures of every kind of resource.
func All() []measure.Info {
	return []measure.Info{
		networkacl.Info(), accesskey.Info(), standby.Info(), loadbalancers.Info(), rolesessions.Info(), keysessions.Info(),
		securitygroup.Info(), metadata.Info(), protection.Info(),
	}
}

// Further are those beyond the cut: each is a branch of the response and a key of the policy.
func Further() []measure.Info {
	return slices.DeleteFunc(All(), func(m measure.Info) bool { return m.Cut })
}

// Grouped are those that a measures function takes: each is a step of the release, and the watch
// has it taken again.
func Grouped() []measure.Info {
	return slices.DeleteFunc(All(), func(m measure.Info) bool { return m.Group == "" })
}

// CutOf is the measure that an incident about a resource of that kind is contained by, and whether
// there is one.
func CutOf(kind quarantine.Kind) (measure.Info, bool) {
	all := All()
	i := slices.IndexFunc(all, func(m measure.Info) bool { return m.Cut && m.Kind == kind })
	if i < 0 {
		return measure.Info{}, false
	}
	return all[i], true
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

// Named is the measure of that name, or what can be said of one of another version.
func Named(name string) measure.Info {
	if m, known := Of(name); known {
		return m
	}
	return measure.Unnamed(name)
}

// Taking are the IAM actions that the measures of some groups need, and the cut of an instance,
// sorted.
func Taking(groups ...measure.Group) []string {
	return actions(func(m measure.Info) []string {
		if m.Name != Cut().Name && !slices.Contains(groups, m.Group) {
			return nil
		}
		return slices.Concat(m.Actions, m.Guarding)
	})
}

// Undoing are the IAM actions that taking everything back needs, sorted.
func Undoing() []string { return actions(func(m measure.Info) []string { return m.Undoing }) }

// Removing are the IAM actions that removing what measures made needs, sorted.
func Removing() []string { return actions(func(m measure.Info) []string { return m.Removing }) }

func actions(of func(measure.Info) []string) (all []string) {
	for _, m := range All() {
		all = append(all, of(m)...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Thing is how people read and type which thing a hold is of: its id and, beyond the subnets,
// the measure, as several can hold one thing.
func Thing(h quarantine.Hold) string {
	if h.Measure == Cut().Name {
		return h.Thing
	}
	return h.Thing + " (" + h.Measure + ")"
}

// Sorted are holds measure by measure, in the register's order.
func Sorted(holds []quarantine.Hold) []quarantine.Hold {
	return sorted(holds, func(h quarantine.Hold) string { return h.Measure })
}

// SortedThings are what became of things, in the same order.
func SortedThings(things []quarantine.ReleasedThing) []quarantine.ReleasedThing {
	return sorted(things, func(t quarantine.ReleasedThing) string { return t.Measure })
}

// sorted puts what is of no known measure last.
func sorted[T any](all []T, of func(T) string) []T {
	measures := All()
	at := func(one T) int {
		i := slices.IndexFunc(measures, func(m measure.Info) bool { return m.Name == of(one) })
		if i < 0 {
			return len(measures)
		}
		return i
	}
	return slices.SortedStableFunc(slices.Values(all), func(a, b T) int { return cmp.Compare(at(a), at(b)) })
}

// StaysOpen says what is open while these holds stand, as read back. A measure closes its
// ways only where every thing of it is closed.
func StaysOpen(held []quarantine.Hold) []string {
	kind := quarantine.KindInstance
	if len(held) > 0 {
		kind = cmp.Or(Named(held[0].Measure).Kind, kind)
	}
	return measure.StaysOpen(kind, closing(held))
}

// StaysOpenWithout says what is open on the ways that a measure closes, while it does not
// hold everywhere and these holds stand.
func StaysOpenWithout(name string, held []quarantine.Hold) []string {
	return measure.StaysOpenOn(Named(name).Closes, slices.DeleteFunc(closing(held), func(m measure.Info) bool { return m.Name == name }))
}

// closing are the measures whose things are all closed.
func closing(held []quarantine.Hold) []measure.Info {
	return slices.DeleteFunc(All(), func(m measure.Info) bool {
		things := slices.DeleteFunc(slices.Clone(held), func(h quarantine.Hold) bool { return h.Measure != m.Name })
		return len(things) == 0 || slices.ContainsFunc(things, func(h quarantine.Hold) bool { return !measure.Closed(h) })
	})
}
