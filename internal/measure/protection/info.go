package protection

import (
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
		Does:   "keeps the instance from being terminated or stopped by the API, and its volumes from being deleted with it",
		Closes: []measure.Way{measure.Ending},
		Leaves: []measure.Open{{
			Way: measure.Ending,
			Text: "The end of the instance by AWS itself: an Auto Scaling group that finds it unhealthy, and the end of a Spot instance, " +
				"pass by every protection. Whoever may change the instance can take the protection off, too.",
		}},
		Now:    func(h quarantine.Hold) string { return words(h, func(p quarantine.Part) string { return p.After }) },
		Before: before,
		ByHand: func(r quarantine.Resource) []measure.Step {
			return []measure.Step{
				{Say: "Keep the instance from being ended:"},
				{Command: []string{"ec2", "modify-instance-attribute", "--instance-id", r.ID, "--disable-api-termination"}},
				{Command: []string{"ec2", "modify-instance-attribute", "--instance-id", r.ID, "--disable-api-stop"}},
				{Command: []string{"ec2", "modify-instance-attribute", "--instance-id", r.ID, "--instance-initiated-shutdown-behavior", "stop"}},
			}
		},
		UndoByHand: undoByHand,
		Actions:    []string{"ec2:DescribeInstanceAttribute", "ec2:DescribeInstances", "ec2:ModifyInstanceAttribute"},
	}
}

func before(h quarantine.Hold) string {
	return words(h, func(p quarantine.Part) string {
		if p.Before == nil || p.Before.Unknown {
			return ""
		}
		return p.Before.Text
	})
}

// words says what each part is, or that AWS does not take it.
func words(h quarantine.Hold, value func(quarantine.Part) string) string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(h.Parts)) {
		p := h.Parts[name]
		switch v := value(p); {
		case p.Refused != "":
			out = append(out, says[kind(name)].refused)
		case v != "":
			out = append(out, strings.ReplaceAll(says[kind(name)].of[v], "VOLUME", strings.TrimPrefix(name, volume)))
		}
	}
	if len(out) == 0 {
		return "not known"
	}
	return strings.Join(out, ", ")
}

// says has the words of each part's values.
var says = map[string]struct {
	of      map[string]string
	refused string
}{
	termination: {map[string]string{"true": "cannot be terminated by the API", "false": "can be terminated"}, "EC2 takes no termination protection for it"},
	stop:        {map[string]string{"true": "cannot be stopped by the API", "false": "can be stopped"}, "EC2 takes no stop protection for it"},
	shutdown:    {map[string]string{"stop": "a shutdown stops it", "terminate": "a shutdown terminates it"}, "a shutdown ends it"},
	volume:      {map[string]string{"true": "VOLUME goes with it", "false": "VOLUME stays"}, "EC2 refuses to keep a volume"},
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
		if p.Before == nil || len(p.Puts) == 0 {
			continue
		}
		if flag := flags[name][p.Before.Text]; flag != nil {
			out = append(out, measure.Step{Command: append([]string{"ec2", "modify-instance-attribute", "--instance-id", h.Thing}, flag...)})
		}
	}
	return out
}
