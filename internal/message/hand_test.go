package message

import (
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/command"
	"github.com/ec2-quarantine/quarantine/internal/lab/golden"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// What is left to do without the product, of an instance and of a key, as people read it.
func TestWhatIsDoneByHand(t *testing.T) {
	t.Parallel()
	cut := onRecord()
	at := command.Place{Stack: "quarantine", Region: region}
	for name, r := range map[string]Record{
		"cut-alone": cut, "every-measure": whole(), "opened": asRecorded(reopened(notPutRight)), "key": keyRecord(),
		"key-left": keyRecord(func(in *quarantine.Incident) { in.Status, in.Holds = quarantine.StatusFailed, nil }),
		"narrowed": whole(gaveBack), "released": whole(let), "one-failed": whole(groupNotProved),
	} {
		golden.File(t, "testdata/by-hand/"+name+".txt", ByHandOf(*r.Incident, at))
	}
}

// whole is the record with every measure taken, some of which found nothing, and all evidence kept.
func whole(changes ...func(*quarantine.Incident)) Record {
	r := measured()
	r.Incident.Evidence.Status = quarantine.EvidenceComplete
	for _, text := range []string{
		"standby: nothing to do: it is in no Auto Scaling group", "load-balancers: nothing to do", "role-sessions: nothing to do: it has no role",
	} {
		r.Incident.Timeline = append(r.Incident.Timeline, quarantine.Event{At: noon, Kind: quarantine.EventMeasure, Text: text})
	}
	for _, change := range changes {
		change(r.Incident)
	}
	return r
}

// gaveBack is a person's word that its subnets are others' again.
func gaveBack(in *quarantine.Incident) {
	in.Narrowed = &quarantine.Release{}
	for i, h := range in.Holds {
		if h.Measure == quarantine.MeasureCut {
			in.Holds[i].Holders, in.Holds[i].Outcome = nil, quarantine.Restored
			in.Narrowed.Subnets = append(in.Narrowed.Subnets, quarantine.ReleasedSubnet{SubnetID: h.Thing, VPCID: h.VPCID, Outcome: quarantine.Restored})
		}
	}
}

// let is a release at which somebody had changed one interface.
func let(in *quarantine.Incident) {
	in.Status, in.Release = quarantine.StatusReleased, &quarantine.Release{Incident: in.ID, ReleasedAt: noon}
	for i := range in.Holds {
		h := &in.Holds[i]
		h.Outcome, h.Holders, h.Last, h.Parts = quarantine.Restored, nil, h.Parts, nil
		if h.Thing == "eni-1" {
			h.Outcome, h.Note = quarantine.Drifted, "somebody has changed it since: groups is sg-0none,sg-0debug"
		}
	}
}

// groupNotProved is a measure of which one thing was not read back.
func groupNotProved(in *quarantine.Incident) {
	for i := range in.Holds {
		if in.Holds[i].Thing == "eni-1" {
			in.Holds[i].VerifiedAt = time.Time{}
		}
	}
}

// What is over is not taken anew, what a person gave back is not closed again, and what failed comes
// before everything that goes back.
func TestWhatIsLeftByHandFollowsHowTheIncidentStands(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*quarantine.Incident)
		want   []string
	}{
		"contained": {func(*quarantine.Incident) {}, []string{"TO PUT BACK NETWORK-ACL", "TO PUT BACK SECURITY-GROUP", "TO PUT BACK PROTECTION",
			"TO TAKE METADATA, WHICH IS OFF UNLESS THE POLICY SAYS OTHERWISE"}},
		"narrowed": {gaveBack, []string{"TO PUT BACK SECURITY-GROUP", "TO PUT BACK PROTECTION", "TO TAKE METADATA, WHICH IS OFF UNLESS THE POLICY SAYS OTHERWISE"}},
		"one failed": {groupNotProved, []string{"TO TAKE SECURITY-GROUP", "TO PUT BACK NETWORK-ACL", "TO PUT BACK SECURITY-GROUP", "TO PUT BACK PROTECTION",
			"TO TAKE METADATA, WHICH IS OFF UNLESS THE POLICY SAYS OTHERWISE"}},
		"being released": {func(in *quarantine.Incident) { in.Status = quarantine.StatusReleasing },
			[]string{"TO PUT BACK NETWORK-ACL", "TO PUT BACK SECURITY-GROUP", "TO PUT BACK PROTECTION"}},
		"released":     {let, []string{"LEFT ALONE BY SECURITY-GROUP"}},
		"released all": {func(in *quarantine.Incident) { let(in); in.Holds = nil }, nil},
	} {
		text := ByHandOf(*whole(c.change).Incident, command.Place{})
		var got []string
		for line := range strings.Lines(text) {
			if line = strings.TrimSpace(line); line != "" && line == strings.ToUpper(line) {
				got = append(got, line)
			}
		}
		if strings.Join(got, "\n") != strings.Join(c.want, "\n") {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		if nothing := strings.Contains(text, "Nothing is left to do by hand."); nothing != (len(c.want) == 0) {
			t.Errorf("%s: %q", name, text)
		}
	}
}

// What another incident holds, too, is not put back by hand, and that is said.
func TestWhatAnotherIncidentHoldsIsNotPutBackByHand(t *testing.T) {
	t.Parallel()
	says(t, ByHandOf(*onRecord().Incident, command.Place{}), []string{
		"--association-id aclassoc-0after --network-acl-id acl-0original",
		"subnet-0bbb2222 is held by inc-20261101-ffffffffff too: it is put back when the last of them lets go.",
	}, "subnet-0bbb2222 --query")
}
