// Package network joins the measures of network interfaces and security groups to what they
// need, for the function on Lambda and for the laptop.
package network

import (
	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/securitygroup"
)

// Measures are those of the group.
func Measures(network *ec2.Client, book *ledger.Ledger) []measure.Measure {
	return []measure.Measure{securitygroup.Measure{Network: network, Ledger: book}}
}
