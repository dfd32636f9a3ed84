package message

import (
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func (f facts) releasedSteps() []line {
	return steps(f.driftStep(), f.defaultStep(), f.heldStep(), f.reachStep(), f.resumeStep(), f.notCleanStep(), f.keptStep())
}

// ofOutcome are the release's subnets of one outcome, at most maxItems.
func (f facts) ofOutcome(o quarantine.ReleaseOutcome) []quarantine.ReleasedSubnet {
	var out []quarantine.ReleasedSubnet
	for _, s := range f.Release.Subnets {
		if s.Outcome == o && len(out) < maxItems {
			out = append(out, s)
		}
	}
	return out
}

func (f facts) driftStep() []line {
	drifted := f.ofOutcome(quarantine.Drifted)
	if len(drifted) == 0 {
		return nil
	}
	out := []line{say("Ask who changed what was left alone, and why. To put the ACL on record back all the same, " +
		"read the association that stands there, and replace it:")}
	for _, s := range drifted {
		out = append(out,
			f.aws("ec2 describe-network-acls", "--filters", arg("Name=association.subnet-id,Values="+s.SubnetID)),
			f.aws("ec2 replace-network-acl-association", "--association-id", "ASSOCIATION",
				"--network-acl-id", arg(known(s.Recorded, "ACL"))))
	}
	return out
}

// defaultStep: a default ACL lets everything pass unless somebody changed it:
// https://docs.aws.amazon.com/vpc/latest/userguide/default-network-acl.html
func (f facts) defaultStep() []line {
	var ids []string
	for _, s := range f.ofOutcome(quarantine.RestoredDefault) {
		if !slices.Contains(ids, arg(s.ACL)) {
			ids = append(ids, arg(s.ACL))
		}
	}
	if len(ids) == 0 {
		return nil
	}
	return []line{
		say("See what the VPC's default ACL lets pass: it can be more than the one that is gone did. Make that anew if it is needed:"),
		f.aws("ec2 describe-network-acls", append([]string{"--network-acl-ids"}, ids...)...),
	}
}

func (f facts) heldStep() []line {
	var holders []string
	for _, s := range f.ofOutcome(quarantine.StillHeld) {
		for _, h := range s.Holders {
			if !slices.Contains(holders, h) {
				holders = append(holders, h)
			}
		}
	}
	if len(holders) == 0 {
		return nil
	}
	out := []line{say("What is still held is restored when the last of these incidents is released:")}
	for _, h := range holders[:min(len(holders), maxItems)] {
		out = append(out, run("quarantine", "show", arg(h)))
	}
	return append(out, omitted(len(holders))...)
}

// restoredAny tells whether anything can be reached again through this release.
func (f facts) restoredAny() bool {
	return len(f.ofOutcome(quarantine.Restored))+len(f.ofOutcome(quarantine.RestoredDefault)) > 0
}

func (f facts) reachStep() []line {
	if len(f.Release.Subnets) == 0 {
		return nil
	}
	return []line{
		say("See for yourself what stands there, and look at the health checks of the load balancers whose targets are in these subnets:"),
		f.aws("ec2 describe-network-acls", "--filters", f.subnetFilter("association.subnet-id")),
	}
}

// resumeStep: https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-suspend-resume-processes.html
func (f facts) resumeStep() []line {
	group := f.group()
	if group == "" || !f.restoredAny() {
		return nil
	}
	return []line{
		say("If processes of the Auto Scaling group %s were suspended for the quarantine, resume them once the instance "+
			"is no longer needed as evidence:", Clean(group, maxName)),
		f.aws("autoscaling resume-processes", "--auto-scaling-group-name", arg(group),
			"--scaling-processes", "HealthCheck", "ReplaceUnhealthy", "Terminate"),
	}
}

func (f facts) notCleanStep() []line {
	if !f.restoredAny() {
		return nil
	}
	return []line{say("Released does not mean clean: if the finding was right, replace the instance from an image " +
		"that is known to be good. A new finding opens a new incident.")}
}

func (f facts) keptStep() []line {
	if f.incident() == "" {
		return nil
	}
	return []line{say("Snapshots and the manifest are kept. They carry the incident's tag:"), f.findSnapshots()}
}
