package asl

import (
	"context"
	"time"
)

// choose follows the first rule whose Condition is true, or Default.
func (v *visit) choose() (effect, error) {
	chosen := -1
	err := v.evaluate(func(ev *evaluator) error {
		for i, r := range v.st.choices {
			matched, err := ev.truth(r.condition)
			if err != nil {
				return err
			}
			if matched {
				chosen = i
				return nil
			}
		}
		return nil
	})
	switch {
	case err != nil:
		return effect{}, err
	case chosen >= 0:
		r := v.st.choices[chosen]
		return v.conclude(r.output, r.assign, v.input, r.next)
	case v.st.defaultState == "":
		return effect{}, v.fault(errorNoChoiceMatched, "No choice rule matched, and the state has no Default.")
	}
	return v.conclude(v.st.output, v.st.assign, v.input, v.st.defaultState)
}

func (v *visit) wait(ctx context.Context) (effect, error) {
	var until time.Duration
	err := v.evaluate(func(ev *evaluator) error {
		if v.st.seconds != nil {
			n, err := ev.whole(v.st.seconds, 0)
			until = time.Duration(n) * time.Second
			return err
		}
		value, err := ev.value(v.st.timestamp)
		if err != nil {
			return err
		}
		at, err := parseTimestamp(value)
		if err != nil {
			return ev.unfit(v.st.timestamp, value, "a timestamp such as 2026-11-23T14:00:00Z")
		}
		until = at.Sub(v.x.clock.Now())
		return nil
	})
	if err != nil {
		return effect{}, err
	}
	if until > 0 {
		if err := v.x.clock.Sleep(ctx, until); err != nil {
			return effect{}, errStopped
		}
	}
	return v.conclude(v.st.output, v.st.assign, v.input, v.st.next)
}

// failState returns the failure that a Fail state specifies.
func (v *visit) failState() error {
	fail := &failure{}
	err := v.evaluate(func(ev *evaluator) error {
		var err error
		if fail.name, err = ev.text(v.st.errorName); err != nil {
			return err
		}
		fail.cause, err = ev.text(v.st.cause)
		return err
	})
	if err != nil {
		return err
	}
	return fail
}
