// Package scaling joins the measures of Auto Scaling groups to what they need, for the function
// on Lambda and for the laptop.
package scaling

import (
	"github.com/ec2-quarantine/quarantine/internal/aws/autoscaling"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/standby"
)

// Measures are those of the group.
func Measures(groups *autoscaling.Client, book *ledger.Ledger) []measure.Measure {
	return []measure.Measure{standby.Measure{Groups: groups, Ledger: book}}
}
