package release

import (
	"errors"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// again tells whether another look mends it: somebody was quicker somewhere,
// and nothing else went wrong.
func again(err error) bool {
	return !slices.ContainsFunc(each(err), func(e error) bool { return !quarantine.Is(e, quarantine.Contended) })
}

// transientFirst joins errors with those that pass by themselves first: the
// first failure names the whole, and a retry goes on with what can be released.
func transientFirst(errs ...error) error {
	all := each(errors.Join(errs...))
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
