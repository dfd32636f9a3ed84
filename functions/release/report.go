package release

import (
	"cmp"
	"strings"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/measure/networkacl"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// report is the release as it was read back, without its warnings.
func (u *undo) report() quarantine.Release {
	return quarantine.Release{
		Incident: u.record.ID, Resource: u.record.Resource, Subnets: u.cut.Report(),
		ReleasedAt: u.Clock.Now().UTC(), By: u.in.By, Reason: u.in.Reason, Removed: u.cut.Removed(),
	}
}

// warned is the release with what a person should know of it.
func (u *undo) warned(done quarantine.Release) quarantine.Release {
	done.Warnings = u.cut.Warnings(done.Subnets)
	return done
}

// event is an entry of the incident's time series, the same for every attempt
// of one execution.
func (u *undo) event(kind quarantine.EventKind, at time.Time, text string) quarantine.Event {
	return quarantine.Event{At: at, Kind: kind, By: u.in.By, ID: cmp.Or(u.in.Execution.Name, u.in.Execution.ID), Text: text}
}

// tell says in a line what was done and why, and what became of each subnet.
func tell(what string, done quarantine.Release) string {
	parts := []string{what + ": " + done.Reason}
	for _, s := range done.Subnets {
		parts = append(parts, s.SubnetID+" "+networkacl.Tell(s))
	}
	return strings.Join(parts, "; ")
}
