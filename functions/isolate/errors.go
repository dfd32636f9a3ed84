package isolate

import (
	"errors"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// again tells whether looking at EC2 once more can mend any part of err.
func again(err error) bool { return slices.ContainsFunc(quarantine.Each(err), contended) }

func contended(err error) bool {
	_, differs := errors.AsType[*quarantine.OriginalDiffers](err)
	return differs || quarantine.Is(err, quarantine.Contended)
}
