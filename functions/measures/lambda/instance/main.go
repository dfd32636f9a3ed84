// Command instance is the measures function of instances' attributes.
package main

import (
	"github.com/ec2-quarantine/quarantine/functions/measures/instance"
	"github.com/ec2-quarantine/quarantine/functions/measures/lambda"
	"github.com/ec2-quarantine/quarantine/internal/measure"
)

func main() { lambda.Main(measure.Instance, instance.Measures) }
