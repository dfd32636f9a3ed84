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

// Validate fails if LEDGER_TABLE is not set.
func (l Ledger) Validate() error {
	if l.Table == "" {
		return errors.New("LEDGER_TABLE is not set: give the function the name of the ledger's table")
	}
	return nil
}

// Metrics is the part of the environment that configures CloudWatch metrics.
//
//	METRICS_NAMESPACE  optional  namespace of the function's CloudWatch metrics; without it, nothing is measured
type Metrics struct {
	Namespace string `env:"METRICS_NAMESPACE"`
}

// Meter returns a meter that writes to standard output. Logs go to standard error,
// so that metrics and logs never share a line.
func (m Metrics) Meter() quarantine.Meter {
	return emf.New(os.Stdout, m.Namespace, quarantine.SystemClock{})
}
