// Command instance is the measures function of instances' attributes.
package main

import (
	"github.com/ec2-quarantine/quarantine/functions/measures/lambda"
	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/protection"
)

func main() { lambda.Main(measure.Instance, all) }

func all(instances *ec2.Client, _ *ledger.Ledger) []measure.Measure {
	return []measure.Measure{protection.Measure{Instances: instances}}
}
