package protection

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

// Info is what the measure says of itself.
func Info() measure.Info {
	return measure.Info{
		Name: "protection", Kind: quarantine.KindInstance, Thing: "instance", On: true, Group: measure.Instance, AfterSubnets: true,
		Does:    "keeps the instance from being terminated or stopped by the API, and its volumes from being deleted with it",
		InShort: "keeps it from being ended",
		Closes:  []measure.Way{measure.Ending},
		Leaves: []measure.Open{{
			Way: measure.Ending,
			Text: "The end of a Spot instance by AWS itself, which passes by every protection. " +
				"Whoever may change the instance can take the protection off, too.",
			Brief: "its end, if it is a Spot instance, by AWS, or by whoever may take its protection off",
		}},
		Now: func(h quarantine.Hold) string { return words(h, func(p quarantine.Part) string { return p.After }) },
		Before: func(h quarantine.Hold) string {
			return words(h, func(p quarantine.Part) string { return p.Before.Known() })
		},
		Unsure:  "whether it can be ended",
		Refuses: func(part string) string { return of(cmp.Or(says[kind(part)].refused, "EC2 does not take "+part), part) },
		ByHand: func(r quarantine.Resource, _ []quarantine.Hold) []measure.Step {
			return []measure.Step{
				{Say: "Keep the instance from being ended:"},
				{Command: []string{"ec2", "modify-instance-attribute", "--instance-id", r.ID, "--disable-api-termination"}},
				{Command: []string{"ec2", "modify-instance-attribute", "--instance-id", r.ID, "--disable-api-stop"}},
				{Command: []string{"ec2", "modify-instance-attribute", "--instance-id", r.ID, "--instance-initiated-shutdown-behavior", "stop"}},
			}
		},
		LookByHand: func(r quarantine.Resource, _ []quarantine.Hold) []measure.Step {
			out := []measure.Step{{Say: "See what keeps it:"}}
			for _, attribute := range []string{"disableApiTermination", "disableApiStop", "instanceInitiatedShutdownBehavior"} {
				out = append(out, measure.Step{Command: []string{
					"ec2", "describe-instance-attribute", "--instance-id", r.ID, "--attribute", attribute,
				}})
			}
			return out
		},
		UndoByHand: func(held []quarantine.Hold) []measure.Step {
			out := []measure.Step{{Say: "Let the instance be ended again as it could be before, once its health checks pass:"}}
			for _, h := range held {
				out = append(out, undoByHand(h)...)
			}
			if len(out) == 1 {
				return nil
			}
			return out
		},
		Actions: []string{"ec2:DescribeInstanceAttribute", "ec2:DescribeInstances", "ec2:ModifyInstanceAttribute"},
		Undoing: []string{"ec2:DescribeInstanceAttribute", "ec2:DescribeInstances", "ec2:ModifyInstanceAttribute"},
		// AttachVolume is none: a volume that is attached to an instance outlives it, unless that
		// is changed by the same operation.
		UndoneBy: []string{"ModifyInstanceAttribute"},
	}
}

// words says what each part is that AWS takes.
func words(h quarantine.Hold, value func(quarantine.Part) string) string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(h.Parts)) {
		if v := value(h.Parts[name]); v != "" && h.Parts[name].Refused == "" {
			out = append(out, of(cmp.Or(says[kind(name)].of[v], name+" is "+v), name))
		}
	}
	if len(out) == 0 {
		return measure.NotKnown
	}
	return strings.Join(out, ", ")
}

// of puts a volume's id into words about it.
func of(text, part string) string {
	return strings.ReplaceAll(text, "VOLUME", strings.TrimPrefix(part, volume))
}

// says has the words of each part's values.
var says = map[string]struct {
	of      map[string]string
	refused string
}{
	termination: {map[string]string{"true": "cannot be terminated by the API", "false": "can be terminated"}, "EC2 takes no termination protection for it"},
	stop:        {map[string]string{"true": "cannot be stopped by the API", "false": "can be stopped"}, "EC2 takes no stop protection for it"},
	shutdown:    {map[string]string{"stop": "a shutdown stops it", "terminate": "a shutdown terminates it"}, "a shutdown ends it"},
	volume:      {map[string]string{"true": "VOLUME goes with it", "false": "VOLUME stays"}, "EC2 does not let VOLUME be kept"},
}

func kind(part string) string {
	if strings.HasPrefix(part, volume) {
		return volume
	}
	return part
}

func undoByHand(h quarantine.Hold) []measure.Step {
	flags := map[string]map[string][]string{
		termination: {"false": {"--no-disable-api-termination"}},
		stop:        {"false": {"--no-disable-api-stop"}},
		shutdown:    {"terminate": {"--instance-initiated-shutdown-behavior", "terminate"}},
	}
	var out []measure.Step
	for _, name := range []string{termination, stop, shutdown} {
		p := h.Parts[name]
		if flag := flags[name][p.Before.Known()]; flag != nil && len(p.Puts) > 0 {
			out = append(out, measure.Step{Command: append([]string{"ec2", "modify-instance-attribute", "--instance-id", h.Thing}, flag...)})
		}
	}
	return append(out, volumesByHand(h)...)
}

// volumesByHand names the volumes that went with the instance before. EC2 takes the change by
// the device, which is not on record.
func volumesByHand(h quarantine.Hold) []measure.Step {
	var ids []string
	for _, name := range slices.Sorted(maps.Keys(h.Parts)) {
		if p := h.Parts[name]; kind(name) == volume && p.Before.Known() == "true" && len(p.Puts) > 0 {
			ids = append(ids, strings.TrimPrefix(name, volume))
		}
	}
	if len(ids) == 0 {
		return nil
	}
	return []measure.Step{
		{Say: "Read on which devices " + strings.Join(ids, ", ") + " are, and have each deleted with the instance again:"},
		{Command: slices.Concat([]string{"ec2", "describe-volumes", "--volume-ids"}, ids,
			[]string{"--query", "Volumes[].Attachments[].[VolumeId,Device]", "--output", "text"})},
		{Command: []string{
			"ec2", "modify-instance-attribute", "--instance-id", h.Thing,
			"--block-device-mappings", "DeviceName=DEVICE,Ebs={DeleteOnTermination=true}",
		}},
	}
}
