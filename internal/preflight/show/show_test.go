package show_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/lab/golden"
	"github.com/ec2-quarantine/quarantine/internal/preflight"
	"github.com/ec2-quarantine/quarantine/internal/preflight/show"
	"github.com/ec2-quarantine/quarantine/internal/terminal"
)

func report() preflight.Report {
	r := preflight.Report{At: "2026-03-04T05:06:07Z", State: preflight.Red, Checks: []preflight.Check{
		{ID: "detector.on", Part: preflight.Detection, Subject: "d-1", State: preflight.Green, Found: "GuardDuty is on in eu-west-1."},
		{ID: "rule.enabled", Part: preflight.Detection, Subject: "guard-FindingsRule", State: preflight.Red, Found: "The rule that takes findings is disabled: no finding starts anything.",
			Remedy: "Enable it: `aws events enable-rule --name guard-FindingsRule --region eu-west-1`"},
		{ID: "detector.frequency", Part: preflight.Detection, Subject: "d-1", State: preflight.Yellow, Found: "A repeated finding is sent again after six hours only.",
			Remedy: "Have it sent sooner: `aws guardduty update-detector --detector-id d-1 --finding-publishing-frequency FIFTEEN_MINUTES --region eu-west-1`. It costs nothing."},
		{ID: "power", Part: preflight.Powers, Subject: "isolate ec2:ReplaceNetworkAclAssociation", State: preflight.Unknown, Found: "EC2 did not answer.", Remedy: "Run the preflight again."},
	}}
	for n := range 7 {
		for _, function := range []string{"isolate", "release"} {
			r.Checks = append(r.Checks, preflight.Check{ID: "power", Part: preflight.Powers, Subject: fmt.Sprintf("%s ec2:Call%d", function, n), State: preflight.Green, Found: "Its role is allowed it."})
		}
	}
	return r
}

func TestAReportIsPrintedByPartAndTheWorstFirst(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	show.Printer{W: &out, Style: terminal.NewStyle(&out)}.Report(report())
	golden.File(t, "testdata/report.txt", out.String())
}

func TestTheDocumentHasAnExample(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	show.Printer{W: &out, Style: terminal.NewStyle(&out)}.Report(report())
	golden.Section(t, "../../../docs/preflight.md", "<!-- example: go test ./internal/preflight/show -run Document -update -->\n", "<!-- end of example -->",
		"\n```text"+out.String()+"```\n\n")
}

// A command is one line, however narrow the output: it is pasted.
func TestACommandIsNotBroken(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	w := terminal.Sized(&out, 40)
	show.Printer{W: w, Style: terminal.NewStyle(w)}.Report(report())
	for _, line := range []string{"aws events enable-rule --name guard-FindingsRule --region eu-west-1\n", "--finding-publishing-frequency FIFTEEN_MINUTES --region eu-west-1\n"} {
		if !strings.Contains(out.String(), line) {
			t.Errorf("%q is not in\n%s", line, out.String())
		}
	}
}

func TestAllPrintsEachGreenCheck(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	show.Printer{W: &out, Style: terminal.NewStyle(&out), Every: true}.Report(report())
	if n := strings.Count(out.String(), "Its role is allowed it."); n != 14 {
		t.Errorf("%d of 14:\n%s", n, out.String())
	}
}

func TestWhatManyChecksSayAlikeIsReadOnce(t *testing.T) {
	t.Parallel()
	r := preflight.Report{State: preflight.Red}
	for n := range 5 {
		r.Checks = append(r.Checks, preflight.Check{ID: "power", Part: preflight.Powers, Subject: fmt.Sprintf("watch iam:Call%d", n), State: preflight.Unknown, Found: "IAM did not say.", Remedy: "Allow it."})
	}
	r.Checks = append(r.Checks, preflight.Check{ID: "power", Part: preflight.Powers, Subject: "watch iam:Call5", State: preflight.Red, Found: "IAM did not say.", Remedy: "Allow it."})
	for every, want := range map[bool]int{false: 2, true: 6} {
		var out bytes.Buffer
		show.Printer{W: &out, Style: terminal.NewStyle(&out), Every: every}.Report(r)
		if n := strings.Count(out.String(), "IAM did not say."); n != want || every == strings.Contains(out.String(), "5 checks (--all prints each): watch 5: ") || !strings.Contains(out.String(), "1 red, 5 not known") {
			t.Errorf("all %t: %d times, want %d:\n%s", every, n, want, out.String())
		}
	}
}

// What AWS answered can hold anything: it moves no cursor.
func TestWhatWasFoundIsPrintedWithoutControlCharacters(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	show.Printer{W: &out, Style: terminal.NewStyle(&out)}.Report(preflight.Report{State: preflight.Red, Checks: []preflight.Check{
		{Part: "another part", Subject: "x\x1b[2J", State: preflight.Red, Found: "a\x1b[31mb", Remedy: "`aws \x1b[0m x`"},
	}})
	if strings.ContainsRune(out.String(), '\x1b') || !strings.Contains(out.String(), "another part") {
		t.Errorf("%q", out.String())
	}
}
