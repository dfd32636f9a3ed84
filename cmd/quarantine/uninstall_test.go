package main

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/aws/cloudformation"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/uninstall"
)

// plannedEnd is a plan with a ledger and a snapshot.
func plannedEnd() *uninstall.Plan {
	return &uninstall.Plan{
		Stack: cloudformation.Stack{ID: "id", Name: "guard", Status: "CREATE_COMPLETE"}, Table: "guard-ledger", Ledger: &uninstall.Table{Name: "guard-ledger"},
		Snapshots: uninstall.Snapshots{OnRecord: []quarantine.Snapshot{{ID: "snap-1"}}},
	}
}

// What is deleted for good is asked for by name, and evidence even with --yes.
func TestWhatIsDeletedForGoodIsConfirmedByName(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		command uninstallCommand
		answers []string
		none    bool // no evidence is on record when the plan is made
		ok      bool
	}{
		"nothing is deleted for good":   {command: uninstallCommand{Yes: true}, ok: true},
		"the ledger, with --yes":        {command: uninstallCommand{Yes: true, DeleteLedger: true}, ok: true},
		"evidence, by name":             {command: uninstallCommand{Yes: true, DeleteEvidence: true}, answers: []string{"guard"}, ok: true},
		"evidence, by another word":     {command: uninstallCommand{Yes: true, DeleteEvidence: true}, answers: []string{"yes"}},
		"evidence, by nothing":          {command: uninstallCommand{Yes: true, DeleteEvidence: true}, answers: []string{""}},
		"evidence, where none is yet":   {command: uninstallCommand{Yes: true, DeleteEvidence: true}, none: true, answers: []string{"no"}},
		"both, with --yes, by one name": {command: uninstallCommand{Yes: true, DeleteEvidence: true, DeleteLedger: true}, answers: []string{"guard"}, ok: true},
	} {
		c.command.Stack = "guard"
		plan := plannedEnd()
		if c.none {
			plan.Snapshots.OnRecord = nil
		}
		asked := 0
		err := c.command.agree(streams{out: &bytes.Buffer{}}, plan, func(streams, string) (string, error) {
			if asked++; asked > len(c.answers) {
				return "", errors.New("asked too often")
			}
			return c.answers[asked-1], nil
		})
		if (err == nil) != c.ok || asked != len(c.answers) {
			t.Errorf("%s: asked %d times: %v", name, asked, err)
		}
	}
}

func TestTheLedgersNameIsTyped(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	for answer, ok := range map[string]bool{"guard-ledger": true, "guard": false} {
		err := typed(streams{out: &out}, func(_ streams, question string) (string, error) {
			if !strings.Contains(question, "Type the table's name (guard-ledger): ") {
				t.Errorf("asked %q", question)
			}
			return answer, nil
		}, "Type the table's name", "guard-ledger")
		if (err == nil) != ok {
			t.Errorf("%s: %v", answer, err)
		}
	}
}

func TestWhatStaysIsListed(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	c := accountFlags{}.local(streams{out: &out, err: &out})
	c.aws = &clients{region: "eu-west-1"}
	c.showDone(&uninstall.Report{Stack: "guard", Left: uninstall.Left{
		Ledger:    &uninstall.Table{Name: "guard-ledger", Bytes: 3_400_000, Protected: true},
		Snapshots: uninstall.Snapshots{Unrecorded: []quarantine.Snapshot{{ID: "snap-1", VolumeID: "vol-1", SizeGiB: 8, Tags: map[string]string{quarantine.TagIncident: "inc-1"}}}, GiB: 8},
		Closed: []uninstall.Closed{{Measure: "network-acl", Thing: "subnet-1", VPCID: "vpc-1", Now: "CUT OFF by acl-q", Before: "acl-o", Incidents: []string{"inc-1"},
			Hold: quarantine.Quarantine{VPCID: "vpc-1", SubnetID: "subnet-1", Before: "acl-o", After: "acl-q"}.Hold()}},
		Held:     []uninstall.Held{{Incident: "inc-1", Measure: "security-group", Thing: "eni-1", Before: "sg-1"}},
		Made:     []measure.Leftover{{Measure: "security-group", What: "security group", ID: "sg-2", VPCID: "vpc-1", Why: "something has it"}},
		Drifted:  []quarantine.ReleasedSubnet{{SubnetID: "subnet-2", Before: "acl-r"}},
		Retained: []cloudformation.Resource{{Type: "AWS::Logs::LogGroup", PhysicalID: "/guard/triage"}},
		Buckets:  []string{"quarantine-artifacts-plain"},
	}})
	text := strings.Join(strings.Fields(out.String()), " ")
	if strings.Contains(text, "with all that it did") {
		t.Errorf("it says that everything is gone, while a subnet is cut off:\n%s", &out)
	}
	for _, want := range []string{
		"subnet-1 is STILL CUT OFF by acl-q for inc-1", "to put back what stood there by hand (acl-o):", "Values=subnet-1",
		"eni-1 is STILL HELD by security-group for inc-1; before: sg-1", "security group sg-2 of vpc-1: something has it",
		"subnet-2 was changed by hand and left so: acl-r stood there", "table guard-ledger, the ledger, 3.4 MB, protected from deletion",
		"snapshots: 1, of 8 GiB", "snap-1 of vol-1, 8 GiB, inc-1, which the ledger does not list",
		"AWS::Logs::LogGroup /guard/triage", "bucket quarantine-artifacts-plain: it has no tag quarantine:stack",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing:\n%s", want, &out)
		}
	}
}

func TestEachRefusalHasItsExitCode(t *testing.T) {
	t.Parallel()
	for code, errs := range map[int][]error{
		exitFailed: {&uninstall.OpenError{Stack: "guard", Open: []quarantine.Incident{{ID: "inc-1"}}}, &uninstall.CutOffError{}, &uninstall.LostLedgerError{}},
		exitUsage:  {&uninstall.NotProductStackError{}, &uninstall.TableError{}, &uninstall.NotLedgerError{}, &uninstall.NamesakeError{}},
	} {
		for _, err := range errs {
			var out bytes.Buffer
			c := accountFlags{}.local(streams{out: &out, err: &out})
			if got := exitCode(&out, uninstallCommand{}.explain(c, err)); got != code {
				t.Errorf("%T: exit code %d, want %d", err, got, code)
			}
		}
	}
}

func TestUninstallsHelpSaysWhatYesDoesNotAsk(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	run(t.Context(), []string{"uninstall", "--help"}, streams{out: &out, err: &out})
	text := strings.Join(strings.Fields(out.String()), " ")
	for _, want := range []string{"It asks for the table's name, but not with --yes.", "dynamodb:ListTagsOfResource", "states:DescribeExecution", "a subnet stays cut off"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing:\n%s", want, &out)
		}
	}
}
