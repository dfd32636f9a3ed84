package oncall

import (
	"fmt"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// About is the open incident that is meant by the id of the resource that it is about, of which no two
// are open, or by that resource's name, which several can have; "" if there is none.
func About(open []quarantine.Incident, meant string) (string, error) {
	var named []string
	for _, in := range open {
		if in.Resource.ID == meant {
			return in.ID, nil
		}
		if in.Name() == meant {
			named = append(named, in.ID)
		}
	}
	switch len(named) {
	case 0:
		return "", nil
	case 1:
		return named[0], nil
	}
	return "", fmt.Errorf("several open incidents are about something named %q: say which, %s", meant, strings.Join(named, ", "))
}
