package ledger_test

import (
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/ledger/ledgertest"
)

const table = "quarantine"

func newAccount(t *testing.T) *account.Account {
	t.Helper()
	a := account.New(account.Options{})
	if _, err := a.DynamoDB().CreateTable(t.Context(), ledger.TableDefinition(table)); err != nil {
		t.Fatal(err)
	}
	return a
}

func TestContract(t *testing.T) {
	t.Parallel()
	ledgertest.Contract(t, func(t *testing.T) ledgertest.Env {
		return ledgertest.Env{API: newAccount(t).DynamoDB(), Table: table}
	})
}
