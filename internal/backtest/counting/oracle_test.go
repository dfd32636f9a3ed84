package counting_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/backtest"
	"github.com/ec2-quarantine/quarantine/internal/backtest/backtesttest"
	"github.com/ec2-quarantine/quarantine/internal/backtest/counting"
	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
)

// forever is longer than the findings last: nobody releases an incident.
const forever = 1000 * 24 * time.Hour

// became is what the state machine has made of a finding.
func became(x history.Execution) backtest.Outcome {
	end := x.Path[len(x.Path)-1]
	switch {
	case slices.Contains(x.Path, "AskBeforeCut"):
		return backtest.Asked
	case end == "Joined", end == "AwaitingDecision":
		return backtest.Joined
	case slices.Contains(x.Path, "Respond"):
		return backtest.Cut
	case end == "Told":
		return backtest.Told
	case end == "Ignored":
		return backtest.Ignored
	}
	return backtest.Outcome("another end: " + strings.Join(x.Path, " "))
}

// events are findings as EventBridge delivers them when they are created.
func events(t *testing.T, lines []string) (out []simulate.Event) {
	t.Helper()
	for _, line := range lines {
		var finding struct{ ID, CreatedAt string }
		if err := json.Unmarshal([]byte(line), &finding); err != nil {
			t.Fatal(err)
		}
		out = append(out, simulate.Event{Name: finding.ID, Body: fmt.Appendf(nil,
			`{"id":%q,"source":"aws.guardduty","detail-type":"GuardDuty Finding","account":%q,"region":%q,"time":%q,"detail":%s}`,
			finding.ID, backtesttest.AccountID, backtesttest.Region, finding.CreatedAt, line)})
	}
	return out
}

// delivered runs the deployed definition over findings at the times at which they were created, with
// nobody who answers, and says what became of each by its id.
func delivered(t *testing.T, policy *triage.Policy, all []backtest.Judged, byID map[string]simulate.Event) map[string]backtest.Outcome {
	t.Helper()
	var in []simulate.Event
	for _, j := range all {
		in = append(in, byID[j.ID])
	}
	report, err := simulate.Run(t.Context(), simulate.Options{
		Events: in, Account: simulate.GrownAccount(in), Policy: policy, Start: all[0].At,
		Scenario: func(ctx context.Context, s *simulate.Session) error {
			for i, e := range in {
				if err := s.Clock.Sleep(ctx, all[i].At.Sub(s.Clock.Now())); err != nil {
					return err
				}
				if _, err := s.Deliver(ctx, e); err != nil {
					return err
				}
			}
			return nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]backtest.Outcome{}
	for _, x := range report.Executions {
		id := x.Name[:strings.LastIndex(x.Name, "-")]
		out[id] = became(x)
	}
	return out
}

// withLive is the estimate with what the account says, which nothing has changed yet.
func withLive(t *testing.T, policy *triage.Policy, in backtest.Input, first backtest.Result, all []simulate.Event) backtest.Result {
	t.Helper()
	grown, _, err := simulate.GrownAccount(all)(account.Options{})
	if err != nil {
		t.Fatal(err)
	}
	live, err := backtest.Look(t.Context(), ec2.New(grown.EC2()), grown.ID(), grown.Region(), first.ToLookAt(), func(int, int) {})
	if err != nil {
		t.Fatal(err)
	}
	r, err := backtest.Judge(t.Context(), policy, counting.New(), in, backtest.Options{OpenFor: forever, Live: live})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// The estimate is held to what the state machine, the handlers and the ledger do with the very same
// findings, one after the other, in an account in memory.
func TestWhatIsEstimatedIsWhatTheStateMachineDoes(t *testing.T) {
	t.Parallel()
	const spared = "measures: {standby: off, load-balancers: off, role-sessions: off, security-group: off, protection: off}\n"
	const alone = "neighbours: {upTo: none, beyond: cut, sameGroup: cut}\n" + spared
	for name, c := range map[string]struct {
		policy string
		live   bool
	}{
		"the default limits":   {alone + "limits: {vpcSubnetsPercent: none}\n", false},
		"a tight brake":        {alone + "limits: {vpcSubnetsPercent: none, isolationsPerHour: {account: 1, vpc: 1}}\nthresholds: {isolate: 60, notify: 20}\n", false},
		"one that asks":        {alone + "limits: {vpcSubnetsPercent: none, isolationsPerHour: {account: 2}}\nthresholds: {isolate: 80, approve: 60, notify: 30}\naccessKeys: {cut: cut}\n", false},
		"the share of subnets": {alone + "limits: {vpcSubnetsPercent: 50}\n", true},
		"few neighbours":       {spared + "limits: {vpcSubnetsPercent: none}\nneighbours: {upTo: 3, beyond: ask}\n", true},
		"everything at once":   {spared + "limits: {isolationsPerHour: {account: 1}}\nneighbours: {upTo: 2}\nthresholds: {isolate: 60, notify: 20}\n", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			policy, err := triage.ParsePolicy([]byte("version: 1\n" + c.policy))
			if err != nil {
				t.Fatal(err)
			}
			lines := slices.DeleteFunc(strings.Split(strings.TrimSpace(backtesttest.Lines(3, 90)), "\n"), func(line string) bool { return strings.Contains(line, `"archived":true`) })
			in := backtest.Read("findings", []byte(strings.Join(lines, "\n")))
			estimate, err := backtest.Judge(t.Context(), policy, counting.New(), in, backtest.Options{OpenFor: forever})
			if err != nil {
				t.Fatal(err)
			}
			if c.live {
				estimate = withLive(t, policy, in, estimate, events(t, lines))
			}
			byID := map[string]simulate.Event{}
			for _, e := range events(t, lines) {
				byID[e.Name] = e
			}
			got := delivered(t, policy, estimate.Findings, byID)
			for _, j := range estimate.Findings {
				if got[j.ID] != j.Outcome {
					t.Errorf("%s %s on %v: the state machine has it %s, and the estimate %s (%s)", j.At, j.Type, j.Parts[0].Resource, got[j.ID], j.Outcome, j.Parts[0].Decisive())
				}
			}
			t.Logf("%+v, %d held", estimate.Total, estimate.Held)
		})
	}
}
