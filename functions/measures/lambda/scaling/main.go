// Command scaling is the measures function of Auto Scaling groups and load balancers.
package main

import (
	"github.com/ec2-quarantine/quarantine/functions/measures/lambda"
	"github.com/ec2-quarantine/quarantine/functions/measures/scaling"
	"github.com/ec2-quarantine/quarantine/internal/aws/accounts"
	"github.com/ec2-quarantine/quarantine/internal/aws/autoscaling"
	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/aws/elb"
	"github.com/ec2-quarantine/quarantine/internal/aws/elbv2"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/preflight"
)

func main() {
	lambda.Main(measure.Scaling, func(reach *accounts.Accounts, book *ledger.Ledger) ([]measure.Measure, lambda.Trials) {
		services := scaling.Services{
			Fleet: ec2.Across(reach, nil), Groups: autoscaling.Across(reach), TargetGroups: elbv2.Across(reach), Classic: elb.Across(reach),
		}
		return scaling.Measures(services, book), func(t preflight.Targets) []preflight.Trial { return scaling.Trials(services, t) }
	})
}
