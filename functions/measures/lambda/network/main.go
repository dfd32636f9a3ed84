// Command network is the measures function of network interfaces and security groups.
package main

import (
	"github.com/ec2-quarantine/quarantine/functions/measures/lambda"
	"github.com/ec2-quarantine/quarantine/functions/measures/network"
	"github.com/ec2-quarantine/quarantine/internal/aws/accounts"
	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/measure"
)

func main() {
	lambda.Main(measure.Network, func(reach *accounts.Accounts, book *ledger.Ledger) []measure.Measure {
		return network.Measures(ec2.Across(reach, nil), book)
	})
}
