package backtest_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/backtest"
	"github.com/ec2-quarantine/quarantine/internal/guardduty/gdtest"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

var noon = time.Date(2026, time.March, 4, 12, 0, 0, 0, time.UTC)

// past is a finding that is cut, if nothing is in the way: a miner on an instance.
func past(n int, at time.Time) backtest.Finding {
	return backtest.Finding{Place: "here", Finding: quarantine.Finding{
		ID: fmt.Sprintf("f%d-%s", n, at.Format(time.RFC3339)), Type: "CryptoCurrency:EC2/BitcoinTool.B!DNS", Severity: 8, AccountID: "111122223333", Region: "eu-west-1",
		ResourceType: quarantine.ResourceInstance, Count: 1, CreatedAt: at, UpdatedAt: at.Add(time.Hour), EventTime: at.Add(time.Hour),
		Instances: []quarantine.AccusedInstance{{
			ID: fmt.Sprintf("i-%017x", n), Interfaces: []quarantine.Interface{{VPCID: "vpc-1", SubnetID: fmt.Sprintf("subnet-%d", n)}},
		}},
	}}
}

func input(all ...backtest.Finding) backtest.Input { return backtest.Input{Findings: all} }

// wants holds the outcomes of findings in their order, and what is said of the last.
func wants(t *testing.T, r backtest.Result, says string, outcomes ...backtest.Outcome) {
	t.Helper()
	var got []backtest.Outcome
	why := ""
	for _, j := range r.Findings {
		got = append(got, j.Outcome)
		why = j.Parts[0].Decisive()
	}
	if fmt.Sprint(got) != fmt.Sprint(outcomes) || !strings.Contains(why, says) {
		t.Errorf("got %v (%s), want %v (%s)", got, why, outcomes, says)
	}
}

func TestAFindingJoinsAnIncidentForAsLongAsItIsOpen(t *testing.T) {
	t.Parallel()
	all := input(past(1, noon), past(1, noon.Add(time.Hour)), past(1, noon.Add(24*time.Hour)), past(2, noon.Add(25*time.Hour)), past(1, noon.Add(26*time.Hour)))
	wants(t, judge(t, "", all, backtest.Options{}), "opened at 2026-03-05 12:00 UTC", backtest.Cut, backtest.Joined, backtest.Cut, backtest.Cut, backtest.Joined)
	wants(t, judge(t, "", all, backtest.Options{OpenFor: time.Hour}), "score 89", backtest.Cut, backtest.Cut, backtest.Cut, backtest.Cut, backtest.Cut)
}

func TestTheBrakeAsksBeyondItsLimitsAndNotInTheNextHour(t *testing.T) {
	t.Parallel()
	all := input(past(1, noon), past(2, noon.Add(time.Minute)), past(3, noon.Add(2*time.Minute)), past(3, noon.Add(3*time.Minute)), past(3, noon.Add(time.Hour)))
	for setting, policy := range map[string]string{
		"limits.isolationsPerHour.account": "limits: {isolationsPerHour: {account: 2}}", "limits.isolationsPerHour.vpc": "limits: {isolationsPerHour: {vpc: 2}}",
	} {
		r := judge(t, policy, all, backtest.Options{})
		wants(t, r, "score 89", backtest.Cut, backtest.Cut, backtest.Asked, backtest.Joined, backtest.Cut)
		if why := r.Findings[2].Parts[0].Why; !strings.Contains(why, setting+" is 2") {
			t.Errorf("the brake says %q, want %s", why, setting)
		}
		if held := r.MostHeld(); r.Held != 2 || len(held) != 1 || held[0].Held != 2 || !strings.Contains(held[0].HeldBy, setting) {
			t.Errorf("held: %d, %+v", r.Held, held)
		}
		if why := r.Findings[3].Parts[0].Why; !strings.Contains(why, "question of 2026-03-04 12:02 UTC") {
			t.Errorf("what waits beside the question says %q", why)
		}
	}
}

func TestAFindingThatIsThereAgainIsJudgedOnceAsItWasUpdatedLast(t *testing.T) {
	t.Parallel()
	early, late := past(1, noon), past(1, noon)
	early.Severity, late.Severity, late.UpdatedAt = 2, 8, noon.Add(6*time.Hour)
	for _, in := range []backtest.Input{input(early, late), input(late, early)} {
		r := judge(t, "", in, backtest.Options{})
		wants(t, r, "score 89", backtest.Cut)
		if r.Repeats != 1 || r.Findings[0].Severity != 8 {
			t.Errorf("%d repeats, severity %g", r.Repeats, r.Findings[0].Severity)
		}
	}
}

func TestAnArchivedFindingIsCountedApartAndOpensNothing(t *testing.T) {
	t.Parallel()
	archived := past(1, noon)
	archived.Archived = true
	r := judge(t, "", input(archived, past(1, noon.Add(time.Hour))), backtest.Options{})
	wants(t, r, "score 89", backtest.Cut, backtest.Cut)
	if one := (backtest.Tally{All: 1, Cut: 1}); r.Archived != one || r.Total != one || r.Cuts != 1 {
		t.Errorf("archived %+v, total %+v", r.Archived, r.Total)
	}
}

func TestAFindingOfSeveralInstancesIsOneWithAPartForEach(t *testing.T) {
	t.Parallel()
	in := backtest.Read("sequence.json", gdtest.Fixture("attack-sequence"))
	r := judge(t, "", in, backtest.Options{})
	if r.Total != (backtest.Tally{All: 1, Cut: 1}) || len(r.Findings[0].Parts) < 2 || r.Cuts != len(r.Findings[0].Parts) || len(r.ByResource) != r.Cuts {
		t.Errorf("%+v: %d cuts, %d parts", r.Total, r.Cuts, len(r.Findings[0].Parts))
	}
}

func TestAFindingBeforeTheTimeThatWasAskedForIsLeftOutAndCounted(t *testing.T) {
	t.Parallel()
	in, before := input(past(1, noon.Add(-time.Second)), past(2, noon), past(3, noon.Add(time.Hour))).Since(noon)
	if before != 1 || len(in.Findings) != 2 || !in.Latest().Equal(noon.Add(time.Hour)) {
		t.Errorf("%d before, %d since, latest %s", before, len(in.Findings), in.Latest())
	}
}

func TestADayWithoutAFindingIsThere(t *testing.T) {
	t.Parallel()
	r := judge(t, "", input(past(1, noon), past(2, noon.AddDate(0, 0, 2))), backtest.Options{})
	if len(r.ByDay) != 3 || r.ByDay[1].Name != "2026-03-05" || r.ByDay[1].All != 0 {
		t.Errorf("%+v", r.ByDay)
	}
	if none := judge(t, "", input(), backtest.Options{}); none.Total.All != 0 || len(none.ByDay) != 0 {
		t.Errorf("of no findings: %+v", none)
	}
}

// What is observed is what it would have come to, and said to be observed.
func TestWhatIsObservedIsCountedAsWhatItWouldHaveBeen(t *testing.T) {
	t.Parallel()
	all := input(past(1, noon), past(2, noon.Add(time.Hour)))
	acts, observes := judge(t, "", all, backtest.Options{}), judge(t, "mode: observe", all, backtest.Options{})
	wants(t, observes, "score 89 reaches isolate", backtest.Cut, backtest.Cut)
	if observes.Observed != 2 || acts.Observed != 0 || observes.Total != acts.Total {
		t.Errorf("observed are %d and %d, of %+v and %+v", observes.Observed, acts.Observed, observes.Total, acts.Total)
	}
	if d := backtest.Compare(acts, observes).Differences; len(d) != 2 || d[0].One.Observed || !d[0].Other.Observed {
		t.Errorf("what differs is %+v", d)
	}
}
