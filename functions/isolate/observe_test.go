package isolate_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/functions/isolate"
	"github.com/ec2-quarantine/quarantine/internal/lab/estate"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// observed wants an observation, and nothing changed anywhere by it.
func (w world) observed(t *testing.T, in isolate.Request) quarantine.Observation {
	t.Helper()
	in.Action = isolate.Observe
	before := w.State()
	out, err := w.Observe(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "what stands", before, w.State())
	return out
}

func TestWhatWouldBeCutIsReadAndNothingIsChanged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := len(w.Calls(0))
	in := w.limited("i-web", quarantine.Limits{AccountPerHour: 1, Neighbours: quarantine.NeighbourLimit{UpTo: 20, Beyond: quarantine.BeyondAsk}})
	got := w.observed(t, in)
	if got.Would != quarantine.WouldCut || got.Why != "" || got.Quarantined || !slices.Equal(got.Subnets, []string{"subnet-a"}) || got.Neighbours.Total() == 0 {
		t.Errorf("observed is %+v", got)
	}
	for _, call := range w.Texts(first) {
		if !strings.HasPrefix(call, "Describe") && !strings.HasPrefix(call, "GetItem HOUR") {
			t.Errorf("it calls %s", call)
		}
	}
	w.observed(t, in) // however often, the hour's only place stays free
	w.SetLock(in.Claim, quarantine.StatusIsolating)
	in.Claim = w.Isolation("i-web").Claim
	done := w.wantCut(t, in)
	same(t, "the neighbours", got.Neighbours, done.Neighbours)
}

// What holds the cut is said with the words in which a person would have been asked.
func TestWhatTheBrakeWouldHoldIsObservedAsAsked(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		instance string
		limits   quarantine.Limits
		prepare  func(world)
		would    quarantine.Would
		why      string
	}{
		"a limit of the hour": {"i-web", quarantine.Limits{AccountPerHour: 1}, func(w world) { w.fill(t, "account") },
			quarantine.WouldAsk, "and the policy's limits.isolationsPerHour.account is 1. "},
		"what the instance is like": {"i-nat", quarantine.Limits{AskForwarding: true}, nil,
			quarantine.WouldAsk, "the policy asks first before an instance is cut that passes on traffic"},
		"whom it would hit": {"i-web", quarantine.Limits{Neighbours: quarantine.NeighbourLimit{UpTo: 1, Beyond: quarantine.BeyondAsk}}, nil,
			quarantine.WouldAsk, "that is beyond the policy's neighbours"},
		"whom it would hit, where they are spared": {"i-web", quarantine.Limits{Neighbours: quarantine.NeighbourLimit{UpTo: 1, Beyond: quarantine.BeyondGroup}}, nil,
			quarantine.WouldGroup, "that is beyond the policy's neighbours"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			if c.prepare != nil {
				c.prepare(w)
			}
			if c.instance == "i-web" {
				w.addNATGateway(t)
			}
			in := w.limited(c.instance, c.limits)
			if got := w.observed(t, in); got.Would != c.would || !strings.Contains(got.Why+". ", c.why) {
				t.Errorf("observed is %+v", got)
			}
			in.Verdict.Action = quarantine.ActionApprove
			if got := w.observed(t, in); got.Would != quarantine.WouldAsk || got.Why != "" {
				t.Errorf("where the verdict asks, observed is %+v", got)
			}
		})
	}
}

func TestWhatWouldNotBeCutIsObservedAsThat(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.Isolation("i-web")
	in.Exempt.VPCs = []string{w.ID("vpc-1")}
	if got := w.observed(t, in); got.Would != quarantine.WouldFail || got.Failure != quarantine.InstanceExempt || !strings.Contains(got.Why, "is exempt") {
		t.Errorf("observed is %+v", got)
	}
	w.Terminate(w.ID("i-web"))
	if got := w.observed(t, w.Isolation("i-web")); got.Would != quarantine.WouldFail || got.Failure != quarantine.InstanceGone {
		t.Errorf("of one that is gone, observed is %+v", got)
	}
}

func TestWhatIsCutAlreadyIsObservedAsThat(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.isolate(t, "i-peer")
	in := w.limited("i-web", quarantine.Limits{VPCSubnetsPercent: 1})
	if got := w.observed(t, in); got.Would != quarantine.WouldCut || !got.Quarantined {
		t.Errorf("observed is %+v", got)
	}
}

func TestWhatCannotBeReadIsNoObservation(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Inject("DescribeInstances", estate.Fault{Kind: estate.Throttle})
	in := w.Isolation("i-web")
	in.Action = isolate.Observe
	if _, err := w.Observe(t.Context(), in); !quarantine.Is(err, quarantine.Throttled) {
		t.Errorf("the failure is %v", err)
	}
	in.Action = "look"
	if _, err := w.Observe(t.Context(), in); !quarantine.Is(err, quarantine.BadRequest) {
		t.Errorf("of another action, the failure is %v", err)
	}
}

// Never is cut what the policy has observed, whatever the finding says of where it is.
func TestWhatEC2ShowsIsObservedIsNotCut(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, modes := range map[string]quarantine.Modes{
		"the account":              {Account: quarantine.ModeObserve},
		"the account, but another": {Account: quarantine.ModeObserve, VPCs: map[string]quarantine.Mode{w.ID("vpc-2"): quarantine.ModeAct}},
		"its VPC":                  {VPCs: map[string]quarantine.Mode{w.ID("vpc-1"): quarantine.ModeObserve}},
	} {
		t.Run(name, func(t *testing.T) {
			in := w.limited("i-web", generous)
			in.Modes, in.Finding = modes, quarantine.Finding{Type: "AttackSequence:EC2/CompromisedInstanceGroup"}
			before := w.left()
			done, err := w.handle(in)
			if !quarantine.Is(err, quarantine.Observed) || !strings.Contains(err.Error(), "Nothing was changed") || done.Incident != "" {
				t.Errorf("it answers %+v, %v", done, err)
			}
			same(t, "what stands", before, w.left())
			if got := w.Hour(noon); len(got) > 0 {
				t.Errorf("it is counted: %v", got)
			}
		})
	}
}

// Whatever leads to the cut, a verdict that is observed makes none.
func TestAVerdictThatIsObservedCutsNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.limited("i-web", generous)
	in.Verdict.Mode = quarantine.ModeObserve
	before := w.left()
	if _, err := w.handle(in); !quarantine.Is(err, quarantine.Observed) {
		t.Errorf("the failure is %v", err)
	}
	same(t, "what stands", before, w.left())
}

func TestWhereItActsEC2DecidesToo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.limited("i-web", generous)
	in.Modes = quarantine.Modes{Account: quarantine.ModeObserve, VPCs: map[string]quarantine.Mode{w.ID("vpc-1"): quarantine.ModeAct}}
	w.SetLock(in.Claim, quarantine.StatusIsolating)
	w.wantCut(t, in)
}

// A cut that was begun before the policy had it observed is not held up half-way.
func TestACutThatHasBegunIsFinished(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.limited("i-web", generous)
	w.SetLock(in.Claim, quarantine.StatusIsolating)
	mend := w.Inject("ReplaceNetworkAclAssociation", estate.Fault{Kind: estate.ServerError, Times: 100})
	if _, err := w.handle(in); err == nil {
		t.Fatal("nothing failed")
	}
	mend()
	in.Modes = quarantine.Modes{Account: quarantine.ModeObserve}
	w.wantCut(t, in)
}
