package simulate

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/local/wiring"
)

// What a person does with every open incident after the events; see [Options].
const (
	Narrow  = "narrow"  // gives the subnets back while the instance stays held
	Release = "release" // takes everything back
)

// waits are how long the person waits with each: a narrowing is refused until the security group has
// held for ten minutes.
var waits = map[string]time.Duration{Narrow: 11 * time.Minute, Release: time.Hour}

// later does what a person does after the events, in that order.
func (s *simulation) later(ctx context.Context, in *Session) error {
	as := account.WithCaller(ctx, account.Caller{Function: "person"})
	for _, step := range s.options.Then {
		if _, known := waits[step]; !known {
			return fmt.Errorf("%q is neither %s nor %s", step, Narrow, Release)
		}
		if err := s.clock.Sleep(ctx, waits[step]); err != nil {
			return err
		}
		if step == Narrow {
			if err := look(ctx, in); err != nil {
				return err
			}
		}
		open, err := in.Ledger.OpenIncidents(as)
		if err != nil {
			return err
		}
		for _, incident := range open {
			input, err := json.Marshal(map[string]any{
				"incident": incident.ID, "narrow": step == Narrow, "by": "the person on call (simulated)", "reason": "asked for by the simulation",
			})
			if err != nil {
				return err
			}
			if _, err := in.Start(ctx, wiring.Release, step+"-"+incident.ID, input); err != nil {
				return err
			}
			if _, err := in.Wait(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

// look has the watch look at everything, as its schedule does within the time that a narrowing waits:
// what could not be seen while something was under way keeps the subnets cut until then.
func look(ctx context.Context, in *Session) error {
	if _, err := in.Start(ctx, wiring.Watch, "look", []byte(`{"source":"schedule"}`)); err != nil {
		return err
	}
	_, err := in.Wait(ctx)
	return err
}
