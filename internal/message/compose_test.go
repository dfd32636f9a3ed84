package message

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func compose(t *testing.T, n quarantine.News) quarantine.Message {
	t.Helper()
	return composed(t, n, Record{})
}

// composed is the message of the news and of what is on record.
func composed(t *testing.T, n quarantine.News, r Record) quarantine.Message {
	t.Helper()
	m, err := Compose(n, r)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// Commands can be pasted as they stand, so they and addresses may be longer.
func TestTextFitsEightyColumns(t *testing.T) {
	t.Parallel()
	for name, news := range oneOfEach() {
		for _, r := range []Record{{}, onRecord(), {Unread: quarantine.Failf(quarantine.Throttled, "try again")}} {
			for row := range strings.SplitSeq(composed(t, news, r).Text, "\n") {
				one := strings.TrimLeft(row, " ")
				if utf8.RuneCountInString(row) >= 80 && !strings.Contains(one, "https://") && !strings.HasPrefix(one, "--") {
					t.Errorf("%s: %d columns: %s", name, utf8.RuneCountInString(row), row)
				}
			}
		}
	}
}

func TestUnknownKindIsRefused(t *testing.T) {
	t.Parallel()
	for _, kind := range []quarantine.MessageKind{"", "celebrated"} {
		if _, err := Compose(quarantine.News{Kind: kind}, Record{}); !quarantine.Is(err, quarantine.BadRequest) {
			t.Errorf("kind %q: %v, want BadRequest", kind, err)
		}
	}
}

func TestI5ContainedIsNeverSaidWithoutReadBack(t *testing.T) {
	t.Parallel()
	tests := map[string]func(c *quarantine.Containment){
		"no subnet":                func(c *quarantine.Containment) { c.Subnets = nil },
		"no subnet id":             func(c *quarantine.Containment) { c.Subnets[0].SubnetID = "" },
		"no quarantine ACL":        func(c *quarantine.Containment) { c.Subnets[1].After = "" },
		"no association":           func(c *quarantine.Containment) { c.Subnets[1].AfterVersion = "" },
		"no time of reading":       func(c *quarantine.Containment) { c.Subnets[0].VerifiedAt = time.Time{} },
		"a subnet of its left out": func(c *quarantine.Containment) { c.Subnets = c.Subnets[:1] },
	}
	for name, spoil := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n := contained()
			spoil(n.Containment)
			if _, err := Compose(n, Record{}); !quarantine.Is(err, quarantine.BadRequest) {
				t.Errorf("got %v, want BadRequest", err)
			}
			n.Kind, n.Evidence = quarantine.KindEvidenceFailed, evidence(quarantine.EvidenceStatusFailed)
			if text := compose(t, n).Text; strings.Contains(text, "The cut stands") {
				t.Errorf("evidence failed, yet it claims the cut:\n%s", text)
			}
		})
	}
	n := contained()
	n.Containment = nil
	if _, err := Compose(n, Record{}); !quarantine.Is(err, quarantine.BadRequest) {
		t.Errorf("no containment at all: %v, want BadRequest", err)
	}
}

func TestEvidenceCompleteIsNeverSaidWithoutCompletedSnapshots(t *testing.T) {
	t.Parallel()
	pending := evidence(quarantine.EvidenceComplete)
	pending.Snapshots[1].State = "pending"
	none := evidence(quarantine.EvidenceComplete)
	none.Snapshots = nil
	for name, e := range map[string]*quarantine.Evidence{
		"none known": nil, "status pending": evidence(quarantine.EvidencePending),
		"a snapshot pending": pending, "no snapshot": none,
	} {
		if _, err := Compose(evidenceNews(quarantine.KindEvidenceComplete, e), Record{}); !quarantine.Is(err, quarantine.BadRequest) {
			t.Errorf("%s: %v, want BadRequest", name, err)
		}
	}
}

// What is locked is said with the end of its lock, and nobody is told to lock it.
func TestLocksAreTold(t *testing.T) {
	t.Parallel()
	e := evidence(quarantine.EvidenceComplete)
	lock := func(i int) {
		e.Snapshots[i].Lock = &quarantine.SnapshotLock{State: "governance", Until: noon.Add(48 * time.Hour)}
	}
	text := func() string { return compose(t, evidenceNews(quarantine.KindEvidenceComplete, e)).Text }
	const told, step = "locked (governance)", "ec2 lock-snapshot"
	if now := text(); strings.Contains(now, told) || strings.Count(now, step) != 2 {
		t.Errorf("without locks:\n%s", now)
	}
	lock(0)
	if now := text(); strings.Count(now, told) != 1 || strings.Count(now, step) != 1 || !strings.Contains(now, "--snapshot-id snap-0bbb") {
		t.Errorf("with one lock:\n%s", now)
	}
	lock(1)
	if now := text(); strings.Count(now, told) != 2 || strings.Contains(now, step) || !strings.Contains(now, "ec2:UnlockSnapshot") {
		t.Errorf("with both locks:\n%s", now)
	}
}

// Bad news must get out, however little is known.
func TestBadNewsNeedsNothing(t *testing.T) {
	t.Parallel()
	for _, kind := range []quarantine.MessageKind{
		quarantine.KindContainmentFailed, quarantine.KindEvidenceFailed, quarantine.KindToldOnly, quarantine.KindMalformed,
		quarantine.KindReleaseFailed, quarantine.KindMeasureFailed, quarantine.KindObserved,
	} {
		m := compose(t, quarantine.News{Kind: kind})
		if m.Subject == "" || m.Text == "" || len(m.Sections) == 0 || !json.Valid(m.Data) {
			t.Errorf("%s: %+v", kind, m)
		}
		if diff := cmp.Diff(map[string]string{"kind": string(kind)}, m.Attributes); diff != "" {
			t.Errorf("%s: attributes: %s", kind, diff)
		}
	}
}

func TestAFailedCutIsCalledNotContained(t *testing.T) {
	t.Parallel()
	m := compose(t, notContained(quarantine.Contended, "the association of subnet-0aaa1111 changed four times"))
	if !strings.HasPrefix(m.Subject, "NOT CONTAINED (Contended): "+instanceID) || !strings.HasPrefix(m.Text, "NOT CONTAINED. ") {
		t.Errorf("%s\n%s", m.Subject, m.Text)
	}
	for _, want := range []string{"changed four times", "subnet-0aaa1111", "quarantine respond --event finding.json", "infrastructure as code"} {
		if !strings.Contains(m.Text, want) {
			t.Errorf("the text lacks %q:\n%s", want, m.Text)
		}
	}
}

// Who takes part in a shared VPC has no role that could cut there.
func TestASharedNetworkIsForItsOwner(t *testing.T) {
	t.Parallel()
	text := unwrapped(compose(t, notContained(quarantine.SharedNetwork, "the network belongs to account 999900001111")).Text)
	for _, want := range []string{
		"the network belongs to account 999900001111", "Have its people cut the subnets off",
		"all but the first command are for the account that owns the network", "create-network-acl",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the text lacks %q:\n%s", want, text)
		}
	}
	for _, not := range []string{"function's role", "run it again", "start-execution"} {
		if strings.Contains(text, not) {
			t.Errorf("the text says %q:\n%s", not, text)
		}
	}
}

func TestABranchOfATrunkIsAmongWhatStaysOpen(t *testing.T) {
	t.Parallel()
	n := contained()
	n.Containment.Instance.Interfaces[1].Type = quarantine.TypeTrunk
	text := unwrapped(compose(t, n).Text)
	if _, open, _ := strings.Cut(text, "WHAT IS OPEN"); !strings.Contains(open, "eni-2 carries branch interfaces") {
		t.Errorf("what stays open: %s", open)
	}
}

func TestAPartialCutIsToldSubnetBySubnet(t *testing.T) {
	t.Parallel()
	r := onRecord()
	for name, p := range r.Incident.Holds[1].Parts {
		p.After = ""
		r.Incident.Holds[1].Parts[name] = p
	}
	r.Incident.Holds[1].VerifiedAt = time.Time{}
	text := unwrapped(composed(t, notContained(quarantine.Throttled, "EC2 throttled"), r).Text)
	for _, want := range []string{
		"is cut off in part: a read-back shows 1 of its 2 subnets cut off",
		"subnet-0aaa1111: CUT OFF by acl-0quarantine, read back at 2026-11-02 12:00:06 UTC",
		"subnet-0bbb2222: NOT KNOWN whether it is cut off: no read-back is on record; " +
			"held by inc-20261101-ffffffffff too",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the text lacks %q:\n%s", want, text)
		}
	}
	says(t, ByHandOf(*r.Incident, r.At), []string{"--association-id aclassoc-0before --network-acl-id acl-0quarantine"}) // what is not cut yet
}

func TestEveryFailureHasAHintOfItsOwn(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for _, name := range []string{
		quarantine.InstanceGone, quarantine.InstanceInAnotherAccount, quarantine.InstanceInAnotherRegion,
		quarantine.InstanceExempt, quarantine.NoSubnet, quarantine.QuotaReached, quarantine.AccessDenied,
		quarantine.Throttled, quarantine.Unavailable, quarantine.Contended, quarantine.NotVerified,
		quarantine.LockLost, quarantine.BadPolicy, quarantine.BadRequest, quarantine.NewerVersion, quarantine.NoVolumes,
		quarantine.EvidenceFailed, "States.Timeout", tooLarge, quarantine.Unexpected,
		quarantine.RequestGone, quarantine.AlreadyDecided, quarantine.RequestTooLate, quarantine.TaskGone,
	} {
		hint := facts{fault: fault{name: name}}.hint()[0].String()
		if other, ok := seen[hint]; ok {
			t.Errorf("%s and %s have the same hint: %s", name, other, hint)
		}
		seen[hint] = name
	}
}

func TestAccessDeniedNamesTheMissingAction(t *testing.T) {
	t.Parallel()
	text := compose(t, notContained(quarantine.AccessDenied, "not authorized to perform: ec2:ReplaceNetworkAclAssociation on x")).Text
	if !strings.Contains(text, "Allow ec2:ReplaceNetworkAclAssociation in the function's role.") {
		t.Error(text)
	}
}

func TestCausesAreReadLeniently(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		caught *quarantine.CaughtError
		want   fault
	}{
		"nothing caught": {nil, fault{}},
		"text":           {&quarantine.CaughtError{Error: "States.Timeout", Cause: "too\nslow"}, fault{"States.Timeout", "too slow"}},
		"lambda's JSON":  {caught("Throttled", "EC2 throttled"), fault{"Throttled", "EC2 throttled"}},
		"generic name": {&quarantine.CaughtError{Error: "States.TaskFailed", Cause: lambdaCause("Contended", "x")},
			fault{"Contended", "x"}},
		"cut off JSON":     {&quarantine.CaughtError{Error: "E", Cause: `{"errorMessage":"a`}, fault{"E", `{"errorMessage":"a`}},
		"JSON without":     {&quarantine.CaughtError{Error: "E", Cause: `{"other":1}`}, fault{"E", `{"other":1}`}},
		"JSON of numbers":  {&quarantine.CaughtError{Error: "E", Cause: `{"errorMessage":7}`}, fault{"E", `{"errorMessage":7}`}},
		"JSON, not object": {&quarantine.CaughtError{Error: "E", Cause: `"why"`}, fault{"E", `"why"`}},
		"empty":            {&quarantine.CaughtError{}, fault{}},
	}
	for name, tt := range tests {
		if got := faultOf(tt.caught); got != tt.want {
			t.Errorf("%s: %+v, want %+v", name, got, tt.want)
		}
	}
}

func TestLinksFollowThePartition(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ partition, region, host string }{
		"commercial": {"aws", "eu-central-1", "https://eu-central-1.console.aws.amazon.com/"},
		"china":      {"aws-cn", "cn-north-1", "https://cn-north-1.console.amazonaws.cn/"},
		"europe":     {"aws-eusc", "eusc-de-east-1", "https://eusc-de-east-1.console.amazonaws-eusc.eu/"},
		"govcloud":   {"aws-us-gov", "us-gov-west-1", "https://us-gov-west-1.console.amazonaws-us-gov.com/"},
	}
	for name, tt := range tests {
		n := toldOnly(quarantine.ActionNotify)
		n.Triage.Finding.Region, n.Triage.Resource.Region = tt.region, tt.region
		for _, arn := range []string{fmt.Sprintf("arn:%s:states:%s:1:execution:q:e", tt.partition, tt.region), "none"} {
			n.Execution.ID, n.Triage.Finding.Partition = arn, tt.partition
			links := compose(t, n).Links
			if want := 2 + btoi(arn != "none"); len(links) != want {
				t.Errorf("%s: %d links, want %d", name, len(links), want)
			}
			for _, l := range links {
				if !strings.HasPrefix(l.URL, tt.host) || !strings.Contains(l.URL, "region="+tt.region+"#") {
					t.Errorf("%s: %s leads to %s", name, l.Label, l.URL)
				}
			}
		}
		if got := partitionOf(quarantine.News{}, tt.region); got != tt.partition {
			t.Errorf("%s: partition of the region is %s", name, got)
		}
	}
}

func TestStolenCredentialsAreTakenBackByHand(t *testing.T) {
	t.Parallel()
	n := toldOnly(quarantine.ActionNotify)
	n.Triage.Finding.Instances[0].ByCredentials = true
	text := compose(t, n).Text
	for _, want := range []string{"revoke the sessions of the instance's role", n.Triage.Resource.ID, "replace-network-acl-association"} {
		if !strings.Contains(text, want) {
			t.Errorf("the message does not say %q:\n%s", want, text)
		}
	}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

func TestNoLinkLeadsElsewhere(t *testing.T) {
	t.Parallel()
	n := toldOnly(quarantine.ActionNotify)
	n.Execution.ID = "arn:aws-iso:states:us-iso-east-1:1:execution:q:e"
	n.Triage.Finding.Region, n.Triage.Resource.Region = "evil.example/", "evil.example/?"
	if links := compose(t, n).Links; len(links) != 0 {
		t.Errorf("got %v", links)
	}
}

func TestDataIsTheNewsForPrograms(t *testing.T) {
	t.Parallel()
	var got body
	if err := json.Unmarshal(compose(t, contained()).Data, &got); err != nil {
		t.Fatal(err)
	}
	if got.Version != 1 || got.Kind != quarantine.KindContained || got.Resource.ID != instanceID ||
		got.Verdict.Score != 85 || got.Finding.Severity != 8 || got.Incident != incident || got.Shortened {
		t.Errorf("%+v", got)
	}
	if diff := cmp.Diff(containment(), got.Containment); diff != "" {
		t.Error(diff)
	}
}

func TestAttributesAreForFilterPolicies(t *testing.T) {
	t.Parallel()
	want := map[string]string{"kind": "contained", "severity": "8", "score": "85", "account": account,
		"region": region, "instance": instanceID, "incident": incident}
	if diff := cmp.Diff(want, compose(t, contained()).Attributes); diff != "" {
		t.Error(diff)
	}
}

// huge is news with far more of everything than there ever is.
func huge(kind quarantine.MessageKind) quarantine.News {
	n := contained()
	n.Kind = kind
	n.Event = json.RawMessage(`"` + strings.Repeat("é<", 20_000) + `"`)
	n.Failure = caught("Throttled", strings.Repeat("what? ", 5_000))
	n.Evidence = evidence(quarantine.EvidenceComplete)
	long := strings.Repeat(`long "words" `, 200)
	n.Triage.Finding.Title, n.Triage.Finding.Description, n.Triage.Finding.Type = long, long, long
	n.Approval, n.Link = request(quarantine.PurposeRelease), page
	n.Approval.ID, n.Approval.Asked, n.Approval.Finding.Title = long, slices.Repeat([]string{long}, 300), long
	n.Release = release()
	n.Release.Reason, n.Release.By = long, long
	n.Execution.Name, n.Incident, n.Triage.Resource.Region = long, long, long
	for i := range 300 {
		n.Drifts = append(n.Drifts, quarantine.Drift{Measure: long, Thing: long, What: long, By: long, Failed: long, Kind: quarantine.DriftReopened})
		n.Containment.Warnings = append(n.Containment.Warnings, long)
		n.Containment.RemainsOpen = append(n.Containment.RemainsOpen, long)
		n.Containment.Subnets = append(n.Containment.Subnets,
			verified(fmt.Sprintf("subnet-%d%s", i, long), noon, false, incident))
		n.Triage.Verdict.Reasons = append(n.Triage.Verdict.Reasons, quarantine.Reason{Name: "r", Points: 1, Text: long})
		n.Evidence.Snapshots = append(n.Evidence.Snapshots, quarantine.Snapshot{ID: long, VolumeID: long, State: "completed"})
		n.Evidence.Problems = append(n.Evidence.Problems, long)
		n.Approval.Reasons = append(n.Approval.Reasons, quarantine.Reason{Name: "r", Points: 1, Text: long})
		n.Release.Subnets = append(n.Release.Subnets, outcome(fmt.Sprintf("subnet-%d%s", i, long), quarantine.Drifted, long))
		n.Release.Things = append(n.Release.Things, quarantine.ReleasedThing{Measure: long, Thing: long, Outcome: quarantine.Gone, Note: long})
		n.Release.Warnings, n.Release.Removed = append(n.Release.Warnings, long), append(n.Release.Removed, long)
	}
	return n
}

func TestEverythingIsBounded(t *testing.T) {
	t.Parallel()
	for _, kind := range []quarantine.MessageKind{
		quarantine.KindContained, quarantine.KindContainmentFailed, quarantine.KindEvidenceComplete,
		quarantine.KindEvidenceFailed, quarantine.KindToldOnly, quarantine.KindMalformed,
		quarantine.KindApprovalAsked, quarantine.KindApprovalExpired, quarantine.KindReleased, quarantine.KindReleaseFailed, quarantine.KindMeasureFailed,
		quarantine.KindReopened, quarantine.KindNarrowed, quarantine.KindNarrowFailed, quarantine.KindObserved,
	} {
		m := compose(t, huge(kind))
		if len(m.Text) > maxText || len(m.Data) > maxData || utf8.RuneCountInString(m.Subject) > maxSubject {
			t.Errorf("%s: text %d, data %d, subject %d", kind, len(m.Text), len(m.Data), utf8.RuneCountInString(m.Subject))
		}
		if !json.Valid(m.Data) {
			t.Errorf("%s: data is no JSON", kind)
		}
	}
}

func TestLongListsAreCounted(t *testing.T) {
	t.Parallel()
	n := contained()
	n.Containment.Warnings = slices.Repeat([]string{"again"}, maxItems+4)
	if text := compose(t, n).Text; !strings.Contains(text, "  and 4 more\n") || strings.Count(text, "- again\n") != maxItems {
		t.Error(text)
	}
}

func TestNobodyForgesALineOrACommand(t *testing.T) {
	t.Parallel()
	n := contained()
	n.Triage.Finding.Title = "x\r\nBcc: all@example.com\n\nCONTAINED\u202e\u2028\x1b[2J"
	n.Triage.Finding.Type = "a\nSubject: b"
	n.Containment.Instance.Tags["aws:autoscaling:groupName"] = "$(rm -rf ~)'; `id`\n"
	m := compose(t, n)
	if strings.ContainsFunc(m.Subject, func(r rune) bool { return r < ' ' }) {
		t.Errorf("subject %q", m.Subject)
	}
	for row := range strings.SplitSeq(m.Text, "\n") {
		if strings.HasPrefix(row, "Bcc") || strings.ContainsAny(row, "\x1b\r\u202e\u2028") {
			t.Errorf("row %q", row)
		}
	}
	if want := `--auto-scaling-group-name '$(rm -rf ~)'\''; ` + "`id`'"; !strings.Contains(m.Text, want) {
		t.Errorf("the text lacks %s:\n%s", want, m.Text)
	}
}

// unwrapped is a text in one line.
func unwrapped(text string) string { return strings.Join(strings.Fields(text), " ") }
