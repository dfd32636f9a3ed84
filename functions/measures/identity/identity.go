// Package identity joins the measures of roles and of users' keys to what they need, for the function on Lambda and
// for the laptop.
package identity

import (
	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/aws/iam"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/accesskey"
	"github.com/ec2-quarantine/quarantine/internal/measure/rolesessions"
)

// Measures are those of the group.
func Measures(instances *ec2.Client, roles *iam.Client) []measure.Measure {
	return []measure.Measure{accesskey.Measure{Keys: roles}, rolesessions.Measure{Instances: instances, Roles: roles}}
}
