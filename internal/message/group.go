package message

import (
	"slices"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/measure"
)

// ofItsGroup has what is open, in few words, say of an Auto Scaling group what is known: that there is
// one or, where EC2 has shown the instance, that there is none, which can end nothing.
func (f facts) ofItsGroup(open []string) []string {
	var out []string
	for _, text := range open {
		of, unsure := strings.CutSuffix(text, measure.IfInGroup)
		switch {
		case !unsure:
			out = append(out, text)
		case f.group() != "":
			out = append(out, of)
		case f.Containment == nil || f.Containment.Instance.ID == "":
			out = append(out, text)
		}
	}
	return out
}

// warnings are the containment's, but for what its group can do: a step says that, or the measure standby
// is being taken against it.
func (f facts) warnings() []string {
	said := measure.EndedByGroup(f.Containment.Instance)
	return slices.DeleteFunc(slices.Clone(f.Containment.Warnings), func(w string) bool { return slices.Contains(said, w) })
}
