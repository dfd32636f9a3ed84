package standby

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Info is what the measure says of itself.
func (Measure) Info() measure.Info { return Info() }

// Info is what the measure says of itself. It is taken back once the subnets are as they were: in
// service before that, the instance would fail its health checks, and be ended for it.
func Info() measure.Info {
	return measure.Info{
		Name: "standby", Kind: quarantine.KindInstance, Thing: "instance", On: true, Group: measure.Scaling, AfterSubnets: true,
		Does: "has the instance stand by in its Auto Scaling group, if it is in one: the group launches a replacement, which is billed, " +
			"and neither its health checks nor its scaling end the instance, which leaves the group's load balancers",
		InShort: "has the instance stand by in its Auto Scaling group, which launches a replacement that is billed",
		Closes:  []measure.Way{measure.GroupEnding},
		Leaves: []measure.Open{{
			Way: measure.GroupEnding,
			Text: "Its Auto Scaling group: an instance refresh ends instances that stand by, if it is set so, and whoever deletes the group ends them. " +
				"Until the release the group runs a replacement, which is billed, and its process AZRebalance may launch others elsewhere and end " +
				"members that serve, to balance its Availability Zones. Of a group two at once, and two in a clock hour, stand by: a third can be ended.",
			Brief: "its end by an instance refresh, with its group, or as a third of it to stand by; of the group's other members by AZRebalance",
		}},
		Now: func(h quarantine.Hold) string { return words(h, func(p quarantine.Part) string { return p.After }) },
		Before: func(h quarantine.Hold) string {
			return words(h, func(p quarantine.Part) string { return p.Before.Known() })
		},
		Unsure: "whether its group can end it",
		Refuses: func(part string) string {
			return "Auto Scaling does not let it stand by in " + groupOf(part) + ", which can end it"
		},
		ByHand:     byHand,
		LookByHand: func(r quarantine.Resource, _ []quarantine.Hold) []measure.Step { return lookByHand(r) },
		UndoByHand: undoByHand,
		Hints: map[string][]measure.Step{quarantine.QuotaReached: {
			{Say: "Each instance that stands by has its group launch a replacement, which is billed, and can be compromised in the same way. " +
				"So no more of a group are had to stand by without a person. Until this one does, its group can end it. See which do, and look " +
				"why so many of them have findings:"},
			{Command: []string{
				"autoscaling", "describe-auto-scaling-instances",
				"--query", "AutoScalingInstances[?ends_with(LifecycleState,'Standby')].[AutoScalingGroupName,InstanceId]", "--output", "text",
			}},
		}},
		Counts: "instances that were had to stand by",
		Actions: []string{
			"autoscaling:DescribeAutoScalingInstances", "autoscaling:DescribeAutoScalingGroups", "autoscaling:EnterStandby", "autoscaling:ExitStandby",
		},
		Weighing: []string{"autoscaling:DescribeAutoScalingGroups"},
		Undoing:  []string{"autoscaling:DescribeAutoScalingInstances", "autoscaling:ExitStandby"},
		UndoneBy: []string{"ExitStandby", "TerminateInstanceInAutoScalingGroup", "AttachInstances"},
	}
}

func groupOf(part string) string { return strings.TrimPrefix(part, stateIn) }

// words says how it is in its group.
func words(h quarantine.Hold, value func(quarantine.Part) string) string {
	var out []string
	for _, part := range slices.Sorted(maps.Keys(h.Parts)) {
		switch state := value(h.Parts[part]); state {
		case "":
		case standby:
			out = append(out, "stands by in "+groupOf(part))
		case inService:
			out = append(out, "in service in "+groupOf(part))
		default:
			out = append(out, state+" in "+groupOf(part))
		}
	}
	return cmp.Or(strings.Join(out, ", "), measure.NotKnown)
}

func lookByHand(r quarantine.Resource) []measure.Step {
	return []measure.Step{{Say: "See whether it is in an Auto Scaling group, and in which state there:"}, {Command: []string{
		"autoscaling", "describe-auto-scaling-instances", "--instance-ids", r.ID,
		"--query", "AutoScalingInstances[].[AutoScalingGroupName,LifecycleState]", "--output", "text",
	}}}
}

func byHand(r quarantine.Resource, known []quarantine.Hold) []measure.Step {
	group, out := "", []measure.Step(nil)
	for _, h := range known {
		for part := range h.Parts {
			if h.Measure == Info().Name {
				group = groupOf(part)
			}
		}
	}
	if group == "" {
		group, out = "GROUP", lookByHand(r)
	}
	return append(out,
		measure.Step{Say: "If it is InService in a group, have it stand by there: the group launches a replacement, which is billed."},
		measure.Step{Command: []string{
			"autoscaling", "enter-standby", "--auto-scaling-group-name", group, "--instance-ids", r.ID, "--no-should-decrement-desired-capacity",
		}},
	)
}

func undoByHand(held []quarantine.Hold) []measure.Step {
	out := []measure.Step{{Say: "Put the instance in service in its Auto Scaling group again. The group's maximum has to leave room for one more, " +
		"and its desired capacity is one more afterwards: lower it, or the replacement stays:"}}
	for _, h := range held {
		for _, part := range slices.Sorted(maps.Keys(h.Parts)) {
			if p := h.Parts[part]; p.Before.Known() == inService && len(p.Puts) > 0 {
				out = append(out, measure.Step{Command: []string{
					"autoscaling", "exit-standby", "--auto-scaling-group-name", groupOf(part), "--instance-ids", h.Thing,
				}})
			}
		}
	}
	if len(out) == 1 {
		return nil
	}
	return out
}
