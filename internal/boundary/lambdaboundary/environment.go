package lambdaboundary

import (
	"errors"
	"os"

	"github.com/ec2-quarantine/quarantine/internal/emf"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

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

// Metrics is the part of the environment that names where measurements go.
//
//	METRICS_NAMESPACE  optional  namespace of the function's CloudWatch metrics; without it, nothing is measured
type Metrics struct {
	Namespace string `env:"METRICS_NAMESPACE"`
}

// Meter writes to standard output; logs go to standard error, so that neither
// breaks a line of the other.
func (m Metrics) Meter() quarantine.Meter {
	return emf.New(os.Stdout, m.Namespace, quarantine.SystemClock{})
}
