package register

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/securitygroup"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Settled is how long the security group has to have held an interface, as read back, before
// the subnet may be given back: most connections that it let go on have ended by then, and a look
// of the watch has come between.
const Settled = 10 * time.Minute

// CanGiveBack is what [Narrowable] says of an incident that has subnets to give back.
func CanGiveBack(in quarantine.Incident, now time.Time) error {
	if len(in.HeldQuarantines()) == 0 {
		return quarantine.Failf(quarantine.NotNarrowed, "incident %s holds no subnet that could be given back", in.ID)
	}
	return Narrowable(in, now)
}

// NarrowableFrom is from when on [CanGiveBack] is nil, as far as is on record, and whether it ever
// is: false where more is missing than time and a look that sees everything.
func NarrowableFrom(in quarantine.Incident) (time.Time, bool) {
	var last time.Time
	for _, h := range in.HoldsOf(securitygroup.Info().Name) {
		if h.Outcome != quarantine.Gone && h.VerifiedAt.After(last) {
			last = h.VerifiedAt
		}
	}
	from := last.Add(Settled)
	in.Watch.Unseen = ""
	return from, CanGiveBack(in, from) == nil
}

// Narrowable is nil if the incident's subnets may be given back while its instance stays
// contained: every interface has the group without rules, since [Settled] at least, and the last
// look found nothing open. Errors: NotNarrowed, which says what is missing and, where it is time
// alone, from when on.
func Narrowable(in quarantine.Incident, now time.Time) error {
	if in.Status != quarantine.StatusContained && in.Status != quarantine.StatusReleasing {
		return refusal(in, "it is %s, not contained", known(string(in.Status)))
	}
	if k := in.Resource.Kind; k != "" && k != quarantine.KindInstance {
		return refusal(in, "it is about a resource of the kind %s, which has none", k)
	}
	if in.ContainedBy != "" {
		return refusal(in, "none was cut, %s contains the instance by itself: there is nothing to give back", in.ContainedBy)
	}
	groups := in.HoldsOf(securitygroup.Info().Name)
	if len(groups) == 0 {
		return refusal(in, "no security group holds its interfaces: the subnets are all that holds the instance")
	}
	if open := opened(in); len(open) > 0 {
		return refusal(in, "the last look found open: %s. Wait until that is closed again", strings.Join(open, ", "))
	}
	if in.Watch.Unseen != "" {
		return refusal(in, "the last look could not see everything: %s", in.Watch.Unseen)
	}
	return since(in, groups, now)
}

// since refuses while an interface is not held for long enough.
func since(in quarantine.Incident, groups []quarantine.Hold, now time.Time) error {
	var last quarantine.Hold
	for _, h := range groups {
		switch {
		case h.Outcome == quarantine.Gone:
			continue
		case h.Outcome == quarantine.LeftOpen:
			return refusal(in, "interface %s could not be given the security group, and without the cut it is open: %s", h.Thing, h.Note)
		case !measure.Closed(h) || !slices.Contains(h.Holders, in.ID):
			return refusal(in, "interface %s is not held by the security group: %s", h.Thing, Named(h.Measure).Standing(h, in.ID, moment).State)
		case h.VerifiedAt.After(last.VerifiedAt):
			last = h
		}
	}
	if from := last.VerifiedAt.Add(Settled); now.Before(from) {
		return refusal(in, "interface %s has the security group since %s, as read back. It is possible from %s on, if nothing opens it until then",
			last.Thing, moment(last.VerifiedAt), moment(from))
	}
	return nil
}

// NarrowableNow is nil if those are all of the instance's interfaces, as EC2 shows them. It comes
// beside [Narrowable], which knows the record alone.
func NarrowableNow(in quarantine.Incident, now quarantine.Instance) error {
	for _, n := range now.Interfaces {
		if !slices.ContainsFunc(in.HoldsOf(securitygroup.Info().Name), func(h quarantine.Hold) bool { return h.Thing == n.ID && measure.Closed(h) }) {
			return refusal(in, "interface %s came later, and the security group does not hold it. The next look of the watch closes it", n.ID)
		}
	}
	return nil
}

func opened(in quarantine.Incident) []string {
	var out []string
	for _, d := range in.Drifted() {
		if d.Open() {
			out = append(out, Thing(d.Hold()))
		}
	}
	return out
}

func refusal(in quarantine.Incident, format string, args ...any) error {
	return quarantine.Failf(quarantine.NotNarrowed, "the subnets of incident %s are not given back: %s", in.ID, fmt.Sprintf(format, args...))
}

func moment(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }

func known(status string) string {
	if status == "" {
		return "not cut"
	}
	return status
}

// Tracked is what a security group does not end.
func Tracked() []string { return measure.Texts(securitygroup.Info().Alone) }

// Unverified are what nobody can know of an instance that is held by its security group alone once
// its subnets were given back.
func Unverified() []string {
	return append(Tracked(), keptAlive)
}

const keptAlive = "Packets that the cut dropped may have kept such a connection from timing out: the group stands before the network ACL on the way out. " +
	"That minutes have passed under the cut does not prove that it has ended."

// Briefly says what is open, of [StaysOpen] and the like, in a few words: for one sentence of them
// all. What has none is given as it is.
func Briefly(open []string) []string {
	briefs := measure.Briefs(All())
	briefs[keptAlive] = "such connections that packets dropped under the cut have kept from timing out"
	var out []string
	for _, text := range open {
		out = append(out, cmp.Or(briefs[text], strings.TrimSuffix(text, ".")))
	}
	return out
}

// StaysOpenOf says what is open while the incident stands as it does: with its subnets cut off or,
// where they were given back or never cut, with the security group at their border.
func StaysOpenOf(in quarantine.Incident) []string {
	switch {
	case len(in.HeldQuarantines()) > 0:
	case in.Narrowed != nil:
		return atTheBorder(Unverified(), in.HeldAndLeft())
	case in.ContainedBy != "":
		return StaysOpenUncut(in.HeldAndLeft())
	}
	return measure.StaysOpen(cmp.Or(in.Resource.Kind, quarantine.KindInstance), closing(in.HeldAndLeft()))
}

// StaysOpenUncut says what is open while these holds stand, and no subnet was cut.
func StaysOpenUncut(held []quarantine.Hold) []string { return atTheBorder(Tracked(), held) }

// atTheBorder says what is open with the security group in place of the cut, if that holds.
func atTheBorder(reservations []string, held []quarantine.Hold) []string {
	open := StaysOpen(held)
	if !slices.ContainsFunc(closing(held), func(m measure.Info) bool { return m.Name == securitygroup.Info().Name }) {
		return open
	}
	return measure.AtTheBorder(reservations, open)
}
