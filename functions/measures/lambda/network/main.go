// Command network is the measures function of network interfaces and security groups, which
// contains by them, too.
package main

import (
	"github.com/ec2-quarantine/quarantine/functions/measures"
	"github.com/ec2-quarantine/quarantine/functions/measures/contain"
	"github.com/ec2-quarantine/quarantine/functions/measures/lambda"
	"github.com/ec2-quarantine/quarantine/functions/measures/network"
	"github.com/ec2-quarantine/quarantine/internal/aws/accounts"
	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/preflight"
)

func main() {
	lambda.ContainMain(measure.Network, func(reach *accounts.Accounts, book *ledger.Ledger) (contain.Handler, lambda.Trials) {
		fleet := ec2.Across(reach, nil)
		return contain.Handler{Handler: measures.Handler{Measures: network.Measures(fleet, book)}, Instances: fleet},
			func(t preflight.Targets) []preflight.Trial { return network.Trials(fleet, t) }
	})
}
