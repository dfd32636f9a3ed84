package isolate

import (
	"errors"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// again tells whether looking at EC2 once more can mend any part of err.
func again(err error) bool { return slices.ContainsFunc(each(err), contended) }

func contended(err error) bool {
	_, differs := errors.AsType[*quarantine.OriginalDiffers](err)
	return differs || quarantine.Is(err, quarantine.Contended)
}

// transientFirst puts what passes by itself before what does not: the first
// failure names the whole, and a retry must go on with the subnets that it can
// cut before the state machine gives up on the others.
func transientFirst(err error) error {
	all := each(err)
	slices.SortStableFunc(all, func(a, b error) int { return rank(a) - rank(b) })
	return errors.Join(all...)
}

func rank(err error) int {
	if passes(err) {
		return 0
	}
	return 1
}

// passes tells whether the state machine retries it.
func passes(err error) bool {
	switch quarantine.NameOf(err) {
	case quarantine.Throttled, quarantine.Unavailable, quarantine.Contended, quarantine.NotVerified:
		return true
	}
	return false
}

// each takes joined errors apart, however deep.
func each(err error) []error {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		if err == nil {
			return nil
		}
		return []error{err}
	}
	var out []error
	for _, e := range joined.Unwrap() {
		out = append(out, each(e)...)
	}
	return out
}
