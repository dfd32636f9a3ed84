// Package instance joins the measures of instances' attributes to what they need, for the
// function on Lambda and for the laptop.
package instance

import (
	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/metadata"
	"github.com/ec2-quarantine/quarantine/internal/measure/protection"
)

// Measures are those of the group.
func Measures(instances *ec2.Client, _ *ledger.Ledger) []measure.Measure {
	return []measure.Measure{metadata.Measure{Instances: instances}, protection.Measure{Instances: instances}}
}
