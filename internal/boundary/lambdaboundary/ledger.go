package lambdaboundary

import "errors"

// Ledger is the part of the environment that names the ledger.
//
//	LEDGER_TABLE  required  name or ARN of the ledger's DynamoDB table
type Ledger struct {
	Table string `env:"LEDGER_TABLE"`
}

// Validate reports that there is no ledger.
func (l Ledger) Validate() error {
	if l.Table == "" {
		return errors.New("LEDGER_TABLE is not set: give the function the name of the ledger's table")
	}
	return nil
}
