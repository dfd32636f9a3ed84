// Package scaling joins the measures of Auto Scaling groups and load balancers to what they need, for
// the function on Lambda and for the laptop.
package scaling

import (
	"github.com/ec2-quarantine/quarantine/internal/aws/autoscaling"
	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/aws/elb"
	"github.com/ec2-quarantine/quarantine/internal/aws/elbv2"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/loadbalancers"
	"github.com/ec2-quarantine/quarantine/internal/measure/standby"
)

// Services are what the group reaches.
type Services struct {
	Fleet        *ec2.Client
	Groups       *autoscaling.Client
	TargetGroups *elbv2.Client
	Classic      *elb.Client
}

// Measures are those of the group.
func Measures(s Services, book *ledger.Ledger) []measure.Measure {
	return []measure.Measure{
		standby.Measure{Groups: s.Groups, Ledger: book},
		loadbalancers.Measure{Instances: s.Fleet, TargetGroups: s.TargetGroups, Classic: s.Classic, Groups: s.Groups},
	}
}
