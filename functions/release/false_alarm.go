package release

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// slack is for the clock of who asks, which can be ahead of this one.
const slack = time.Hour

// checkFalseAlarm refuses before anything is changed what could not be put on record after.
func (u *undo) checkFalseAlarm() error {
	until := u.in.FalseAlarmUntil
	switch {
	case until.IsZero():
		return nil
	case until.After(u.Clock.Now().Add(quarantine.LongestFalseAlarm + slack)):
		return quarantine.Failf(quarantine.BadRequest, "a false alarm lasts 90 days at most, and not until %s", until.UTC().Format(time.RFC3339))
	case len(u.record.FindingTypes()) == 0:
		return quarantine.Failf(quarantine.BadRequest, "no finding of incident %s is on record that could be a false alarm", u.record.ID)
	}
	return nil
}

// callFalseAlarm puts on record that the incident's types of finding were false alarms, if
// a person said so: in the incident's timeline, and where the next finding is held to it.
func (u *undo) callFalseAlarm(ctx context.Context, done *quarantine.Release) error {
	until := u.in.FalseAlarmUntil
	if until.IsZero() {
		return nil
	}
	now := u.Clock.Now().UTC()
	said := quarantine.FalseAlarm{
		Resource: u.record.Resource, Types: u.record.FindingTypes(), Incident: u.record.ID, By: u.in.By, Reason: u.in.Reason, Until: until.UTC(),
		Ended: !until.After(now),
	}
	if err := u.Ledger.CallFalseAlarm(ctx, said); err != nil {
		return err
	}
	done.FalseAlarm = &said
	text := fmt.Sprintf("a false alarm until %s", said.Until.Format(time.RFC3339))
	if said.Ended {
		text = "a false alarm no more"
	}
	return u.Ledger.Append(ctx, u.record.ID, u.event(quarantine.EventFalseAlarm, now, fmt.Sprintf("%s: %s: %s", text, strings.Join(said.Types, ", "), said.Reason)))
}
