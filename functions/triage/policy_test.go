package triage_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func TestTheDefaultPolicyIsItsYAML(t *testing.T) {
	t.Parallel()
	p, err := triage.ParsePolicy(triage.DefaultPolicyYAML)
	if err != nil {
		t.Fatal(err)
	}
	short, err := triage.ParsePolicy([]byte("version: 1"))
	if err != nil {
		t.Fatal(err)
	}
	f := finding(t, "miner")
	for name, other := range map[string]*triage.Policy{"parsed": p, "left out": short} {
		if diff := cmp.Diff(triage.DefaultPolicy().Judge(f, noon), other.Judge(f, noon)); diff != "" {
			t.Errorf("%s judges differently:\n%s", name, diff)
		}
	}
}

// The example overrides in the default policy's comments must work.
func TestTheExampleInTheDefaultPolicy(t *testing.T) {
	t.Parallel()
	doc, example, found := bytes.Cut(triage.DefaultPolicyYAML, []byte("overrides: []\n"))
	if !found {
		t.Fatal("the default policy has no empty overrides list")
	}
	example = bytes.ReplaceAll(append([]byte("\n"), example...), []byte("\n# "), []byte("\n"))
	p, err := triage.ParsePolicy(append(bytes.Clone(doc), example...))
	if err != nil {
		t.Fatal(err)
	}
	if v := p.Judge(finding(t, "miner", tag("Role", "database")), noon); v.Action != quarantine.ActionApprove {
		t.Errorf("a database is %s, want approve", v.Action)
	}
}

func TestEveryFaultIsReportedAtOnceWithItsLine(t *testing.T) {
	t.Parallel()
	src, err := os.ReadFile("testdata/faulty.yaml")
	if err != nil {
		t.Fatal(err)
	}
	p, err := triage.ParsePolicy(src)
	faults, ok := errors.AsType[triage.Faults](err)
	if p != nil || !ok || !quarantine.Is(err, quarantine.BadPolicy) {
		t.Fatalf("want Faults in a failure named BadPolicy, got %v", err)
	}
	// In the file, a comment at the end of each faulty line has a part of the fault's text.
	want := map[int]string{}
	for n, line := range strings.Split(string(src), "\n") {
		if _, words, marked := strings.Cut(line, "# FAULT: "); marked {
			want[n+1] = words
		}
	}
	got := map[int]string{}
	for _, f := range faults {
		got[f.Line] += f.Text
		if words, expected := want[f.Line]; !expected || !strings.Contains(f.Text, words) {
			t.Errorf("line %d: %q, want %q", f.Line, f.Text, words)
		}
		if !strings.Contains(err.Error(), fmt.Sprintf("\nline %d: %s", f.Line, f.Text)) {
			t.Errorf("the error leaves out line %d", f.Line)
		}
	}
	for line, words := range want {
		if got[line] == "" {
			t.Errorf("line %d: no fault, want %q", line, words)
		}
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	when := func(source string) string {
		return "version: 1\noverrides:\n  - name: a\n    reason: a\n    action: notify\n    when: " + source
	}
	for name, c := range map[string]struct {
		policy, want string
	}{
		"empty":                       {"", "line 1: the policy is empty"},
		"only a comment":              {"# nothing\n", "line 1: the policy is empty"},
		"two documents":               {"version: 1\n---\nversion: 1\n", "one document with a policy, but there are 2"},
		"no mapping":                  {"- version: 1\n", "line 1: the policy should be a mapping of keys to values, but is a list"},
		"no YAML":                     {"version: 1\nsample: [notify\n", "no YAML"},
		"too large":                   {strings.Repeat("#", 64<<10+1), "larger than 65536 bytes"},
		"no version":                  {"sample: notify\n", "line 1: version is missing"},
		"another version":             {"version: 2\n", "line 1: version should be 1, but is \"2\""},
		"sample cuts":                 {"version: 1\nsample: isolate\n", "line 2: sample should be one of notify, ignore: a sample never cuts"},
		"sample asks":                 {"version: 1\nsample: approve\n", "a sample never cuts"},
		"archived cuts":               {"version: 1\narchived: isolate\n", "line 2: archived should be one of notify, ignore, judge"},
		"an age below GuardDuty's":    {"version: 1\nstaleAfter: 24h\n", "line 2: staleAfter should be a time such as 48h or 7d, from 30h to 365d, or none, but is the text \"24h\""},
		"an age without its unit":     {"version: 1\nstaleAfter: 48\n", "staleAfter should be a time such as 48h or 7d"},
		"an age beyond a year":        {"version: 1\nstaleAfter: 366d\n", "from 30h to 365d"},
		"a mode that there is not":    {"version: 1\nmode: dry-run\n", "line 2: mode should be one of act, observe, but is the text \"dry-run\""},
		"a mode of no VPC":            {"version: 1\nmodes:\n  vpcs:\n    vpc-123: act\n", "line 4: modes.vpcs should be a VPC's id"},
		"a VPC's mode left empty":     {"version: 1\nmodes:\n  vpcs:\n    vpc-0a1b2c3d:\n", "modes.vpcs.vpc-0a1b2c3d should be one of act, observe, but is empty"},
		"a tag that has it act":       {"version: 1\nmodes: {actTags: {env: test}}\n", "unknown key modes.actTags; known here: vpcs, observedTags"},
		"a rule that acts":            {when("\"true\"") + "\n    mode: act\n", "overrides[0].mode should be one of observe: a rule cannot have anything acted on that is observed"},
		"equal thresholds":            {"version: 1\nthresholds:\n  isolate: 20\n", "line 3: thresholds are out of order: isolate (20) must be above notify (20)"},
		"approve above isolate":       {"version: 1\nthresholds: {isolate: 50, approve: 60}\n", "isolate (50) must be above approve (60)"},
		"approve below notify":        {"version: 1\nthresholds: {approve: 0}\n", "approve above notify (20)"},
		"threshold above 100":         {"version: 1\nthresholds: {isolate: 101}\n", "a whole number from 0 to 100"},
		"a fraction":                  {"version: 1\nthresholds: {isolate: 70.5}\n", "a whole number"},
		"an anchor":                   {"version: &v 1\n", "a YAML anchor"},
		"a key twice":                 {"version: 1\nsample: notify\nsample: ignore\n", "line 3: sample is there twice"},
		"a mistyped id":               {"version: 1\nexempt:\n  vpcs:\n    - vpc-123\n", "line 4: exempt.vpcs[0] should be a VPC's id"},
		"a tag's value of true":       {"version: 1\nexempt:\n  tags:\n    keep: true\n", "line 4: exempt.tags.keep should be text, but is \"true\" without quotes"},
		"a limit of none at all":      {"version: 1\nlimits:\n  isolationsPerHour:\n    account: 0\n", "line 4: limits.isolationsPerHour.account should be a whole number from 1 to 1000, or none for no limit, but is \"0\""},
		"a limit below none":          {"version: 1\nlimits: {isolationsPerHour: {vpc: -1}}\n", "limits.isolationsPerHour.vpc should be"},
		"a limit that no item holds":  {"version: 1\nlimits: {isolationsPerHour: {vpc: 1001}}\n", "from 1 to 1000"},
		"a share of more than all":    {"version: 1\nlimits:\n  vpcSubnetsPercent: 101\n", "line 3: limits.vpcSubnetsPercent should be a whole number from 1 to 100, or none"},
		"a share with its sign":       {"version: 1\nlimits: {vpcSubnetsPercent: 50%}\n", "limits.vpcSubnetsPercent should be a whole number"},
		"asking as a yes":             {"version: 1\nlimits:\n  askFirst: {forwarding: true}\n", "line 3: limits.askFirst.forwarding should be on or off"},
		"asking about something else": {"version: 1\nlimits: {askFirst: {spot: on}}\n", "unknown key limits.askFirst.spot; known here: forwarding, stopped"},
		"no neighbour at all":         {"version: 1\nneighbours: {upTo: 0}\n", "neighbours.upTo should be a whole number from 1 to 1000, or none for no limit"},
		"a way that there is not":     {"version: 1\nneighbours:\n  beyond: never\n", "line 3: neighbours.beyond should be one of ask, cut, group"},
		"a word on the group":         {"version: 1\nneighbours:\n  sameGroup: leave\n", "line 3: neighbours.sameGroup should be one of ask, cut, group"},
		"a limit left empty":          {"version: 1\nlimits: {vpcSubnetsPercent: }\n", "or none for no limit, but is empty"},
		"a limit of something else":   {"version: 1\nlimits: {isolationsPerHour: {host: 3}}\n", "unknown key limits.isolationsPerHour.host; known here: account, vpc"},
		"an override without parts":   {"version: 1\noverrides:\n  - name: a\n", "line 3: overrides[0].reason is missing"},
		"an action that is none":      {"version: 1\noverrides:\n  - {name: a, reason: a, when: 'true', action: kill}\n", "one of ignore, notify, approve, isolate"},
		"a name with spaces":          {"version: 1\noverrides:\n  - {name: a b, reason: a, when: 'true', action: notify}\n", "joined by hyphens"},
		"an unknown name":             {when("finding.nonsense == 1"), "line 6: overrides[0].when: finding has no field nonsense"},
		"an unknown variable":         {when("environ == 1"), "unknown name environ"},
		"the finding as a number":     {when("finding + 1 == 2"), "mismatched types finding and int"},
		"a Go name":                   {when("finding.Severity > 1"), "has no field Severity"},
		"no bool":                     {when("score + 1"), "expected bool, but got int"},
		"any type":                    {when("'[true, 1][0]'"), "expected bool"},
		"types that do not fit":       {when("finding.severity == \"high\""), "mismatched types float64 and string"},
		"a clock":                     {when("now().Year() > 2000"), "unknown name now"},
		"a range":                     {when("'all(1..10, true)'"), "ranges (..)"},
		"a variable":                  {when("'let x = score; x > 1'"), "variables (let)"},
		"a loop in a loop":            {when("'any(finding.remote, any(finding.threats, true))'"), "one loop inside another"},
		"a bad pattern":               {when("'finding.type matches \"(\"'"), "error parsing regexp"},
		"a huge pattern":              {when("'finding.type matches \"a{1000}a{1000}a{1000}b\"'"), "line 6: overrides[0].when: the pattern compiles to 3003 instructions, and the limit is 1000"},
		"a computed pattern":          {when("finding.type matches finding.title"), "the pattern of matches should be text in quotes"},
		"a number that is matched":    {when("'score matches \"1\"'"), "cannot use int"},
		"matching by another name":    {when("'matches(finding.type, \"a\")'"), "unexpected token"},
		"broken syntax":               {when("'score >'"), "unexpected token"},
		"too long":                    {when("score > 1" + strings.Repeat(" or score > 1", 400)), "longer than 4096 bytes"},
		"the line in a block":         {when("|\n      score > 1 and\n      nonsense\n"), "line 8: overrides[0].when: unknown name nonsense"},
		"the first line if folded":    {when(">\n      score > 1 and\n      nonsense\n"), "line 7: overrides[0].when: unknown name nonsense"},
		"weights beyond their bounds": {"version: 1\nweights: {severity: 11, side: {target: -101}}\n", "weights.severity should be a whole number from 0 to 10"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := triage.ParsePolicy([]byte(c.policy))
			if !quarantine.Is(err, quarantine.BadPolicy) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v\nwant %s", err, c.want)
			}
		})
	}
}

// Every policy that is accepted gives a verdict.
func FuzzParsePolicy(f *testing.F) {
	faulty, err := os.ReadFile("testdata/faulty.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(triage.DefaultPolicyYAML)
	f.Add(faulty)
	f.Add([]byte("version: 1\noverrides:\n  - {name: a, reason: b, when: 'any(finding.remote, len(#) > score)', action: ignore}\n"))
	f.Add([]byte("version: 1\nlimits: {isolationsPerHour: {account: none, vpc: 1000}, vpcSubnetsPercent: 100}\n"))
	f.Add([]byte("version: 1\nlimits: {isolationsPerHour: 0, vpcSubnetsPercent: none}\n"))
	f.Add([]byte("version: 1\nweights: {side: {target: -100}, tags: [{key: a, value: '*', points: 3}]}\n"))
	miner := finding(f, "miner")
	f.Fuzz(func(t *testing.T, src []byte) {
		p, err := triage.ParsePolicy(src)
		if err != nil {
			if faults, ok := errors.AsType[triage.Faults](err); !ok || len(faults) == 0 || faults[0].Line < 1 {
				t.Fatalf("no faults in %v", err)
			}
			return
		}
		if v := p.Judge(miner, noon); v.Action == "" || v.Score < 0 || v.Score > 100 {
			t.Fatalf("no verdict: %+v", v)
		}
	})
}

func TestMeasuresAreOnOrOffByName(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"version: 1": {"standby", "load-balancers", "role-sessions", "security-group", "protection"},
		"version: 1\nmeasures: {security-group: off}": {"standby", "load-balancers", "role-sessions", "protection"},
		"version: 1\nmeasures: {protection: off, security-group: off, role-sessions: off, standby: off, load-balancers: off}": {},
		"version: 1\nmeasures: {}": {"standby", "load-balancers", "role-sessions", "security-group", "protection"},
	} {
		p, err := triage.ParsePolicy([]byte(text))
		if err != nil || !slices.Equal(p.Measures(), want) {
			t.Errorf("%q: %q, %v, want %q", text, p.Measures(), err, want)
		}
	}
	for text, want := range map[string]string{
		"version: 1\nmeasures: {network-acl: off}":                   "unknown key measures.network-acl; known here: ",
		"version: 1\nmeasures: {protection: true}":                   "measures.protection should be on or off, but is \"true\" without quotes",
		"version: 1\nmeasures: {protection: 'yes'}":                  "measures.protection should be on or off, but is the text \"yes\"",
		"version: 1\nmeasures: [protection]":                         "measures should be a mapping of keys to values, but is a list",
		"version: 1\nmeasures:\n  protection: on\n  protection: off": "measures.protection is there twice",
	} {
		if _, err := triage.ParsePolicy([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

func TestSnapshotsAreLockedForTheDaysOfThePolicy(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{
		"version: 1":                              0,
		"version: 1\nevidence: {}":                0,
		"version: 1\nevidence: {lockDays: 0}":     0,
		"version: 1\nevidence: {lockDays: 36500}": 36500,
	} {
		p, err := triage.ParsePolicy([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		out, _, err := handle(t, "miner", p)
		if err != nil {
			t.Fatal(err)
		}
		if got := out.LockDays; got != want {
			t.Errorf("%q: %d days, want %d", text, got, want)
		}
	}
	for text, want := range map[string]string{
		"version: 1\nevidence: {lockDays: 36501}": "evidence.lockDays should be a whole number from 0 to 36500",
		"version: 1\nevidence: {lockDays: -1}":    "evidence.lockDays should be a whole number from 0 to 36500",
		"version: 1\nevidence: {lockDays: 30d}":   "evidence.lockDays should be a whole number from 0 to 36500",
		"version: 1\nevidence: {lock: 30}":        "unknown key evidence.lock; known here: lockDays",
	} {
		if _, err := triage.ParsePolicy([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

func TestAnEmptyPolicySaysWhatToWrite(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "\n", "# nothing yet\n", "---\n"} {
		if _, err := triage.ParsePolicy([]byte(text)); err == nil || !strings.Contains(err.Error(), "the policy is empty: write version: 1") {
			t.Errorf("%q: %v", text, err)
		}
	}
	if _, err := triage.ParsePolicy([]byte("version: 1\n---\nversion: 1\n")); err == nil || !strings.Contains(err.Error(), "there are 2") {
		t.Errorf("two documents: %v", err)
	}
}
