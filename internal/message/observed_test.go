package message

import (
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// observing is the news of a finding that is observed, as isolate has read what would be done.
func observing(o quarantine.Observation) quarantine.News {
	t := triage()
	t.Verdict.Mode = quarantine.ModeObserve
	t.Verdict.Reasons = append(t.Verdict.Reasons, quarantine.Reason{Name: quarantine.ReasonMode, Text: "observed only: the policy's mode is observe"})
	return quarantine.News{Kind: quarantine.KindObserved, Execution: execution(), Triage: t, Incident: incident, Observation: &o}
}

func neighbours(n int) *quarantine.Neighbours {
	return &quarantine.Neighbours{Subnets: []string{"subnet-a"}, Kinds: []quarantine.NeighbourCount{{Kind: quarantine.NeighbourInstance, Count: n, Names: []string{"i-1"}}}}
}

func TestWhatWouldHaveBeenDoneIsSaidAsThat(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		o       quarantine.Observation
		subject string
		says    []string
	}{
		"cut": {quarantine.Observation{Would: quarantine.WouldCut, Neighbours: neighbours(7)}, "WOULD HAVE CUT: i-0",
			[]string{", with 7 others.", "In its subnet beside it: 7 other instances."}},
		"with one": {quarantine.Observation{Would: quarantine.WouldCut, Neighbours: neighbours(1)}, "WOULD HAVE CUT: i-0", []string{", with 1 other."}},
		"alone": {quarantine.Observation{Would: quarantine.WouldCut, Neighbours: &quarantine.Neighbours{Subnets: []string{"subnet-a"}}}, "WOULD HAVE CUT: i-0",
			[]string{"Nothing else is in its subnet."}},
		"with who knows whom": {quarantine.Observation{Would: quarantine.WouldCut, Neighbours: &quarantine.Neighbours{NotKnown: "EC2 throttled"}}, "WOULD HAVE CUT: i-0",
			[]string{", with others, how many is not known.", "not known (EC2 throttled)"}},
		"cut already": {quarantine.Observation{Would: quarantine.WouldCut, Quarantined: true, Neighbours: neighbours(7)}, "WOULD HAVE CUT: i-0",
			[]string{": all of its subnets are under quarantine already."}},
		"asked by the brake": {quarantine.Observation{Would: quarantine.WouldAsk, Why: "the cut would hit a NAT gateway", Neighbours: neighbours(2)}, "WOULD HAVE ASKED: i-0",
			[]string{"WOULD HAVE ASKED A PERSON whether to cut ", " off, with 2 others.", "WHY A PERSON WOULD HAVE BEEN ASKED", "The cut would hit a NAT gateway"}},
		"the group": {quarantine.Observation{Would: quarantine.WouldGroup, Why: "the cut would hit 30 others"}, "WOULD HAVE CONTAINED: i-0",
			[]string{"by its security group alone"}},
		"exempt": {quarantine.Observation{Would: quarantine.WouldFail, Failure: quarantine.InstanceExempt, Why: "a tag is exempt"}, "WOULD NOT HAVE CUT (InstanceExempt): i-0",
			[]string{"WHY IT WOULD NOT HAVE BEEN CUT", "A tag is exempt"}},
		"not known": {quarantine.Observation{Would: quarantine.WouldNotKnown, Why: "AccessDenied: the role lacks it"}, "OBSERVED: i-0",
			[]string{"is NOT KNOWN.", "AccessDenied: the role lacks it"}},
	} {
		m := compose(t, observing(c.o))
		says(t, m.Subject, []string{c.subject})
		says(t, m.Text, append(c.says, "Nothing was changed: it is observed only: the policy's mode is observe."), "was cut")
		if m.Outcome != quarantine.OutcomeInfo {
			t.Errorf("%s: the outcome is %s", name, m.Outcome)
		}
	}
}

func TestAnObservedKeyIsSaidInItsWords(t *testing.T) {
	t.Parallel()
	n := keyNews(quarantine.KindObserved)
	n.Observation = &quarantine.Observation{Would: quarantine.WouldCut}
	m := compose(t, n)
	says(t, m.Text, []string{"WOULD HAVE MADE INACTIVE the access key", "Nothing was changed"}, "subnet")
}

func TestATagThatHasItObservedIsNamed(t *testing.T) {
	t.Parallel()
	n := observing(quarantine.Observation{Would: quarantine.WouldCut})
	reasons := n.Triage.Verdict.Reasons
	reasons[len(reasons)-1].Text = "observed only: the tag env=test has it observed (modes.observedTags), and whoever may tag the instance can set that"
	says(t, compose(t, n).Text, []string{"Nothing was changed: it is observed only: the tag env=test has it observed"})
}
