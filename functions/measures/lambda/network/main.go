// Command network is the measures function of network interfaces and security groups.
package main

import (
	"github.com/ec2-quarantine/quarantine/functions/measures/lambda"
	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/securitygroup"
)

func main() { lambda.Main(measure.Network, all) }

func all(network *ec2.Client, book *ledger.Ledger) []measure.Measure {
	return []measure.Measure{securitygroup.Measure{Network: network, Ledger: book}}
}
