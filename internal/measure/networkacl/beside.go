package networkacl

import (
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Beside says what a cut of the instance does that its finding does not show, or cannot undo.
func Beside(i quarantine.Instance) []string {
	var out []string
	if on := i.Forwarding(); len(on) > 0 {
		out = append(out, "it passes on traffic of others (the source/destination check is off on "+strings.Join(on, ", ")+
			"): the host that acts may be one behind it, and all that reach other networks through it lose that with the cut")
	}
	if i.State == quarantine.StateStopped {
		out = append(out, "it is stopped and sends nothing now; the other hosts of its subnets are cut off all the same")
	}
	return out
}

// Uncovered says what a cut of all of the instance's subnets leaves open because of what the
// instance is, or nothing. DescribeInstances does not show branch interfaces, and no field of EC2
// ties one to its trunk.
func Uncovered(i quarantine.Instance) []string {
	trunks := i.Trunks()
	if len(trunks) == 0 {
		return nil
	}
	return []string{strings.Join(trunks, ", ") + " carries branch interfaces, of pods with security groups of their own or of tasks of ECS: " +
		"they are no attachments of the instance, those in other subnets stay open, and which subnets these are is not known here"}
}
