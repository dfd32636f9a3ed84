package simulate_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
)

func with(f account.Fault) func(*account.Account) {
	return func(a *account.Account) { a.Inject(f) }
}

func TestThrottlingForAMinuteDelaysAndDoesNotFail(t *testing.T) {
	t.Parallel()
	for _, service := range []string{"ec2", "dynamodb", "sns", "slack", "sts"} {
		t.Run(service, func(t *testing.T) {
			t.Parallel()
			r := run(t, with(account.Fault{Service: service, Kind: account.Throttle, Until: start.Add(time.Minute)}), miner(hostA, 1), miner(hostA, 2))
			for _, e := range r.Executions {
				if got := end(e); got != "Contained" && got != "Joined" && got != "Looked" {
					t.Errorf("%s ended in %s: %s", e.Name, got, e.Cause)
				}
			}
		})
	}
}

func TestAFailedIsolationDoesNotBlockTheNextFinding(t *testing.T) {
	t.Parallel()
	// The first isolation is denied; the second finding arrives at the same time.
	denied := account.Fault{Operation: "ReplaceNetworkAclAssociation", Kind: account.Deny, Times: 1}
	r := run(t, with(denied), miner(hostA, 1), miner(hostA, 2))
	if got := []string{end(r.Executions[0]), end(r.Executions[1])}; !slices.Equal(got, []string{"ContainmentFailed", "Contained"}) {
		t.Errorf("ended in %v: %s", got, r.Executions[1].Cause)
	}
	if got := text(records(r, "HOLD#network-acl#")[subnetA], "holders"); strings.Count(got, "inc-") != 1 {
		t.Errorf("holders %s: both attempts belong to one incident", got)
	}
}

func TestAFailureOfTheEvidenceAffectsNeitherCutNorMessage(t *testing.T) {
	t.Parallel()
	for name, prepare := range map[string]func(*account.Account){
		"snapshots denied":    with(account.Fault{Operation: "CreateSnapshots", Kind: account.Deny}),
		"a snapshot in error": func(a *account.Account) { a.FailSnapshots("vol" + hostA[1:]) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := run(t, prepare, miner(hostA, 1))
			if got := end(r.Executions[0]); got != "EvidenceFailed" {
				t.Errorf("ended in %s", got)
			}
			var kinds []string
			for _, n := range r.Notifications {
				kinds = append(kinds, n.Kind)
			}
			if !slices.Equal(kinds, []string{"contained", "contained", "evidence-failed", "evidence-failed"}) {
				t.Errorf("messages %v", kinds)
			}
			if len(quarantined(t, r)) != 1 {
				t.Error("the cut is gone")
			}
		})
	}
}

func TestAMessageThatNoChannelAcceptsFailsTheExecution(t *testing.T) {
	t.Parallel()
	r := run(t, func(a *account.Account) {
		a.Inject(account.Fault{Service: "sns", Kind: account.Deny})
		a.Inject(account.Fault{Service: "slack", Kind: account.Deny})
	}, miner(hostA, 1))
	if got := end(r.Executions[0]); got != "ContainedButUntold" {
		t.Errorf("ended in %s", got)
	}
}

func TestAnIsolationThatAnotherTookOverIsNotReportedAsFailed(t *testing.T) {
	t.Parallel()
	// EC2 fails for the first execution only, for longer than its lease; the second execution
	// takes over and contains.
	r := run(t, with(account.Fault{Service: "ec2", Operation: "DescribeInstances", Kind: account.ServerError, Match: func(c account.Call) bool {
		return strings.HasSuffix(c.Caller.Execution, "-1") && c.Caller.Function == "isolate"
	}}), miner(hostA, 1), miner(hostA, 2))
	for _, e := range r.Executions {
		if got := end(e); got != "Contained" && got != "Joined" && got != "ContainmentFailed" {
			t.Errorf("%s ended in %s: %s", e.Name, got, e.Cause)
		}
	}
	if len(quarantined(t, r)) != 1 {
		t.Error("the instance is not cut off")
	}
	contained, failed := 0, 0
	for i, n := range r.Notifications {
		switch n.Kind {
		case "contained":
			contained = i + 1
		case "containment-failed":
			failed = i + 1
		}
	}
	if contained == 0 || failed > contained {
		t.Errorf("a failure was reported after the containment: %v", r.Notifications)
	}
}
