package triage_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/guardduty"
	"github.com/ec2-quarantine/quarantine/internal/guardduty/gdtest"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/quarantine/clocktest"
)

var execution = quarantine.Execution{
	ID:        "arn:aws:states:us-east-1:111122223333:execution:quarantine:run-1",
	Name:      "run-1",
	StartedAt: time.Date(2026, 1, 31, 12, 5, 1, 0, time.UTC),
}

// noon is when the fixtures' events were sent, or shortly after.
var noon = time.Date(2026, 1, 31, 12, 6, 0, 0, time.UTC)

func handle(t *testing.T, fixture string, p *triage.Policy) (quarantine.Triage, string, error) {
	t.Helper()
	var log bytes.Buffer
	h := &triage.Handler{Policies: triage.Always(p), Clock: clocktest.At(noon), Log: slog.New(slog.NewTextHandler(&log, nil))}
	out, err := h.Handle(t.Context(), triage.Request{Event: gdtest.Fixture(fixture), Execution: execution})
	return out, log.String(), err
}

func TestOneInstanceGetsItsLockAndIncident(t *testing.T) {
	t.Parallel()
	p := policy(t, "exempt: {vpcs: [vpc-0123456789abcdef0]}")
	out, _, err := handle(t, "miner", p)
	if err != nil {
		t.Fatal(err)
	}
	want := quarantine.Resource{AccountID: "111122223333", Region: "us-east-1", Kind: quarantine.KindInstance, ID: "i-0abcdef1234567890"}
	if out.Resource == nil || *out.Resource != want || len(out.Resources) != 1 || out.Resources[0] != want {
		t.Errorf("target %v of %v, want %v", out.Resource, out.Resources, want)
	}
	if out.LockKey != quarantine.LockKey(want) || out.Incident != quarantine.IncidentID(execution, want) {
		t.Errorf("lock %q, incident %q", out.LockKey, out.Incident)
	}
	if out.Verdict.Action != quarantine.ActionIsolate || out.Finding.ID == "" {
		t.Errorf("%+v", out)
	}
	if len(out.Exempt.VPCs) != 1 {
		t.Errorf("the policy's exemptions are lost: %+v", out.Exempt)
	}
}

// A policy without limits gets the default policy's, and "none" means no limit.
func TestThePolicysLimitsAreInTheOutput(t *testing.T) {
	t.Parallel()
	twenty := quarantine.NeighbourLimit{UpTo: 20, Beyond: "ask", SameGroup: "ask"}
	for text, want := range map[string]quarantine.Limits{
		"":                                      {AccountPerHour: 20, VPCPerHour: 10, VPCSubnetsPercent: 50, AskForwarding: true, Neighbours: twenty},
		"limits: {vpcSubnetsPercent: 25}":       {AccountPerHour: 20, VPCPerHour: 10, VPCSubnetsPercent: 25, AskForwarding: true, Neighbours: twenty},
		"limits: {isolationsPerHour: {vpc: 1}}": {AccountPerHour: 20, VPCPerHour: 1, VPCSubnetsPercent: 50, AskForwarding: true, Neighbours: twenty},
		"limits: {askFirst: {forwarding: off, stopped: on}}":                                                            {AccountPerHour: 20, VPCPerHour: 10, VPCSubnetsPercent: 50, AskStopped: true, Neighbours: twenty},
		"limits: {isolationsPerHour: {account: none, vpc: none}, vpcSubnetsPercent: none, askFirst: {forwarding: off}}": {Neighbours: twenty},
		"neighbours: {upTo: 5}":                 {AccountPerHour: 20, VPCPerHour: 10, VPCSubnetsPercent: 50, AskForwarding: true, Neighbours: quarantine.NeighbourLimit{UpTo: 5, Beyond: "ask", SameGroup: "ask"}},
		"neighbours: {beyond: group}":           {AccountPerHour: 20, VPCPerHour: 10, VPCSubnetsPercent: 50, AskForwarding: true, Neighbours: quarantine.NeighbourLimit{UpTo: 20, Beyond: "group", SameGroup: "ask"}},
		"neighbours: {upTo: none, beyond: cut}": {AccountPerHour: 20, VPCPerHour: 10, VPCSubnetsPercent: 50, AskForwarding: true, Neighbours: quarantine.NeighbourLimit{Beyond: "cut", SameGroup: "ask"}},
		"neighbours: {sameGroup: cut}":          {AccountPerHour: 20, VPCPerHour: 10, VPCSubnetsPercent: 50, AskForwarding: true, Neighbours: quarantine.NeighbourLimit{UpTo: 20, Beyond: "ask", SameGroup: "cut"}},
		"neighbours: {sameGroup: group}":        {AccountPerHour: 20, VPCPerHour: 10, VPCSubnetsPercent: 50, AskForwarding: true, Neighbours: quarantine.NeighbourLimit{UpTo: 20, Beyond: "ask", SameGroup: "group"}},
	} {
		out, _, err := handle(t, "miner", policy(t, text))
		if err != nil || out.Limits != want {
			t.Errorf("%q: %+v, %v, want %+v", text, out.Limits, err, want)
		}
	}
}

// Who confirms a plan has read there that the security group takes the place of the cut.
func TestAConfirmedPolicySparesNeighboursByTheGroupAllTheSame(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]quarantine.NeighbourLimit{
		"neighbours: {upTo: 5, beyond: group}":    {UpTo: 5, Beyond: "group", SameGroup: "cut"},
		"neighbours: {upTo: 5, sameGroup: group}": {Beyond: "cut", SameGroup: "group"},
		"neighbours: {upTo: 5}":                   {Beyond: "cut", SameGroup: "cut"},
	} {
		out, _, err := handle(t, "miner", policy(t, text).Confirmed())
		if err != nil || out.Limits != (quarantine.Limits{Neighbours: want}) {
			t.Errorf("%s: limits %+v, %v", text, out.Limits, err)
		}
	}
}

func TestAConfirmedPolicyJudgesTheSame(t *testing.T) {
	t.Parallel()
	with, _, err := handle(t, "miner", triage.DefaultPolicy())
	if err != nil {
		t.Fatal(err)
	}
	without, _, err := handle(t, "miner", triage.DefaultPolicy().Confirmed())
	if err != nil || without.Limits != (quarantine.Limits{Neighbours: quarantine.NeighbourLimit{Beyond: "cut", SameGroup: "cut"}}) || with.Limits == without.Limits {
		t.Errorf("limits %+v, %v", without.Limits, err)
	}
	if !without.Confirmed || with.Confirmed {
		t.Errorf("confirmed: %t, and with limits %t", without.Confirmed, with.Confirmed)
	}
	without.Limits, without.Confirmed = with.Limits, false
	if diff := cmp.Diff(with, without); diff != "" {
		t.Errorf("judged differently:\n%s", diff)
	}
}

func TestAnAttackSequenceGetsAllItsResources(t *testing.T) {
	t.Parallel()
	out, _, err := handle(t, "attack-sequence", triage.DefaultPolicy())
	if err != nil {
		t.Fatal(err)
	}
	if len(out.Resources) != 5 || out.Resource != nil || out.LockKey != "" || out.Incident != "" {
		t.Errorf("%d targets, one of them %v, lock %q", len(out.Resources), out.Resource, out.LockKey)
	}
	narrowed, _, err := handle(t, "attack-sequence-one-resource", triage.DefaultPolicy())
	if err != nil {
		t.Fatal(err)
	}
	if narrowed.Resource == nil || *narrowed.Resource != out.Resources[3] {
		t.Errorf("narrowed to %v, want %v", narrowed.Resource, out.Resources[3])
	}
}

// The state machine counts resources and reasons, so both are JSON arrays even if empty.
func TestNoInstanceIsAnEmptyList(t *testing.T) {
	t.Parallel()
	out, _, err := handle(t, "malicious-ami", triage.DefaultPolicy())
	if err != nil {
		t.Fatal(err)
	}
	wire, err := json.Marshal(out)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"resources":[]`, `"instances":[]`, `"reasons":[{`} {
		if !strings.Contains(string(wire), want) {
			t.Errorf("%s is not in %s", want, wire)
		}
	}
}

func TestAMalformedEventIsNamed(t *testing.T) {
	t.Parallel()
	_, log, err := handle(t, "malformed-instance-id", triage.DefaultPolicy())
	m, ok := errors.AsType[*guardduty.Malformed](err)
	if !ok || !quarantine.Is(err, quarantine.MalformedEvent) || !strings.HasSuffix(m.Field, "instanceId") {
		t.Errorf("got %v", err)
	}
	if !strings.Contains(log, "event refused") || !strings.Contains(log, "run-1") {
		t.Errorf("log: %s", log)
	}
}

func TestWhatIsNotDeployedIsNotTaken(t *testing.T) {
	t.Parallel()
	h := &triage.Handler{
		Policies: triage.Always(policy(t, "measures: {metadata: on, protection: off}")), Clock: clocktest.At(noon), Log: slog.New(slog.DiscardHandler),
	}
	for want, groups := range map[string][]measure.Group{
		"standby load-balancers role-sessions security-group metadata": nil,
		"security-group metadata":                                      {measure.Network, measure.Instance},
		"role-sessions":                                                {measure.Identity},
	} {
		h.Groups = groups
		out, err := h.Handle(t.Context(), triage.Request{Event: gdtest.Fixture("miner"), Execution: execution})
		if got := strings.Join(out.Measures, " "); err != nil || got != want {
			t.Errorf("with %v deployed %q is taken (%v), want %q", groups, got, err, want)
		}
	}
}

func TestAnExecutionMustBeNamed(t *testing.T) {
	t.Parallel()
	h := &triage.Handler{Policies: triage.Always(triage.DefaultPolicy()), Clock: clocktest.At(noon), Log: slog.New(slog.DiscardHandler)}
	for _, e := range []quarantine.Execution{{}, {ID: execution.ID}, {StartedAt: execution.StartedAt}} {
		_, err := h.Handle(t.Context(), triage.Request{Event: gdtest.Fixture("miner"), Execution: e})
		if !quarantine.Is(err, quarantine.BadRequest) {
			t.Errorf("%+v: got %v", e, err)
		}
	}
}

// More people can read the logs than the findings.
func TestTheLogHoldsNothingOfTheInstance(t *testing.T) {
	t.Parallel()
	_, log, err := handle(t, "miner", triage.DefaultPolicy())
	if err != nil {
		t.Fatal(err)
	}
	for _, private := range []string{"198.51.100.10", "web-1", "pool.example.com", "instance-profile"} {
		if strings.Contains(log, private) {
			t.Errorf("the log holds %s: %s", private, log)
		}
	}
	if !strings.Contains(log, "action=isolate") {
		t.Errorf("the log does not say what was decided: %s", log)
	}
}
