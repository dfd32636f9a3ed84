package message

import (
	"slices"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// restored is from what it is lifted; nothing where that is the resource itself alone.
func (f facts) restored(c counts) string {
	cut := 0
	for _, t := range f.ofCut() {
		if t.Outcome == quarantine.Restored {
			cut++
		}
	}
	var from []string
	if c.subnets > 0 || c.things == 0 {
		from = append(from, plural(c.subnets, "subnet"))
	}
	if further := c.things - cut; further > 0 {
		if cut > 0 {
			from = append(from, "it") // or only the rest would seem to be lifted
		}
		from = append(from, plural(further, "further thing"))
	}
	if len(from) == 0 {
		return ""
	}
	return " from " + strings.Join(from, " and ")
}

// ofCut are what became of the things that the cut holds and that are no subnets, and ofFurther
// the same of all others.
func (f facts) ofCut() []quarantine.ReleasedThing {
	return f.things(func(t quarantine.ReleasedThing) bool { return t.Measure == f.words.Cut.Name })
}

func (f facts) ofFurther() []quarantine.ReleasedThing {
	return f.things(func(t quarantine.ReleasedThing) bool { return t.Measure != f.words.Cut.Name })
}

func (f facts) things(are func(quarantine.ReleasedThing) bool) []quarantine.ReleasedThing {
	if f.Release == nil {
		return nil
	}
	all := register.SortedThings(f.Release.Things)
	return slices.DeleteFunc(slices.Clone(all), func(t quarantine.ReleasedThing) bool { return !are(t) })
}
