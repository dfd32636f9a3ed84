package metadata

import (
	"cmp"

	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Info is what the measure says of itself.
func (Measure) Info() measure.Info { return Info() }

// Info is what the measure says of itself. It is off where the policy does not say: it stops
// software on the instance that works with its role, what gathers evidence there, too. Credentials
// that were issued already, and DNS, are ways of their own, and stay open as long as nothing closes those.
func Info() measure.Info {
	return measure.Info{
		Name: "metadata", Kind: quarantine.KindInstance, Thing: "instance", Group: measure.Instance,
		Does: "turns the endpoint of the instance metadata service off, so that the instance gets no new credentials of its role from it; " +
			"software on the instance that needs its role, such as the SSM agent, stops working",
		InShort: "turns its metadata service off, so that software which needs its role stops",
		Closes:  []measure.Way{measure.Metadata},
		Now:     func(h quarantine.Hold) string { return words(h.Parts[endpoint].After) },
		Before:  func(h quarantine.Hold) string { return words(h.Parts[endpoint].Before.Known()) },
		Unsure:  "whether it gets credentials from the instance metadata service",
		Refuses: func(string) string { return "EC2 does not let its instance metadata service be turned off" },
		ByHand: func(r quarantine.Resource, _ []quarantine.Hold) []measure.Step {
			return []measure.Step{
				{Say: "Turn the instance metadata service off, unless software on the instance has to go on with its role:"},
				set(r.ID, off),
			}
		},
		LookByHand: func(r quarantine.Resource, _ []quarantine.Hold) []measure.Step {
			return []measure.Step{{Say: "See whether the instance metadata service is on, and whether that is applied:"}, {Command: []string{
				"ec2", "describe-instances", "--instance-ids", r.ID,
				"--query", "Reservations[].Instances[].MetadataOptions.[HttpEndpoint,State]", "--output", "text",
			}}}
		},
		UndoByHand: undoByHand,
		Actions:    []string{"ec2:DescribeInstances", "ec2:ModifyInstanceMetadataOptions"},
		Undoing:    []string{"ec2:DescribeInstances", "ec2:ModifyInstanceMetadataOptions"},
		UndoneBy:   []string{"ModifyInstanceMetadataOptions"},
	}
}

func words(value string) string {
	return cmp.Or(map[string]string{on: "its metadata service is on", off: "its metadata service is off"}[value], value, measure.NotKnown)
}

func set(instance, value string) measure.Step {
	return measure.Step{Command: []string{"ec2", "modify-instance-metadata-options", "--instance-id", instance, "--http-endpoint", value}}
}

func undoByHand(held []quarantine.Hold) []measure.Step {
	out := []measure.Step{{Say: "Turn the instance metadata service on again, where it was on:"}}
	for _, h := range held {
		if p := h.Parts[endpoint]; p.Before.Known() == on && len(p.Puts) > 0 {
			out = append(out, set(h.Thing, on))
		}
	}
	if len(out) == 1 {
		return nil
	}
	return out
}
