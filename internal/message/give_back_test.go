package message

import (
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Who was cut off with the instance can be spared, and who reads of it learns how and from when on.
func TestTheWayToSpareTheOthersIsToldWithTheTimeFromWhichItIsOpen(t *testing.T) {
	t.Parallel()
	const step = "To give the subnets back to the others while this instance stays held, from 2026-11-02 12:11 UTC on:"
	command := "quarantine narrow " + incident + " --reason 'SAY WHY'"
	for name, c := range map[string]struct {
		change func(*quarantine.Incident)
		told   bool
	}{
		"others":            {func(in *quarantine.Incident) { in.Neighbours = hosts(3) }, true},
		"nobody counted":    {func(*quarantine.Incident) {}, true},
		"nobody else":       {func(in *quarantine.Incident) { in.Neighbours = hosts(0) }, false},
		"not known who":     {func(in *quarantine.Incident) { in.Neighbours = &quarantine.Neighbours{NotKnown: "throttled"} }, true},
		"the cut alone":     {func(in *quarantine.Incident) { in.Holds = onRecord().Incident.Holds }, false},
		"given back":        {gaveBack, false},
		"something is open": {func(in *quarantine.Incident) { in.Holds[0].Drift = &quarantine.Drift{Kind: quarantine.DriftReopened} }, false},
		"being released":    {func(in *quarantine.Incident) { in.Status = quarantine.StatusReleasing }, false},
	} {
		r := measured()
		c.change(r.Incident)
		text := unwrapped(composed(t, evidenceNews(quarantine.KindEvidenceComplete, evidence(quarantine.EvidenceComplete)), r).Text)
		if told := strings.Contains(text, step) && strings.Contains(text, command); told != c.told || strings.Contains(text, "quarantine narrow") != c.told {
			t.Errorf("%s: told is %v:\n%s", name, told, text)
		}
	}
	unseen := *measured().Incident
	unseen.Watch.Unseen = "eni-1 is being changed"
	if text, can := GiveBack(unseen, time.Time{}); !can || !strings.HasSuffix(text, "from 2026-11-02 12:11 UTC on, once a look has seen everything:") {
		t.Errorf("while a look has not seen everything: %v, %q", can, text)
	}
	now, can := GiveBack(*measured().Incident, noon.Add(time.Hour))
	if want := "To give the subnets back to the others while this instance stays held:"; !can || now != want {
		t.Errorf("once it is possible: %v, %q", can, now)
	}
}

func hosts(n int) *quarantine.Neighbours {
	out := &quarantine.Neighbours{Subnets: []string{"subnet-0aaa1111"}}
	if n > 0 {
		out.Kinds = []quarantine.NeighbourCount{{Kind: quarantine.NeighbourInstance, Count: n}}
	}
	return out
}
