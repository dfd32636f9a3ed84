package networkacl

import (
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// trail is what is known of a subnet's associations. EC2 can show what stood there a moment
// ago (https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html), and an
// association's id never comes back. So an id that was replaced is no news of the subnet,
// and one that nothing is known of can be older than all that is known.
type trail struct {
	made []string // returned by replacements, or on record as read back or put
	gone []string // replaced since
	own  string   // that the last replacement of this invocation returned, or ""
}

// moved takes in that a replacement of this invocation has put one association in another's place.
func (t *trail) moved(from, to string) {
	t.gone, t.made, t.own = append(t.gone, from), append(t.made, to), to
}

// recorded takes in what is on record of the subnet.
func (t *trail) recorded(q quarantine.Quarantine) {
	made := slices.Clone(q.Puts)
	if q.AfterVersion != "" {
		made = append(made, q.AfterVersion)
	}
	t.made = append(t.made, made...)
	if len(made) > 0 && q.BeforeVersion != "" && !slices.Contains(made, q.BeforeVersion) {
		t.gone = append(t.gone, q.BeforeVersion)
	}
}

// isGone tells whether the association was replaced: EC2 shows what stood there before.
func (t *trail) isGone(association string) bool { return slices.Contains(t.gone, association) }

// fits tells whether the association is one that was made, and was not replaced since.
func (t *trail) fits(association string) bool {
	return slices.Contains(t.made, association) && !t.isGone(association)
}
