package oncall

import (
	"fmt"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// About is the open incident that is meant by the id of the resource that it is about, of which no two
// are open, or by the name by which AWS described it, which several can have.
func About(open []quarantine.Incident, meant string) (string, error) {
	var named []string
	for _, in := range open {
		if in.Resource.ID == meant {
			return in.ID, nil
		}
		if in.Described != nil && in.Described.Name == meant {
			named = append(named, in.ID)
		}
	}
	switch len(named) {
	case 0:
		return "", fmt.Errorf("%q is no incident's id, and no open incident is about it: quarantine list --all has those that are released, too", meant)
	case 1:
		return named[0], nil
	}
	return "", fmt.Errorf("several open incidents are about something named %q: say which, %s", meant, strings.Join(named, ", "))
}
