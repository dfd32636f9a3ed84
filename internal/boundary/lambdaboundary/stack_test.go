package lambdaboundary_test

import (
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/boundary/lambdaboundary"
	"github.com/ec2-quarantine/quarantine/internal/command"
)

func TestCommandsNameTheStackOrTheTable(t *testing.T) {
	t.Parallel()
	ledger := lambdaboundary.Ledger{Table: "guard-Ledger-1"}
	for name, want := range map[string]command.Place{
		"guard": {Stack: "guard", Region: "eu-west-1"},
		"":      {Table: "guard-Ledger-1", Region: "eu-west-1"},
	} {
		if got := (lambdaboundary.Stack{Name: name}).Commands(ledger, "eu-west-1"); got != want {
			t.Errorf("%q: %+v", name, got)
		}
	}
}
