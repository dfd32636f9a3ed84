// Command network is the measures function of network interfaces and security groups.
package main

import (
	"github.com/ec2-quarantine/quarantine/functions/measures/lambda"
	"github.com/ec2-quarantine/quarantine/functions/measures/network"
	"github.com/ec2-quarantine/quarantine/internal/measure"
)

func main() { lambda.Main(measure.Network, network.Measures) }
