// Command instance is the measures function of instances' attributes.
package main

import (
	"github.com/ec2-quarantine/quarantine/functions/measures/instance"
	"github.com/ec2-quarantine/quarantine/functions/measures/lambda"
	"github.com/ec2-quarantine/quarantine/internal/aws/accounts"
	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/preflight"
)

func main() {
	lambda.Main(measure.Instance, func(reach *accounts.Accounts, book *ledger.Ledger) ([]measure.Measure, lambda.Trials) {
		fleet := ec2.Across(reach, nil)
		return instance.Measures(fleet, book), func(t preflight.Targets) []preflight.Trial { return instance.Trials(fleet, t) }
	})
}
