package command_test

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/internal/command"
)

func TestACommandHasWhatItNeedsWhereItIsPasted(t *testing.T) {
	t.Parallel()
	stack := command.Place{Stack: "guard", Region: "eu-west-1"}
	laptop := command.Place{Table: "quarantine-ledger", Region: "eu-west-1", Profile: "security"}
	for want, got := range map[string][]string{
		"quarantine list --stack guard --region eu-west-1":                                                                   stack.Quarantine("list"),
		"quarantine release inc-1 --stack guard --region eu-west-1 --reason 'SAY WHY'":                                       stack.Quarantine("release", "inc-1"),
		"quarantine release inc-1 --reason 'the demo is over' --stack guard --region eu-west-1":                              stack.Quarantine("release", "inc-1", "--reason", "the demo is over"),
		"quarantine release inc-1 --table quarantine-ledger --here --region eu-west-1 --profile security --reason 'SAY WHY'": laptop.Quarantine("release", "inc-1"),
		"quarantine show inc-1 --table quarantine-ledger --region eu-west-1 --profile security":                              laptop.Quarantine("show", "inc-1"),
		"quarantine leave inc-1 'eni-1 (security-group)' --stack guard --region eu-west-1 --reason 'SAY WHY'":                stack.Quarantine("leave", "inc-1", "eni-1 (security-group)"),
		"quarantine respond --event finding.json --stack guard --region eu-west-1":                                           stack.Quarantine("respond", "--event", "finding.json"),
		"quarantine respond --event finding.json --table quarantine-ledger --region eu-west-1 --profile security":            laptop.Quarantine("respond", "--event", "finding.json"),
		"quarantine uninstall --stack guard --region eu-west-1":                                                              stack.Quarantine("uninstall"),
		"quarantine simulate":   laptop.Quarantine("simulate"),
		"quarantine show inc-1": command.Place{}.Quarantine("show", "inc-1"),
		"quarantine show inc-1 --endpoint-url http://127.0.0.1:5000":     command.Place{Endpoint: "http://127.0.0.1:5000"}.Quarantine("show", "inc-1"),
		"aws iam get-role --profile security --role-name 'a b'":          laptop.AWS("", "iam", "get-role", "--role-name", "a b"),
		"aws ec2 describe-vpcs --region us-east-1":                       stack.AWS("us-east-1", "ec2", "describe-vpcs"),
		"aws cloudformation wait stack-exists --region x --stack-name s": stack.AWS("x", "cloudformation", "wait", "stack-exists", "--stack-name", "s"),
	} {
		if diff := cmp.Diff(want, command.Line(got)); diff != "" {
			t.Error(diff)
		}
	}
}

// The shell is the judge: rows are one command, and a word inside is what another command prints.
func TestAShellReadsItAsItIsMeant(t *testing.T) {
	t.Parallel()
	words := []string{"printf", command.Arg("%s|"), "--one", command.Arg("it's $HOME"), "--two", command.Inside([]string{"printf", command.Arg("a b")}), "--three", "3"}
	for columns := range 60 {
		script := strings.Join(command.Rows(words, columns), "\n")
		out, err := exec.Command("/bin/sh", "-c", script).Output()
		if err != nil || string(out) != "--one|it's $HOME|--two|a b|--three|3|" {
			t.Fatalf("%s\n%s %v", script, out, err)
		}
		for row := range strings.Lines(script) {
			if columns > 40 && len(row) > columns+1 {
				t.Errorf("%d columns: %q", columns, row)
			}
		}
	}
}

func TestAReasonThatNobodyHasWrittenIsRefused(t *testing.T) {
	t.Parallel()
	for reason, refused := range map[command.Reason]bool{
		command.SayWhy: true, "say  why ": true, "‘SAY WHY’": true, "SAY WHY.": true, " ": true, "TEXT": true, "say why it was moved": false, "it is rebuilt": false, "": false,
	} {
		if err := reason.Validate(); (err != nil) != refused {
			t.Errorf("%q: %v", reason, err)
		}
	}
}
