package lambdaboundary

import (
	"os"

	"github.com/ec2-quarantine/quarantine/internal/emf"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

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
