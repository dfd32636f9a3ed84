package main

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/uninstall"
)

// showPlan writes what was found and what there is to do.
func (c *onCall) showPlan(u uninstallCommand, p *uninstall.Plan) {
	c.st.Heading(c.s.out, "Stack "+p.Stack.Name)
	switch {
	case p.Stack.ID == "":
		c.say(2, "CloudFormation does not know it any more.")
	case p.Gone():
		c.say(2, "deleted: %s", p.Stack.ID)
	default:
		c.say(2, "%s: %s", p.Stack.Status, p.Stack.ID)
	}
	c.st.Heading(c.s.out, "What there is to do")
	for _, in := range p.Open {
		c.colored(c.st.Warn, 2, fmt.Sprintf("release %s, %s, %s", in.ID, in.Resource.ID, cmp.Or(string(in.Status), "asked")))
	}
	for _, in := range p.Over {
		c.say(2, "close %s, %s, %s: %s", in.ID, in.Resource.ID, in.Status, quarantine.GoneUncut)
	}
	for _, arn := range p.Running {
		c.say(2, "wait for %s, and stop it after %s", arn, u.Wait)
	}
	for _, l := range p.Made.Removable {
		if !l.Last {
			c.say(2, "remove %s", l)
		}
	}
	if !p.Gone() {
		c.say(2, "delete the stack")
	}
	for _, l := range p.Made.Removable {
		if l.Last {
			c.say(2, "remove %s, if nothing uses it", l)
		}
	}
	for _, loss := range p.Losses(c.place()) {
		c.colored(c.st.Warn, 4, loss.Says)
		if len(loss.Command) > 0 {
			c.st.Command(c.s.out, c.st.Warn, 6, loss.Command)
		}
	}
	for _, bucket := range p.Buckets {
		c.say(2, "empty and delete bucket %s", bucket)
	}
	c.showFate(u, p)
}

// showFate says what becomes of the evidence and the ledger.
func (c *onCall) showFate(u uninstallCommand, p *uninstall.Plan) {
	if n := len(p.Snapshots.OnRecord); n > 0 && u.DeleteEvidence {
		c.colored(c.st.Bad, 2, fmt.Sprintf("DELETE the evidence, snapshots: %d", n))
	} else if n > 0 {
		c.say(2, "keep the evidence, snapshots: %d", n)
	}
	switch {
	case p.Ledger == nil:
		c.say(2, "the ledger is gone: nothing is known of incidents")
	case u.DeleteLedger:
		c.colored(c.st.Bad, 2, fmt.Sprintf("DELETE table %s: every record of every incident", p.Table))
	default:
		c.say(2, "keep table %s, the ledger", p.Table)
	}
}

// planned is what --dry-run --json prints.
func (c *onCall) planned(p *uninstall.Plan) error {
	if !c.JSON {
		return nil
	}
	out := plannedWork{
		Stack: p.Stack.Name, StackID: p.Stack.ID, StackStatus: p.Stack.Status, Table: p.Table, Ledger: p.Ledger,
		Open: []string{}, Over: []string{}, Running: append([]string{}, p.Running...), Buckets: p.Buckets, Made: p.Made, Snapshots: p.Snapshots,
	}
	for _, in := range p.Open {
		out.Open = append(out.Open, in.ID)
	}
	for _, in := range p.Over {
		out.Over = append(out.Over, in.ID)
	}
	return writeJSON(c.json.out, out)
}

// plannedWork is a plan for programs.
type plannedWork struct {
	Stack       string              `json:"stack"`
	StackID     string              `json:"stackId,omitempty"`
	StackStatus string              `json:"stackStatus,omitempty"`
	Table       string              `json:"table"`
	Ledger      *uninstall.Table    `json:"ledger"`
	Open        []string            `json:"openIncidents"`
	Over        []string            `json:"goneIncidents"`
	Running     []string            `json:"runningExecutions"`
	Buckets     []string            `json:"buckets"`
	Made        uninstall.Leftovers `json:"made"`
	Snapshots   uninstall.Snapshots `json:"snapshots"`
}

// showDone writes what became of it, and what is left.
func (c *onCall) showDone(r *uninstall.Report) {
	c.st.Heading(c.s.out, "Outcome")
	c.colored(c.st.Good, 2, fmt.Sprintf("Stack %s is gone.", r.Stack))
	c.st.Heading(c.s.out, "What stays")
	left := r.Left
	for _, s := range left.Closed {
		c.colored(c.st.Bad, 2, fmt.Sprintf("%s is STILL %s%s", s.Thing, s.Now, by(s.Incidents)))
		c.say(4, "to put back what stood there by hand (%s):", s.Before)
		for _, text := range s.ByHand(c.place()) { // commands among them: each stays in one line
			fmt.Fprintln(c.s.out, "    "+text)
		}
	}
	for _, h := range left.Held {
		c.colored(c.st.Bad, 2, fmt.Sprintf("%s is STILL HELD by %s for %s; before: %s", h.Thing, h.Measure, h.Incident, h.Before))
	}
	for _, s := range left.Drifted {
		c.colored(c.st.Warn, 2, fmt.Sprintf("%s was changed by hand and left so: %s stood there before the quarantine", s.SubnetID, cmp.Or(s.Before, "nobody knows what")))
	}
	for _, l := range left.Made {
		c.say(2, "%s: %s", l, l.Why)
	}
	c.showKept(r)
}

// showKept writes what costs money or holds records.
func (c *onCall) showKept(r *uninstall.Report) {
	left := r.Left
	if t := left.Ledger; t != nil {
		protected := ""
		if t.Protected {
			protected = ", protected from deletion"
		}
		c.say(2, "table %s, the ledger, %.1f MB%s", t.Name, float64(t.Bytes)/1e6, protected)
	}
	if n := len(left.Snapshots.OnRecord) + len(left.Snapshots.Unrecorded); n > 0 {
		c.say(2, "the evidence, snapshots: %d, of %d GiB of volumes together; EBS stores at most that", n, left.Snapshots.GiB)
		c.showSnapshots(left.Snapshots.OnRecord, "")
		c.showSnapshots(left.Snapshots.Unrecorded, ", which the ledger does not list")
	}
	for _, one := range left.Retained {
		c.say(2, "%s %s", one.Type, one.PhysicalID)
	}
	for _, bucket := range left.Buckets {
		c.say(2, "bucket %s: it has no tag %s, which would say whose it is", bucket, uninstall.StackTag)
	}
}

func (c *onCall) showSnapshots(all []quarantine.Snapshot, note string) {
	for _, s := range all {
		c.colored(c.st.Dim, 4, fmt.Sprintf("%s of %s, %d GiB, %s%s", s.ID, s.VolumeID, s.SizeGiB, s.Tags[quarantine.TagIncident], note))
	}
}

// by says which incidents hold a thing.
func by(incidents []string) string {
	if len(incidents) == 0 {
		return ""
	}
	return " for " + strings.Join(incidents, ", ")
}
