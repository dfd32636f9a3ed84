package main

import (
	"context"
	"time"
)

// singleIncident returns the calls of one incident that has the account to itself, and
// those of one duplicate that arrives after the containment.
func singleIncident(ctx context.Context) (incident, duplicate map[operation]count, err error) {
	incident, err = undisturbed(ctx, 0)
	if err != nil {
		return nil, nil, err
	}
	duplicate, err = undisturbed(ctx, 1)
	if err != nil {
		return nil, nil, err
	}
	for op, n := range incident {
		d := duplicate[op]
		if d.made -= n.made; d.made == 0 {
			delete(duplicate, op)
		} else {
			duplicate[op] = d
		}
	}
	return incident, duplicate, nil
}

// undisturbed runs one instance in one subnet, with that many late duplicates.
func undisturbed(ctx context.Context, late int) (map[operation]count, error) {
	f, err := newFlood(plan{subnets: 1, late: late, gap: time.Second})
	if err != nil {
		return nil, err
	}
	f.hosts = f.hosts[:1]
	if err := f.run(ctx); err != nil {
		return nil, err
	}
	return f.outcome.calls, nil
}
