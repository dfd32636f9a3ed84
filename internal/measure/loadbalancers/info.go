package loadbalancers

import (
	"cmp"
	"strconv"

	"github.com/ec2-quarantine/quarantine/internal/arn"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Info is what the measure says of itself.
func (Measure) Info() measure.Info { return Info() }

// Info is what the measure says of itself. It is taken back once the subnets are as they were, and the
// instance is in service in its group: registered before that, it would fail its health checks.
func Info() measure.Info {
	reading := []string{
		"ec2:DescribeInstances", "autoscaling:DescribeAutoScalingInstances", "autoscaling:DescribeTrafficSources",
		"elasticloadbalancing:DescribeTargetGroups", "elasticloadbalancing:DescribeTargetHealth", "elasticloadbalancing:DescribeLoadBalancers",
	}
	undoing := []string{
		"ec2:DescribeInstances", "elasticloadbalancing:DescribeTargetHealth", "elasticloadbalancing:DescribeLoadBalancers",
		"elasticloadbalancing:RegisterTargets", "elasticloadbalancing:RegisterInstancesWithLoadBalancer",
	}
	return measure.Info{
		Name: "load-balancers", Kind: quarantine.KindInstance, Thing: "registration", On: true, Group: measure.Scaling,
		AfterSubnets: true, Vanishes: true, Mark: mark,
		Does: "takes the instance out of the target groups and Classic Load Balancers in which it is registered by itself, " +
			"and not by its Auto Scaling group: they send it no new requests",
		InShort: "takes it out of load balancers",
		Hints: map[string][]measure.Step{"MeasurePending": {{
			Say: "A target drains for as long as its target group says (the deregistration delay, an hour at most): it gets no new requests, " +
				"and those under way go on. The watch reads it back once it is out. A release registers an instance again meanwhile, by its id; " +
				"an address has to be out before.",
		}}},
		Now: func(h quarantine.Hold) string {
			return words(h, func(p quarantine.Part) string { return p.After })
		},
		Before: func(h quarantine.Hold) string {
			return words(h, func(p quarantine.Part) string { return p.Before.Known() })
		},
		Unsure:     "whether requests are sent to it there",
		Refuses:    func(string) string { return "Elastic Load Balancing does not take it out" },
		ByHand:     byHand,
		LookByHand: lookByHand,
		UndoByHand: undoByHand,
		Actions: append(reading, "elasticloadbalancing:DeregisterTargets", "elasticloadbalancing:DeregisterInstancesFromLoadBalancer",
			"elasticloadbalancing:RegisterTargets", "elasticloadbalancing:RegisterInstancesWithLoadBalancer"),
		Undoing:  undoing,
		UndoneBy: []string{"RegisterTargets", "RegisterInstancesWithLoadBalancer"},
	}
}

func words(h quarantine.Hold, value func(quarantine.Part) string) string {
	switch is := value(h.Parts[part]); is {
	case string(quarantine.Absent):
		return "not registered"
	default:
		return cmp.Or(is, measure.NotKnown)
	}
}

// lookByHand are the commands of a person who looks where it is registered, or whether it still is.
func lookByHand(r quarantine.Resource, known []quarantine.Hold) []measure.Step {
	out := []measure.Step{{Say: "See where the instance is registered:"}}
	things := thingsOf(known)
	for _, t := range things {
		if t.balancer != "" {
			out = append(out, measure.Step{Command: []string{
				"elb", "describe-load-balancers", "--load-balancer-names", t.balancer, "--query", "LoadBalancerDescriptions[].Instances[].InstanceId", "--output", "text",
			}})
			continue
		}
		out = append(out, measure.Step{Command: append([]string{"elbv2", "describe-target-health"}, targeted(r, t)...)})
	}
	if len(things) > 0 {
		return out
	}
	return append(out,
		measure.Step{Say: "of each target group of its VPC, with its id and its addresses:"},
		measure.Step{Command: []string{"elbv2", "describe-target-groups", "--query", "TargetGroups[].[TargetGroupArn,TargetType,VpcId]", "--output", "text"}},
		measure.Step{Command: []string{"elbv2", "describe-target-health", "--target-group-arn", "TARGETGROUP"}},
		measure.Step{Say: "and of the Classic Load Balancers:"},
		measure.Step{Command: []string{
			"elb", "describe-load-balancers", "--query", "LoadBalancerDescriptions[].[LoadBalancerName,Instances[].InstanceId|join(',',@)]", "--output", "text",
		}, Lines: []string{r.ID}},
	)
}

func byHand(r quarantine.Resource, known []quarantine.Hold) []measure.Step {
	things, out := thingsOf(known), []measure.Step(nil)
	if len(things) == 0 {
		out = lookByHand(r, nil)
		things = []thing{
			{instance: r.ID, target: quarantine.Target{ID: "TARGET"}}, {instance: r.ID, balancer: "LOADBALANCER"},
		}
	}
	out = append(out, measure.Step{Say: "Take it out, unless its Auto Scaling group has registered it there, and note the port and the zone:"})
	for _, t := range things {
		out = append(out, changing(r, t, "deregister-targets", "deregister-instances-from-load-balancer"))
	}
	return out
}

func undoByHand(held []quarantine.Hold) []measure.Step {
	out := []measure.Step{{Say: "Register the instance again, with the port and the zone that it had. It has to run:"}}
	for _, h := range held {
		if p := h.Parts[part]; p.Before.Known() != string(quarantine.Registered) || len(p.Puts) == 0 {
			continue
		}
		if t, err := thingOf(h); err == nil {
			out = append(out, changing(t.resource(h), t, "register-targets", "register-instances-with-load-balancer"))
		}
	}
	if len(out) == 1 {
		return nil
	}
	return out
}

func changing(r quarantine.Resource, t thing, ofTargets, ofClassic string) measure.Step {
	if t.balancer != "" {
		return measure.Step{Command: []string{"elb", ofClassic, "--load-balancer-name", t.balancer, "--instances", t.instance}}
	}
	return measure.Step{Command: append([]string{"elbv2", ofTargets}, targeted(r, t)...)}
}

// targeted are the options of a command about a target. An id and a port are of one target.
func targeted(r quarantine.Resource, t thing) []string {
	group, port := "TARGETGROUP", "PORT"
	if t.target.Group != "" {
		group = arn.ARN{
			Partition: arn.PartitionOf(r.Region), Service: "elasticloadbalancing", Region: r.Region, Account: r.AccountID, Resource: t.target.Group,
		}.String()
		port = strconv.Itoa(int(t.target.Port))
	}
	target := "Id=" + t.target.ID + ",Port=" + port
	if t.target.Zone != "" {
		target += ",AvailabilityZone=" + t.target.Zone
	}
	if t.target.ServerID != "" {
		target += ",QuicServerId=" + t.target.ServerID
	}
	return []string{"--target-group-arn", group, "--targets", target}
}

// thingsOf are the things of the measure's holds.
func thingsOf(known []quarantine.Hold) (out []thing) {
	for _, h := range known {
		if t, err := thingOf(h); err == nil && h.Measure == Info().Name {
			out = append(out, t)
		}
	}
	return out
}
