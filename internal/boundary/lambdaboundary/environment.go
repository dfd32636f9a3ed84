package lambdaboundary

import (
	"errors"
	"os"
	"regexp"

	"github.com/ec2-quarantine/quarantine/internal/command"
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

// Stack is the part of the environment that names the stack. People are told its name in the
// commands that they paste.
//
//	STACK_NAME  optional  name of the stack; without it, commands name the ledger's table
type Stack struct {
	Name string `env:"STACK_NAME"`
}

// Commands says where commands about the ledger are typed.
func (s Stack) Commands(l Ledger, region string) command.Place {
	if s.Name == "" {
		return command.Place{Table: l.Table, Region: region}
	}
	return command.Place{Stack: s.Name, Region: region}
}

// Place is the part of the environment that says where the function runs; the Region
// is in Lambda's own AWS_REGION.
//
//	ACCOUNT_ID  required  the id of the account, of 12 digits
type Place struct {
	Account string `env:"ACCOUNT_ID"`
}

var accountID = regexp.MustCompile(`^[0-9]{12}$`)

// Validate fails if ACCOUNT_ID is no account's id.
func (p Place) Validate() error {
	if !accountID.MatchString(p.Account) {
		return errors.New("ACCOUNT_ID is not set to an account's id of 12 digits: give the function the id of the account that it runs in")
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
