package boundary_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/boundary"
	"github.com/ec2-quarantine/quarantine/internal/preflight"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func own(context.Context, []byte) ([]byte, error) { return []byte(`"own"`), nil }

func asked(t *testing.T, p boundary.Preflight, payload string) (a preflight.Answer) {
	t.Helper()
	out, err := p.Beside(own)(t.Context(), []byte(payload))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(out, &a); err != nil {
		t.Fatalf("%s: %v", out, err)
	}
	return a
}

const ask = `{"preflight":{"targets":{"vpc":"vpc-1"}}}`

// try is the check of one trial on the targets of ask.
func try(t *testing.T, trial preflight.Trial) []preflight.Check {
	t.Helper()
	return asked(t, boundary.Preflight{Function: "isolate", Trials: func(on preflight.Targets) []preflight.Trial {
		if on.VPC != "vpc-1" {
			t.Errorf("the targets are %+v", on)
		}
		return []preflight.Trial{trial}
	}}, ask).Checks[1:]
}

// What is recorded, or written by others, inside a function's own input is none of its requests.
func TestOnlyAPreflightAloneIsOne(t *testing.T) {
	t.Parallel()
	p := boundary.Preflight{Function: "isolate", Trials: func(preflight.Targets) []preflight.Trial {
		t.Error("the powers are tried")
		return nil
	}}
	for _, payload := range []string{`{}`, `{"action":"apply"}`, `{"preflight":{},"claim":{}}`, `{"event":{"preflight":{}}}`, `["preflight"]`, `"preflight"`, `{"preflight"`} {
		if out, err := p.Beside(own)(t.Context(), []byte(payload)); err != nil || string(out) != `"own"` {
			t.Errorf("%s: %s, %v", payload, out, err)
		}
	}
	if _, err := p.Beside(own)(t.Context(), []byte(`{"preflight":[]}`)); quarantine.NameOf(err) == "" {
		t.Error("a request that does not fit has to fail")
	}
}

func TestAFunctionTellsWhatItStartedWith(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		started func(context.Context) (string, error)
		want    preflight.State
		found   string
	}{
		"nothing to say": {nil, preflight.Green, "It started."},
		"with a policy":  {func(context.Context) (string, error) { return "The policy is in /p.", nil }, preflight.Green, "The policy is in /p."},
		"no secret": {func(context.Context) (string, error) {
			return "", quarantine.Failf(quarantine.AccessDenied, "the webhook cannot be read")
		}, preflight.Red, "the webhook cannot be read"},
		"no policy": {func(context.Context) (string, error) {
			return "", quarantine.Failf(quarantine.BadPolicy, "version 2 does not parse")
		}, preflight.Red, "version 2 does not parse"},
		"a passing failure": {func(context.Context) (string, error) {
			return "", quarantine.Failf(quarantine.Throttled, "SSM throttles")
		}, preflight.Unknown, "SSM throttles"},
	} {
		got := asked(t, boundary.Preflight{Function: "notify", Started: c.started}, ask)
		if got.Function != "notify" || len(got.Checks) != 1 {
			t.Fatalf("%s: %+v", name, got)
		}
		if s := got.Checks[0]; s.ID != preflight.Starts || s.State != c.want || s.Found != c.found || (s.Remedy == "") != (c.want == preflight.Green) {
			t.Errorf("%s: %+v", name, s)
		}
	}
}

func TestATrialIsMadeUnderADryRun(t *testing.T) {
	t.Parallel()
	var dry bool
	try(t, preflight.Trial{Action: "ec2:CreateNetworkAcl", Call: func(ctx context.Context) error { dry = quarantine.IsDryRun(ctx); return nil }})
	if !dry {
		t.Error("the context is not marked")
	}
}

func TestATrialShowsWhetherTheRoleIsAllowedTheAction(t *testing.T) {
	t.Parallel()
	vpc := []preflight.Thing{{What: "a VPC", ID: "vpc-1"}}
	for name, c := range map[string]struct {
		action string
		on     []preflight.Thing
		err    error
		want   preflight.State
		says   string
	}{
		"EC2 would do it":      {"ec2:CreateNetworkAcl", vpc, quarantine.Failf(quarantine.DryRunOperation, "would"), preflight.Green, "on vpc-1"},
		"a read is answered":   {"ec2:DescribeNetworkAcls", vpc, nil, preflight.Green, "on vpc-1"},
		"a read of nothing":    {"autoscaling:DescribeAutoScalingGroups", nil, quarantine.Failf(quarantine.ThingGone, "none"), preflight.Green, "allowed"},
		"it is denied":         {"ec2:CreateNetworkAcl", vpc, quarantine.Failf(quarantine.AccessDenied, "EC2 denied it. Encoded authorization failure message: abc"), preflight.Red, "EC2 denied it."},
		"EC2 throttles":        {"ec2:CreateNetworkAcl", vpc, quarantine.Failf(quarantine.Throttled, "EC2 throttles"), preflight.Unknown, "EC2 throttles"},
		"nothing to try it on": {"ec2:CreateNetworkAcl", []preflight.Thing{{What: "an instance"}}, nil, preflight.Unknown, "There is none to try it on: an instance."},
		"a change was made":    {"ec2:CreateNetworkAcl", vpc, nil, preflight.Red, "carried out"},
	} {
		got := try(t, preflight.Trial{Action: c.action, On: c.on, Also: []string{quarantine.ThingGone}, Call: func(context.Context) error { return c.err }})
		if len(got) != 1 || got[0].State != c.want || got[0].Subject != "isolate "+c.action || (got[0].Remedy == "") != (c.want == preflight.Green) {
			t.Fatalf("%s: %+v", name, got)
		}
		if strings.Contains(got[0].Found, "abc") || !strings.Contains(got[0].Found, c.says) {
			t.Errorf("%s: %q", name, got[0].Found)
		}
	}
}

func TestAReadThatNothingIsThereForIsNotTried(t *testing.T) {
	t.Parallel()
	if got := try(t, preflight.Trial{Action: "ec2:DescribeInstances", On: []preflight.Thing{{What: "an instance"}}}); len(got) > 0 {
		t.Errorf("%+v", got)
	}
}

func TestADenialSaysNothingOfTheOtherActionsOfTheCall(t *testing.T) {
	t.Parallel()
	trial := preflight.Trial{Action: "ec2:CreateNetworkAcl", With: []string{"ec2:CreateTags"}}
	trial.Call = func(context.Context) error { return quarantine.Failf(quarantine.AccessDenied, "denied") }
	if got := try(t, trial); len(got) != 1 || !strings.Contains(got[0].Remedy, "ec2:CreateNetworkAcl and ec2:CreateTags") {
		t.Errorf("%+v", got)
	}
	trial.Call = func(context.Context) error { return quarantine.Failf(quarantine.DryRunOperation, "would") }
	if got := try(t, trial); len(got) != 2 || got[1].State != preflight.Green || got[1].Subject != "isolate ec2:CreateTags" {
		t.Errorf("%+v", got)
	}
}

func FuzzAPreflightIsNothingElse(f *testing.F) {
	for _, seed := range []string{ask, `{"preflight":null}`, `{"preflight":{},"claim":{}}`, `{"Preflight":{}}`, `{"preflight":{},"preflight":{}}`, `[`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, payload string) {
		tried := false
		p := boundary.Preflight{Function: "isolate", Trials: func(preflight.Targets) []preflight.Trial { tried = true; return nil }}
		out, err := p.Beside(own)(t.Context(), []byte(payload))
		var fields map[string]json.RawMessage
		alone := json.Unmarshal([]byte(payload), &fields) == nil && len(fields) == 1 && fields["preflight"] != nil
		if !alone && (tried || err != nil || string(out) != `"own"`) {
			t.Errorf("%q: %s, %v", payload, out, err)
		}
		if alone && string(out) == `"own"` {
			t.Errorf("%q was handed on", payload)
		}
	})
}
