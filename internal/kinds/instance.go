package kinds

import (
	"fmt"
	"net/url"

	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func instance() Words {
	cut := register.Cut()
	return Words{
		Noun: "instance", Many: "instances", Label: "Instance",
		Cut: cut, Things: "Its subnets", Done: "The cut", Placed: true,
		Verb: Verb{
			Do: "cut %s off", DoesIt: "cuts it off", Past: "cut off", Short: "cut", Act: "cut", Acts: "cuts", Doing: "cutting it",
			Answer: "cutting off %s", Title: "cut off", Button: "Cut %s off the network?", Undone: "NOT CUT",
		},
		Ask: Ask{
			Nothing: "Nothing has been cut", Nobody: "This finding has cut nothing off",
			Approve:  "every subnet of the instance is put " + cut.Under + ". Every other host of those subnets is cut off too.",
			Hit:      "every other host of its subnets: which these are is counted right before the cut, and told",
			Owner:    "ask the instance's owner what it should be doing",
			Examine:  "Examine the instance, or replace it from an image that is known to be good.",
			PutBack:  "what stood before the quarantine is put back, as it is on record: the instance, and what was cut off with it, can be reached again.",
			MayAgain: "Once the instance may be reached again, release it:",
		},
		Failed: Failed{
			Gone:     quarantine.InstanceGone,
			Final:    []string{quarantine.InstanceGone},
			GoneSays: "%s could not be cut off, because EC2 does not know it any more.",
			Unjudged: "The finding was not judged, so nothing was cut for it: take %s for reachable, and able to reach others.",
			Partly: "%s is cut off in part: a read-back shows %d of its %d subnets cut off. " +
				"Take it for reachable, and able to reach others, through the rest.",
			Unproved: "The cut of %s failed or could not be proved: take it for reachable, and able to reach others.",
			Wrong:    "If the cut turns out to be wrong, lift what there is of it:",
			ByHand: "Put a new network ACL, which denies everything, on each of its subnets. Put the one that stands there now back " +
				"before this product cuts there again, or it takes yours for that.",
		},
		Reopened: Reopened{
			NotClosed: "%s IS NOT CONTAINED: what held it was opened, and closing that again has failed. " +
				"It is tried again at every look; do not wait for that.",
			Again: "What holds %s is opened as often as it is closed. " +
				"It is closed again at growing intervals, and open in between, until what opens it is stopped.",
			NotYet:      "%s IS NOT CONTAINED: what held it was opened, and is not closed again yet.",
			ClosedAgain: "What held %s was opened; it is closed again, as read back.",
			Otherwise:   "What held %s was replaced by something that is as tight. It was left so, and the release will leave it, too.",
		},
		Evidence: Evidence{
			Snapshots: true,
			Taken:     "Snapshots are taken next, and are told in a message of their own.",
			Kept:      "Snapshots and the manifest are kept.",
			Keep:      "Do not stop or terminate the instance: its volumes, and what its memory holds, are the evidence that is left.",
			ByHand:    takeSnapshots,
		},
		Release: Release{
			NotReleased: "take its subnets for cut off until you have looked",
			Look:        "Look at the health checks of the load balancers whose targets are in these subnets.",
			NotClean:    "Released does not mean clean: if the finding was right, replace the instance from an image that is known to be good.",
			Next:        "What ended before the release, at %s, is told and not cut when GuardDuty repeats it. Activity after it is cut again.",
			Others:      "Any other type of finding still cuts.",
		},
		Contained: func(things int) string { return "cut off: " + subnetsAre(things) + " " + cut.Under },
		Stands:    "The cut stands, as read back at %s.",
		Doubt:     "Whether the cut still stands everywhere is not known.",
		NotCut:    "The instance is NOT CUT OFF.",
		Unchanged: "This changes nothing about the cut.",
		Accused:   subnets,
		Console: func(r quarantine.Resource, _ []quarantine.Hold) (service, fragment string) {
			return "ec2", "InstanceDetails:instanceId=" + url.QueryEscape(r.ID)
		},
	}
}

func subnetsAre(n int) string {
	if n == 1 {
		return "its subnet is"
	}
	return fmt.Sprintf("its %d subnets are", n)
}

// subnets are those in which a finding has the instance.
func subnets(r quarantine.Resource, f quarantine.Finding) (out []quarantine.Hold) {
	narrow, is := f.Narrow(r.ID)
	if !is {
		return nil
	}
	for _, n := range narrow.Instances[0].Interfaces {
		if n.SubnetID != "" {
			out = append(out, quarantine.Quarantine{SubnetID: n.SubnetID, VPCID: n.VPCID}.Hold())
		}
	}
	return out
}

func takeSnapshots(r quarantine.Resource, _ []quarantine.Hold, incident string) [][]measure.Step {
	out := [][]measure.Step{{
		{Say: "See which volumes it has, and in what state:"},
		{Command: []string{"ec2", "describe-volumes", "--filters", "Name=attachment.instance-id,Values=" + r.ID}},
	}}
	if incident == "" {
		return out
	}
	return append(out, []measure.Step{
		{Say: "Take what is missing by hand, all volumes at one moment:"},
		{Command: []string{
			"ec2", "create-snapshots", "--instance-specification", "InstanceId=" + r.ID,
			"--tag-specifications", "ResourceType=snapshot,Tags=[{Key=" + quarantine.TagIncident + ",Value=" + incident + "}]",
		}},
	})
}
