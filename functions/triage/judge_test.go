package triage_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/guardduty"
	"github.com/ec2-quarantine/quarantine/internal/guardduty/gdtest"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func finding(t testing.TB, fixture string, change ...func(*quarantine.Finding)) quarantine.Finding {
	t.Helper()
	f, err := guardduty.Parse(gdtest.Fixture(fixture))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range change {
		c(&f)
	}
	return f
}

func policy(t testing.TB, yaml string) *triage.Policy {
	t.Helper()
	p, err := triage.ParsePolicy([]byte("version: 1\n" + yaml))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func tag(key, value string) func(*quarantine.Finding) {
	return func(f *quarantine.Finding) { f.Instances[0].Tags = map[string]string{key: value} }
}

func TestTheDefaultPolicyOnEvents(t *testing.T) {
	t.Parallel()
	severity := func(s float64) func(*quarantine.Finding) { return func(f *quarantine.Finding) { f.Severity = s } }
	repeated := func(f *quarantine.Finding) { f.Count = 1000 }
	for _, c := range []struct {
		name string
		f    quarantine.Finding
		want quarantine.Action
	}{
		{"a miner is cut on its first look-up", finding(t, "miner"), quarantine.ActionIsolate},
		{"a Tor relay is cut", finding(t, "tor-relay"), quarantine.ActionIsolate},
		{"a reverse shell is cut", finding(t, "runtime-reverse-shell"), quarantine.ActionIsolate},
		{"malware is cut", finding(t, "malicious-file"), quarantine.ActionIsolate},
		{"outbound brute force is cut", finding(t, "ssh-brute-force-outbound"), quarantine.ActionIsolate},
		{"a group of compromised instances is cut", finding(t, "attack-sequence"), quarantine.ActionIsolate},
		{"a finding with nothing but the needful is cut", finding(t, "bare-minimum"), quarantine.ActionIsolate},
		{"a probed host is left alone", finding(t, "port-probe"), quarantine.ActionIgnore},
		{"a probed host is never cut, however severe", finding(t, "port-probe", severity(10), repeated, tag("quarantine:watch", "yes")), quarantine.ActionNotify},
		{"inbound brute force is left alone", finding(t, "ssh-brute-force-inbound"), quarantine.ActionIgnore},
		{"inbound brute force is never cut", finding(t, "ssh-brute-force-inbound", severity(10), repeated), quarantine.ActionNotify},
		{"a miner of medium severity is told", finding(t, "miner", severity(5)), quarantine.ActionNotify},
		{"and cut when it keeps repeating", finding(t, "miner", severity(5), repeated), quarantine.ActionIsolate},
		{"unusual traffic is told", finding(t, "unusual-volume"), quarantine.ActionNotify},
		{"unusual traffic is told however often", finding(t, "unusual-volume", repeated), quarantine.ActionNotify},
		{"a new kind of exfiltration is told at medium severity", finding(t, "unknown-type"), quarantine.ActionNotify},
		{"and cut at high severity", finding(t, "unknown-type", severity(8)), quarantine.ActionIsolate},
		{"a sample is told", finding(t, "sample"), quarantine.ActionNotify},
		{"an archived finding is told", finding(t, "archived"), quarantine.ActionNotify},
		{"stolen credentials are told", finding(t, "access-key"), quarantine.ActionNotify},
		{"so are those whose session alone names the instance", finding(t, "credentials-of-an-instance"), quarantine.ActionNotify},
		{"the host of a container is cut", finding(t, "container-on-host"), quarantine.ActionIsolate},
		{"so is the node of a cluster", finding(t, "cluster-node"), quarantine.ActionIsolate},
		{"a container on no instance is told", finding(t, "container-on-no-instance"), quarantine.ActionNotify},
		{"an odd time loses no verdict", finding(t, "time-of-odd-form"), quarantine.ActionIsolate},
		{"nor does any other decoration", finding(t, "decoration-of-odd-kind"), quarantine.ActionIsolate},
		{"a sample is one however it is written", finding(t, "additional-info-text-sample"), quarantine.ActionNotify},
		{"an infected image is told", finding(t, "malicious-ami"), quarantine.ActionNotify},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			v := triage.DefaultPolicy().Judge(c.f, noon)
			if v.Action != c.want {
				t.Errorf("%s, want %s: %+v", v.Action, c.want, v)
			}
		})
	}
}

// reason is the text of the last reason with that name.
func reason(v quarantine.Verdict, name string) string {
	text := ""
	for _, r := range v.Reasons {
		if r.Name == name {
			text = r.Text
		}
	}
	return text
}

func TestTheTextsOfTheReasons(t *testing.T) {
	t.Parallel()
	v := triage.DefaultPolicy().Judge(finding(t, "miner", func(f *quarantine.Finding) { f.Count = 12 }, tag("quarantine:watch", "since-monday")), noon)
	for name, words := range map[string]string{
		"severity":     "severity 8.0 (High)",
		"finding-type": "CryptoCurrency:EC2/BitcoinTool.B!DNS is strong evidence of a compromise",
		"side":         "the instance is the one acting, which is what this finding type means",
		"occurrences":  "seen 12 times",
		"exposure":     "reachable at the public address 198.51.100.10",
		"tags":         "tag quarantine:watch=since-monday",
		"threat-names": "a known threat is named: Miner.Example",
		"threshold":    "score 100 reaches isolate, which begins at 75",
	} {
		if got := reason(v, name); got != words {
			t.Errorf("%s: %q, want %q", name, got, words)
		}
	}
}

func TestPolicyDecides(t *testing.T) {
	t.Parallel()
	const always = "overrides: [{name: cut-all, reason: we cut, when: 'true', action: isolate}]"
	inVPC := "exempt: {vpcs: [vpc-0a1b2c3d4e5f60718]}"
	for _, c := range []struct {
		name, policy string
		f            quarantine.Finding
		want         quarantine.Action
		by           string // the reason that decides
	}{
		{"approve begins where it is set", "thresholds: {isolate: 99, approve: 50}", finding(t, "miner"), quarantine.ActionApprove, "threshold"},
		{"a sample can be ignored", "sample: ignore", finding(t, "sample"), quarantine.ActionIgnore, "sample"},
		{"a sample is told though its score is low", "thresholds: {isolate: 100, notify: 99}", finding(t, "sample"), quarantine.ActionNotify, "sample"},
		{"an archived finding can be ignored", "archived: ignore", finding(t, "archived"), quarantine.ActionIgnore, "archived"},
		{"an archived finding can be judged", "archived: judge", finding(t, "archived"), quarantine.ActionIsolate, "threshold"},
		{"archived never raises", "thresholds: {isolate: 100, notify: 99}", finding(t, "archived", func(f *quarantine.Finding) { f.Severity = 1 }), quarantine.ActionIgnore, "archived"},
		{"an exempt account is told", "exempt: {accounts: ['111122223333']}", finding(t, "miner"), quarantine.ActionNotify, "exempt"},
		{"the account is the member's, not the envelope's", "exempt: {accounts: [444455556666]}", finding(t, "member-account"), quarantine.ActionIsolate, "threshold"},
		{"an exempt VPC is told", inVPC, finding(t, "miner"), quarantine.ActionNotify, "exempt"},
		{"any exempt subnet of several is enough", "exempt: {subnets: [subnet-0f1e2d3c4b5a69788]}", finding(t, "several-interfaces"), quarantine.ActionNotify, "exempt"},
		{"an exempt tag is told", "exempt: {tags: {Environment: test}}", finding(t, "miner"), quarantine.ActionNotify, "exempt"},
		{"another value of the tag is not exempt", "exempt: {tags: {Environment: lab}}", finding(t, "miner"), quarantine.ActionIsolate, "threshold"},
		{"what is ignored stays ignored though exempt", inVPC, finding(t, "port-probe"), quarantine.ActionIgnore, "threshold"},
		{"an override raises", always, finding(t, "unusual-volume"), quarantine.ActionIsolate, "override/cut-all"},
		{"an override can cut what is attacked", always, finding(t, "port-probe"), quarantine.ActionIsolate, "override/cut-all"},
		{"an override can cut what is archived", always, finding(t, "archived"), quarantine.ActionIsolate, "override/cut-all"},
		{"an override lowers", "overrides: [{name: calm, reason: known, when: score > 50, action: ignore}]", finding(t, "miner"), quarantine.ActionIgnore, "override/calm"},
		{"an override lowers a sample", "overrides: [{name: calm, reason: known, when: finding.sample, action: ignore}]", finding(t, "sample"), quarantine.ActionIgnore, "override/calm"},
		{"no override cuts for a sample", always, finding(t, "sample"), quarantine.ActionNotify, "sample"},
		{"no override cuts without an instance", always, finding(t, "malicious-ami"), quarantine.ActionNotify, "no-instance"},
		{"nor for a user's key that is only told", "accessKeys: {cut: tell}\n" + always, finding(t, "user-key"), quarantine.ActionNotify, "no-instance"},
		{"an override can keep a user quiet", "overrides: [{name: known, reason: our scanner, when: 'finding.user == \"alice\"', action: ignore}]", finding(t, "user-key"), quarantine.ActionIgnore, "override/known"},
		{"an override tells a container's host from others", "overrides: [{name: nodes, reason: ours, when: 'finding.resource == \"Container\"', action: approve}]", finding(t, "container-on-host"), quarantine.ActionApprove, "override/nodes"},
		{"an override can cut for stolen credentials", always, finding(t, "credentials-of-an-instance"), quarantine.ActionIsolate, "override/cut-all"},
		{"the host of a container can be exempt", "exempt: {tags: {Environment: test}}", finding(t, "container-on-host"), quarantine.ActionNotify, "exempt"},
		{"no override cuts what is exempt", inVPC + "\n" + always, finding(t, "miner"), quarantine.ActionNotify, "exempt"},
		{"a condition that does not hold changes nothing", "overrides: [{name: never, reason: no, when: score > 100, action: ignore}]", finding(t, "miner"), quarantine.ActionIsolate, "threshold"},
		{"the first override that holds decides", "overrides: [{name: a, reason: a, when: score > 1000, action: ignore}, {name: b, reason: b, when: 'tags.Name == \"web-1\"', action: notify}, {name: c, reason: c, when: 'true', action: ignore}]", finding(t, "miner"), quarantine.ActionNotify, "override/b"},
		{"a condition that fails is passed over", "overrides: [{name: broken, reason: x, when: 'finding.remote[99] == \"x\"', action: ignore}]", finding(t, "miner"), quarantine.ActionIsolate, "override/broken"},
		{"a tag weight counts", "weights: {tags: [{key: Environment, value: test, points: -60}]}", finding(t, "miner"), quarantine.ActionNotify, "threshold"},
		{"of an attack sequence the strongest verdict holds", "exempt: {tags: {Name: worker-1}}", finding(t, "attack-sequence"), quarantine.ActionIsolate, "threshold"},
		{"unless all its instances are exempt", "exempt: {accounts: ['111122223333']}", finding(t, "attack-sequence"), quarantine.ActionNotify, "exempt"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			v := policy(t, c.policy).Judge(c.f, noon)
			if last := v.Reasons[len(v.Reasons)-1]; v.Action != c.want || last.Name != c.by {
				t.Errorf("%s by %s, want %s by %s: %+v", v.Action, last.Name, c.want, c.by, v)
			}
		})
	}
}

func TestTheVerdictSaysHowTheEventWasRead(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ fixture, name, says string }{
		{"container-on-host", "host", "a resource of kind Container, judged for the EC2 instance i-0abcdef1234567890"},
		{"credentials-of-an-instance", "credentials", "the credentials of i-0abcdef1234567890"},
		{"time-of-odd-form", "left-out", `detail.updatedAt should be a time such as 2026-01-31T12:00:00Z, but is "yesterday"`},
	} {
		if got := reason(triage.DefaultPolicy().Judge(finding(t, c.fixture), noon), c.name); !strings.Contains(got, c.says) {
			t.Errorf("%s: %q does not say %q", c.fixture, got, c.says)
		}
	}
}

func TestAnOverrideGivesItsReason(t *testing.T) {
	t.Parallel()
	v := policy(t, "overrides: [{name: calm, reason: this one is known, when: 'true', action: ignore}]").Judge(finding(t, "miner"), noon)
	if got := reason(v, "override/calm"); !strings.Contains(got, "this one is known") {
		t.Errorf("%q", got)
	}
}

func TestConditionsSeeTheFinding(t *testing.T) {
	t.Parallel()
	f := finding(t, "miner", func(f *quarantine.Finding) { f.Instances[0].Tags["aws:autoscaling:groupName"] = "web" })
	for _, when := range []string{
		`finding.type == "CryptoCurrency:EC2/BitcoinTool.B!DNS" and finding.purpose == "CryptoCurrency"`,
		`finding.id matches "^[0-9a-f]{32}$" and finding.title contains "Bitcoin" and finding.description contains "Bitcoin"`,
		`finding.severity >= 8 and finding.count == 1`,
		`finding.account == "111122223333" and finding.region startsWith "us-" and finding.resource == "Instance"`,
		`finding.role == "TARGET" and finding.action == "DNS_REQUEST" and finding.direction == "" and finding.side == "actor"`,
		`not finding.sample and !finding.archived`,
		`any(finding.remote, # endsWith ".example.com") and "Miner.Example" in finding.threats`,
		`finding.instance startsWith "i-" and len(finding.vpcs) == 1 and len(finding.subnets) == 1 and len(finding.publicIps) == 1`,
		`tags.Name == "web-1" and tags["aws:autoscaling:groupName"] == "web" and tags.Missing == "" and "Name" in tags`,
		`score >= 75`,
	} {
		p := policy(t, "overrides:\n  - name: probe\n    reason: probe\n    action: ignore\n    when: |\n      "+when+"\n")
		if v := p.Judge(f, noon); v.Action != quarantine.ActionIgnore {
			t.Errorf("the condition %s is not true: %+v", when, v)
		}
	}
}

func TestConditionsSeeTheKey(t *testing.T) {
	t.Parallel()
	p := policy(t, "overrides: [{name: probe, reason: probe, action: ignore, when: 'finding.accessKey == \"AKIAIOSFODNN7EXAMPLE\" and finding.user == \"alice\" and finding.userType == \"IAMUser\" and finding.resource == \"AccessKey\"'}]")
	if v := p.Judge(finding(t, "user-key"), noon); v.Action != quarantine.ActionIgnore {
		t.Errorf("%+v", v)
	}
	if v := p.Judge(finding(t, "miner"), noon); v.Action != quarantine.ActionIsolate {
		t.Errorf("of an instance: %+v", v)
	}
}

// Whoever reads that nothing was changed reads what the finding is about, and why that is so.
func TestWhyAKeyIsToldOnly(t *testing.T) {
	t.Parallel()
	as := func(kind string) func(*quarantine.Finding) {
		return func(f *quarantine.Finding) { f.Key.UserType = kind }
	}
	const key = "no EC2 instance is accused, but access key AKIAIOSFODNN7EXAMPLE of "
	for _, c := range []struct {
		f    quarantine.Finding
		want string
	}{
		{finding(t, "user-key"), key + "the user alice, which is told and not changed, as accessKeys.cut is tell"},
		{finding(t, "user-key", as("AssumedRole")), key + "the role alice, whose session ends by itself, or is denied where it came from"},
		{finding(t, "user-key", as("FederatedUser")), key + "the federated user alice, whose session ends by itself, or is denied where it came from"},
		{finding(t, "root-key"), "no EC2 instance is accused, but access key AKIAI44QH8DHBEXAMPLE of the account's root user, whom no permission of the account reaches"},
		{finding(t, "malicious-ami"), "no EC2 instance is accused"},
	} {
		if got := reason(policy(t, "accessKeys: {cut: tell}").Judge(c.f, noon), "side"); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

// For every finding and policy the reasons add up to the score, and what must never
// be isolated is not.
func TestVerdictProperties(t *testing.T) {
	t.Parallel()
	policies := []*triage.Policy{
		triage.DefaultPolicy(),
		policy(t, "thresholds: {isolate: 2, approve: 1, notify: 0}\nexempt: {tags: {keep: '*'}}"),
		policy(t, "exempt: {tags: {keep: '*'}}\nweights: {severity: 10, exposure: 100, threatNames: -100, occurrences: 100}\noverrides: [{name: cut, reason: cut, when: 'true', action: isolate}]"),
		policy(t, "exempt: {tags: {keep: '*'}}\nsample: ignore\narchived: judge\noverrides: [{name: ask, reason: ask, when: finding.count > 3, action: approve}]"),
	}
	rapid.Check(t, func(t *rapid.T) {
		f := anyFinding(t)
		p := rapid.SampledFrom(policies).Draw(t, "policy")
		v := p.Judge(f, noon)
		sum := 0
		for _, r := range v.Reasons {
			sum += r.Points
			if r.Name == "" || r.Text == "" {
				t.Fatalf("a reason without words: %+v", r)
			}
		}
		if v.Score != min(max(sum, 0), 100) {
			t.Fatalf("score %d, but the reasons add up to %d", v.Score, sum)
		}
		cut := v.Action == quarantine.ActionIsolate || v.Action == quarantine.ActionApprove
		exempt := p != policies[0] && len(f.Instances) == 1 && f.Instances[0].Tags["keep"] != ""
		if cut && (f.Sample || len(f.Instances) == 0 || exempt) {
			t.Fatalf("%s for %+v", v.Action, f)
		}
	})
}

func anyFinding(t *rapid.T) quarantine.Finding {
	instance := rapid.Custom(func(t *rapid.T) quarantine.AccusedInstance {
		return quarantine.AccusedInstance{
			ID:         rapid.StringMatching(`i-[0-9a-f]{8}`).Draw(t, "id"),
			Tags:       rapid.SampledFrom([]map[string]string{nil, {"keep": "yes"}, {"quarantine:watch": "x"}}).Draw(t, "tags"),
			Interfaces: rapid.SampledFrom([][]quarantine.Interface{nil, {{PublicIP: "198.51.100.1"}}}).Draw(t, "interfaces"),
		}
	})
	return quarantine.Finding{
		Type:        rapid.OneOf(rapid.SampledFrom(guardduty.KnownTypes()), rapid.StringMatching(`[A-Z][a-z]+:EC2/[A-Z][a-z]+`)).Draw(t, "type"),
		Severity:    rapid.Float64Range(0.1, 10).Draw(t, "severity"),
		Count:       rapid.IntRange(1, 1e6).Draw(t, "count"),
		Role:        rapid.SampledFrom([]string{"", "ACTOR", "TARGET"}).Draw(t, "role"),
		Direction:   rapid.SampledFrom([]string{"", "INBOUND", "OUTBOUND"}).Draw(t, "direction"),
		Sample:      rapid.Bool().Draw(t, "sample"),
		Archived:    rapid.Bool().Draw(t, "archived"),
		ThreatNames: rapid.SliceOfN(rapid.StringMatching(`[a-z]{3}`), 0, 2).Draw(t, "threats"),
		Instances:   rapid.SliceOfNDistinct(instance, 0, 3, func(i quarantine.AccusedInstance) string { return i.ID }).Draw(t, "instances"),
	}
}
