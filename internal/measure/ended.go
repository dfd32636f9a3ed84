package measure

import "github.com/ec2-quarantine/quarantine/internal/quarantine"

// EndedByGroup warns of what can end a contained instance, and its evidence with it.
func EndedByGroup(i quarantine.Instance) []string {
	group := i.AutoScalingGroup()
	if group == "" {
		return nil
	}
	return []string{"the instance belongs to Auto Scaling group " + group +
		": unless it stands by there, failing health checks will have it terminated, and its evidence with it. Then detach it, or suspend the group's Terminate and ReplaceUnhealthy processes now"}
}
