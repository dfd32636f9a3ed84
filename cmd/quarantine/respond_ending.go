package main

import (
	"context"
	"fmt"

	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/terminal"
)

// closing says last what matters: of each resource whether it is contained, as the ledger has it, and what
// to type next.
func (r *responder) closing(ctx context.Context, all []history.Execution) {
	wrong := ""
	for _, x := range all {
		if x.Status != history.StatusSucceeded {
			wrong = x.Error
		}
	}
	fmt.Fprintln(r.s.out)
	for _, t := range r.finding.Resources() {
		in, err := r.incidentOf(ctx, t)
		look, text := r.st.Good, endedAs(t, in)
		switch {
		case err != nil:
			look, text = r.st.Bad, fmt.Sprintf("NOT KNOWN whether %s is contained: the ledger cannot be read: %v", t.ID, err)
		case wrong != "":
			look, text = r.st.Bad, text+"; FAILED: "+wrong+", as said above"
		case in.Status != quarantine.StatusContained:
			look = r.st.Warn
		}
		r.st.Colored(r.s.out, look, 0, text)
		if in.ID == "" {
			continue
		}
		fmt.Fprintln(r.s.out, "Next:")
		for _, next := range []string{r.command("show", in.ID), r.command("release", in.ID)} {
			fmt.Fprintln(r.s.out, r.st.Wrap(terminal.Whole(next), 2))
		}
	}
}

// incidentOf is the incident that holds a resource's lock; empty if none does.
func (r *responder) incidentOf(ctx context.Context, t quarantine.Resource) (quarantine.Incident, error) {
	lock, err := r.at.ledger.Lock(ctx, t)
	if err != nil || lock.Incident == "" || lock.Status == quarantine.StatusReleased {
		return quarantine.Incident{}, err
	}
	return r.at.ledger.Incident(ctx, lock.Incident)
}

// endedAs says whether a resource is contained, and how far its evidence is.
func endedAs(t quarantine.Resource, in quarantine.Incident) string {
	name := t.ID
	if n := in.Name(); n != "" {
		name += " (" + n + ")"
	}
	switch {
	case in.ID == "":
		return "NOT CONTAINED: " + name + "; nothing was cut"
	case in.Status != quarantine.StatusContained:
		return fmt.Sprintf("NOT CONTAINED: %s; its incident %s is %s", name, in.ID, in.Status)
	}
	text := fmt.Sprintf("CONTAINED at %s UTC: %s", in.ContainedAt.UTC().Format("15:04:05"), name)
	switch in.Evidence.Status {
	case quarantine.EvidenceComplete:
		return fmt.Sprintf("%s; evidence complete, snapshots: %d", text, len(in.Evidence.Snapshots))
	case quarantine.EvidenceStatusFailed:
		return text + "; EVIDENCE INCOMPLETE"
	}
	return text + "; evidence not complete yet"
}
