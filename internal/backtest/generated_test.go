package backtest_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/backtest"
	"github.com/ec2-quarantine/quarantine/internal/backtest/backtesttest"
	"github.com/ec2-quarantine/quarantine/internal/backtest/counting"
	"github.com/ec2-quarantine/quarantine/internal/guardduty"
)

const many = 400

func generated(t *testing.T) backtest.Input {
	t.Helper()
	in := backtest.Read("findings.jsonl", []byte(backtesttest.Lines(7, many)))
	if len(in.Findings) != many || len(in.Unread) > 0 {
		t.Fatalf("%d findings, not read: %v", len(in.Findings), in.Unread)
	}
	return in
}

func judge(t *testing.T, policy string, in backtest.Input, o backtest.Options) backtest.Result {
	t.Helper()
	p, err := triage.ParsePolicy([]byte("version: 1\n" + policy))
	if err != nil {
		t.Fatal(err)
	}
	if o.OpenFor == 0 {
		o.OpenFor = 24 * time.Hour
	}
	r, err := backtest.Judge(t.Context(), p, counting.New(), in, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func sum(t *testing.T, all []backtest.Named) (total backtest.Tally) {
	t.Helper()
	for _, n := range all {
		total.All += n.All
		total.Cut += n.Cut
		total.Asked += n.Asked
		total.Joined += n.Joined
		total.Told += n.Told
		total.Ignored += n.Ignored
	}
	return total
}

// asking has every outcome occur: some are asked by the score, and some by the brake.
const asking = "thresholds: {isolate: 75, approve: 65, notify: 20}\nlimits: {isolationsPerHour: {account: 2, vpc: 2}}\n"

func TestTheFiguresAddUp(t *testing.T) {
	t.Parallel()
	for name, policy := range map[string]string{"the default policy": "", "one that asks": asking, "one that tells": "thresholds: {isolate: 100, notify: 0}\n"} {
		r := judge(t, policy, generated(t), backtest.Options{})
		total := r.Total
		if total.All+r.Archived.All != many || total.Cut+total.Asked+total.Joined+total.Told+total.Ignored != total.All {
			t.Errorf("%s: %+v and archived %+v are not all of %d", name, total, r.Archived, many)
		}
		if days := sum(t, r.ByDay); days != total {
			t.Errorf("%s: the days come to %+v, the total is %+v", name, days, total)
		}
		if types := sum(t, r.ByType); types != total {
			t.Errorf("%s: the types come to %+v, the total is %+v", name, types, total)
		}
		cuts, cut := 0, 0
		for _, of := range r.ByResource {
			if types := sum(t, of.Types); types != of.Tally {
				t.Errorf("%s: the types of %s come to %+v, and it has %+v", name, of.Resource, types, of.Tally)
			}
			cuts += of.Cut
			if of.Cut > 0 {
				cut++
			}
		}
		if cuts != r.Cuts || cut != r.Resources || cuts != total.Cut { // each of these findings is of one resource
			t.Errorf("%s: %d cuts of %d resources, want %d of %d", name, r.Cuts, r.Resources, cuts, cut)
		}
	}
}

func TestEveryOutcomeOccursAndTheSameInputComesToTheSame(t *testing.T) {
	t.Parallel()
	in := generated(t)
	first := judge(t, asking, in, backtest.Options{})
	for _, o := range backtest.Outcomes() {
		if first.Total.Of(o) == 0 {
			t.Errorf("nothing is %s: the findings prove nothing of it: %+v", o, first.Total)
		}
	}
	if first.Archived.All == 0 {
		t.Error("nothing is archived")
	}
	slices.Reverse(in.Findings)
	again := judge(t, asking, in, backtest.Options{})
	a, _ := json.Marshal(first)
	b, _ := json.Marshal(again)
	if !reflect.DeepEqual(a, b) {
		t.Error("the findings in another order come to something else")
	}
}

// The verdict of one type alone is another: what differs is findings of that type, and what they
// would have opened for others.
func TestTwoPoliciesDifferWhereTheirRulesDo(t *testing.T) {
	t.Parallel()
	in := generated(t)
	kind := "Backdoor:EC2/C&CActivity.B"
	if !slices.Contains(guardduty.KnownTypes(), kind) {
		t.Fatal(kind)
	}
	rule := "overrides: [{name: asked, reason: these are asked about, when: 'finding.type == \"" + kind + "\"', action: approve}]\n"
	none := judge(t, "", in, backtest.Options{OpenFor: time.Nanosecond}) // nothing joins, and nothing is held
	ruled := judge(t, rule, in, backtest.Options{OpenFor: time.Nanosecond})
	compared := backtest.Compare(none, ruled)
	want := 0
	for _, j := range none.Findings {
		if j.Type == kind && j.Parts[0].Resource != nil && j.Parts[0].Verdict.Action != "approve" {
			want++
		}
	}
	if want == 0 || len(compared.Differences) != want {
		t.Errorf("%d findings differ, want %d", len(compared.Differences), want)
	}
	for _, d := range compared.Differences {
		if d.Finding.Type != kind || d.Other.Action != "approve" || d.Other.Why != "these are asked about: approve" {
			t.Errorf("%+v differs", d)
		}
	}
	if same := backtest.Compare(none, judge(t, "", in, backtest.Options{OpenFor: time.Nanosecond})); len(same.Differences) > 0 {
		t.Errorf("a policy differs from itself: %+v", same.Differences[0])
	}
}
