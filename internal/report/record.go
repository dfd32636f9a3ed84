package report

import (
	"cmp"
	"fmt"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// recordOf is what the ledger has of an incident beside its holds.
type recordOf struct {
	Incident  string
	Snapshots []snapshot
	Artifacts []quarantine.Artifact
	Events    []quarantine.Event
}

// snapshot is one of the evidence, in words.
type snapshot struct{ ID, Volume, State, Lock string }

func records(r Report) (out []recordOf) {
	for _, in := range r.Incidents {
		of := recordOf{Incident: in.ID, Artifacts: in.Evidence.Artifacts, Events: in.Timeline}
		for _, s := range in.Evidence.Snapshots {
			one := snapshot{ID: s.ID, Volume: s.VolumeID, State: s.State, Lock: cmp.Or(s.Message, "no lock is on record")}
			if s.Lock != nil {
				one.Lock = fmt.Sprintf("locked (%s) until %s UTC", s.Lock.State, s.Lock.Until.UTC().Format("2006-01-02 15:04"))
			}
			of.Snapshots = append(of.Snapshots, one)
		}
		out = append(out, of)
	}
	return out
}
