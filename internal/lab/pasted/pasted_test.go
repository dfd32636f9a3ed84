package pasted_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/internal/lab/pasted"
)

func TestCommandsAreTakenOutOfWhatPeopleRead(t *testing.T) {
	t.Parallel()
	const mail = `WHAT TO DO NEXT
  1. The quarantine ends when
     somebody releases it. A sentence can begin with it:
     quarantine is what this is.
      quarantine release inc-1 --stack guard \
        --reason 'SAY WHY'
  2. Look:
      aws ec2 describe-instances --region eu-west-1 \
        --filters Name=subnet-id,Values=subnet-1 \
        --output text
|      quarantine show inc-1
$ aws iam get-role --role-name r
`
	want := []string{
		"quarantine release inc-1 --stack guard --reason 'SAY WHY'",
		"aws ec2 describe-instances --region eu-west-1 --filters Name=subnet-id,Values=subnet-1 --output text",
		"quarantine show inc-1", "aws iam get-role --role-name r",
	}
	if diff := cmp.Diff(want, pasted.Commands(mail)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"aws x y > event.json", "quarantine list"}, pasted.Inline("see `aws x y &gt; event.json`, or `quarantine list`; `docs/x`")); diff != "" {
		t.Error(diff)
	}
	if got := pasted.Console("text\n```console\none\n```\n```text\nno\n```\n```console\ntwo\n```\n"); got != "one\n\ntwo\n" {
		t.Errorf("%q", got)
	}
}

func TestAShellTakesThemApart(t *testing.T) {
	t.Parallel()
	got := pasted.Shell(t, `quarantine leave inc-1 'eni-1 (security-group)' --reason 'SAY WHY'
aws guardduty archive-findings --detector-id "$(aws guardduty list-detectors --output text)" | grep -e x
for one in a b; do aws ec2 "$one" > file; done`)
	want := [][]string{
		{"quarantine", "leave", "inc-1", "eni-1 (security-group)", "--reason", "SAY WHY"},
		{"aws", "guardduty", "list-detectors", "--output", "text"},
		{"aws", "guardduty", "archive-findings", "--detector-id", "printed"},
		{"grep", "-e", "x"}, {"aws", "ec2", "a"}, {"aws", "ec2", "b"},
	}
	sorted := cmp.Transformer("set", func(all [][]string) map[string]int {
		set := map[string]int{}
		for _, words := range all {
			set[strings.Join(words, "|")]++
		}
		return set
	})
	if diff := cmp.Diff(want, got, sorted); diff != "" { // both sides of a pipe run at once
		t.Error(diff)
	}
}

// What the AWS CLI would not send, it names.
func TestTheAWSCLIIsAsked(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "event.json"), []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	good := [][]string{
		{"ec2", "describe-instances", "--region", "eu-west-1", "--filters", "Name=subnet-id,Values=subnet-1"},
		{"cloudformation", "wait", "stack-create-complete", "--region", "eu-west-1", "--stack-name", "guard", "--profile", pasted.Profile},
		{"stepfunctions", "start-execution", "--input", "file://event.json", "--state-machine-arn", "arn:aws:states:eu-west-1:111122223333:stateMachine:m"},
	}
	if faults := pasted.Refused(t, folder, good); len(faults) > 0 {
		t.Errorf("refused: %q", faults)
	}
	says := []string{"--fillters", "--finding-ids", "36x", "operation", "--target-group-arn", "could not be found"}
	faults := pasted.Refused(t, folder, [][]string{
		{"ec2", "describe-instances", "--fillters", "Name=subnet-id,Values=subnet-1"},
		{"guardduty", "archive-findings", "--detector-id", "d"},
		{"ec2", "lock-snapshot", "--snapshot-id", "snap-1", "--lock-mode", "governance", "--lock-duration", "36x"},
		{"stepfunctions", "begin-execution"},
		{"elbv2", "describe-target-health", "--region", "eu-west-1"},
		{"sts", "get-caller-identity", "--profile", "nobody"},
	})
	if len(faults) != len(says) {
		t.Fatalf("%d faults: %q", len(faults), faults)
	}
	for i, want := range says {
		if !strings.Contains(faults[i], want) {
			t.Errorf("%q does not say %q", faults[i], want)
		}
	}
}
