package release

import (
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// again tells whether another look mends it: somebody was quicker somewhere,
// and nothing else went wrong.
func again(err error) bool {
	return !slices.ContainsFunc(quarantine.Each(err), func(e error) bool { return !quarantine.Is(e, quarantine.Contended) })
}
