package triage_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func in(vpcs ...string) func(*quarantine.Finding) {
	return func(f *quarantine.Finding) {
		f.Instances[0].Interfaces = nil
		for _, vpc := range vpcs {
			f.Instances[0].Interfaces = append(f.Instances[0].Interfaces, quarantine.Interface{VPCID: vpc, SubnetID: "subnet-1"})
		}
	}
}

func TestTheModeSaysWhetherACutIsObserved(t *testing.T) {
	t.Parallel()
	const (
		one, two = "vpc-0000000a", "vpc-0000000b"
		mixed    = "mode: observe\nmodes: {vpcs: {vpc-0000000a: act}}\n"
		// ec2Decides is no mode yet.
		ec2Decides = "as modes.vpcs says of the VPC that EC2 shows"
		rule       = "overrides:\n  - {name: trial, reason: new, when: \"tags.env == 'test'\", mode: observe}\n"
	)
	for name, c := range map[string]struct {
		policy string
		f      quarantine.Finding
		why    string // "" is acted on
	}{
		"by default it acts":                            {"", finding(t, "miner"), ""},
		"the account is observed":                       {"mode: observe\n", finding(t, "miner"), "observed only: the policy's mode is observe"},
		"one VPC acts":                                  {mixed, finding(t, "miner", in(one)), ""},
		"another does not":                              {mixed, finding(t, "miner", in(two)), "does not name vpc-0000000b"},
		"of two VPCs the observed one counts":           {mixed, finding(t, "miner", in(one, two)), "does not name vpc-0000000b"},
		"one VPC is observed":                           {"modes: {vpcs: {vpc-0000000a: observe}}\n", finding(t, "miner", in(one)), "modes.vpcs has vpc-0000000a observed"},
		"where it is not said, EC2 decides":             {mixed, finding(t, "miner", in()), ec2Decides},
		"unless the whole account is observed":          {"mode: observe\n", finding(t, "miner", in()), "the policy's mode is observe"},
		"a tag has it observed":                         {"modes: {observedTags: {env: test}}\n", finding(t, "miner", tag("env", "test")), "the tag env=test has it observed (modes.observedTags), and whoever may tag"},
		"also where the VPC acts":                       {mixed[:len(mixed)-2] + ", observedTags: {env: \"*\"}}\n", finding(t, "miner", in(one), tag("env", "x")), "the tag env=x"},
		"another value of it does not":                  {"modes: {observedTags: {env: test}}\n", finding(t, "miner", tag("env", "prod")), ""},
		"a rule has it observed, at the score's action": {rule, finding(t, "miner", tag("env", "test")), "the override trial has it observed"},
		"a rule that does not apply":                    {rule, finding(t, "miner"), ""},
		"a user's key, by the account's":                {"mode: observe\n", finding(t, "user-key"), "the policy's mode is observe"},
		"and by no VPC's":                               {"modes: {vpcs: {vpc-0000000a: observe}}\n", finding(t, "user-key"), ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := policy(t, c.policy).Judge(c.f, noon)
			if v.Action != quarantine.ActionIsolate && v.Action != quarantine.ActionApprove {
				t.Fatalf("the action is %s", v.Action)
			}
			if v.Observed() != (strings.HasPrefix(reason(v, quarantine.ReasonMode), "observed only")) || v.Observed() != (c.why != "" && c.why != ec2Decides) || !strings.Contains(reason(v, quarantine.ReasonMode), c.why) {
				t.Errorf("the mode is %q, because %q; want %q", v.Mode, reason(v, quarantine.ReasonMode), c.why)
			}
		})
	}
}

func TestWhatCutsNothingIsToldAsEver(t *testing.T) {
	t.Parallel()
	for _, fixture := range []string{"sample", "unusual-volume", "port-probe"} {
		if v := policy(t, "mode: observe\n").Judge(finding(t, fixture), noon); v.Mode != "" || reason(v, quarantine.ReasonMode) != "" {
			t.Errorf("%s is judged %+v", fixture, v)
		}
	}
}

func TestAPersonWhoConfirmsIsToldTheMode(t *testing.T) {
	t.Parallel()
	p := policy(t, "mode: observe\n").Confirmed()
	v := p.Judge(finding(t, "miner"), noon)
	if v.Observed() || v.Action != quarantine.ActionIsolate || !strings.Contains(reason(v, quarantine.ReasonMode), "a person's word counts more") {
		t.Errorf("the verdict is %+v", v)
	}
	if out, _, err := handle(t, "miner", p); err != nil || !out.Modes.IsZero() {
		t.Errorf("isolate is handed %+v, %v", out.Modes, err)
	}
}

func TestTheModesGoToIsolate(t *testing.T) {
	t.Parallel()
	out, _, err := handle(t, "miner", policy(t, "mode: observe\nmodes: {vpcs: {vpc-0000000a: act}}\n"))
	if err != nil || out.Modes.Account != quarantine.ModeObserve || out.Modes.VPCs["vpc-0000000a"] != quarantine.ModeAct {
		t.Errorf("it is handed %+v, %v", out.Modes, err)
	}
}

// Whatever tags an instance has, they never have anything acted on that is observed without them.
func TestNoTagTurnsObserveIntoAct(t *testing.T) {
	t.Parallel()
	p := policy(t, "mode: observe\nmodes: {vpcs: {vpc-0000000a: act}, observedTags: {env: test}}\n"+
		"overrides:\n  - {name: trial, reason: new, when: \"tags.a == 'b'\", mode: observe}\n  - {name: cut, reason: bad, when: \"tags.c != ''\", action: isolate}\n")
	rapid.Check(t, func(r *rapid.T) {
		vpc := rapid.SampledFrom([]string{"vpc-0000000a", "vpc-0000000b"}).Draw(r, "vpc")
		f := finding(t, "miner", in(vpc), tag("none", ""))
		bare := p.Judge(f, noon)
		f.Instances[0].Tags = rapid.MapOf(rapid.SampledFrom([]string{"env", "a", "c"}), rapid.SampledFrom([]string{"test", "b", ""})).Draw(r, "tags")
		if tagged := p.Judge(f, noon); bare.Observed() && !tagged.Observed() {
			r.Fatalf("the tags %v have it acted on: %+v", f.Instances[0].Tags, tagged)
		}
	})
}

func TestOfSeveralInstancesTheOneThatIsActedOnIsTheStrongest(t *testing.T) {
	t.Parallel()
	f := finding(t, "attack-sequence")
	f.Instances = f.Instances[:2:2]
	for n := range f.Instances {
		f.Instances[n].Tags = map[string]string{"env": []string{"test", "prod"}[n]}
	}
	p := policy(t, "modes: {observedTags: {env: test}}\n")
	if v := p.Judge(f, noon); v.Observed() {
		t.Errorf("the verdict is %+v", v)
	}
	f.Instances[1].Tags = f.Instances[0].Tags
	if v := p.Judge(f, noon); !v.Observed() {
		t.Errorf("of two that are observed, the verdict is %+v", v)
	}
}

func TestThePolicySaysWhichPartsAct(t *testing.T) {
	t.Parallel()
	got := policy(t, "mode: observe\nmodes: {vpcs: {vpc-0000000a: act}, observedTags: {env: test}}\n"+
		"overrides:\n  - {name: trial, reason: it is new, when: \"score > 1\", mode: observe}\n").WhichPartsAct()
	want := []string{
		"the account: observe, but for the VPCs below",
		"vpc-0000000a: act",
		"instances with the tag env=test: observe, wherever they are (whoever may tag an instance can set it)",
		"what the override trial is about: observe (it is new)",
	}
	if !slices.Equal(got, want) {
		t.Errorf("it says %q", got)
	}
	if got := triage.DefaultPolicy().WhichPartsAct(); !slices.Equal(got, []string{"the account: act"}) {
		t.Errorf("the default policy says %q", got)
	}
}
