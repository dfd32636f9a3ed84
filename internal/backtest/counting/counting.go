// Package counting counts isolations for a backtest as the ledger does for the deployed brake, in a
// table in memory.
package counting

import (
	"github.com/ec2-quarantine/quarantine/internal/backtest"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
)

const table = "backtest"

// New is an empty count.
func New() backtest.Counter {
	tables := account.New(account.Options{})
	tables.AddDefined(ledger.TableDefinition(table))
	return ledger.New(tables.DynamoDB(), table)
}
