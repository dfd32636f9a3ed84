// Package termination ends a compromised instance for good, on a person's word alone and with
// that person's credentials: no function of the product may.
//
// It is refused unless the incident's evidence is complete and locked, as EC2 shows it at that
// moment: what is on record only says which snapshots those are.
package termination

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/command"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Fleet is what is read and changed in EC2; see *ec2.Client.
type Fleet interface {
	// Instance fails with InstanceGone once the instance is terminated.
	Instance(ctx context.Context, r quarantine.Resource) (quarantine.Instance, error)
	Protection(ctx context.Context, r quarantine.Resource) (quarantine.Protection, error)
	SetTermination(ctx context.Context, r quarantine.Resource, on bool) error
	Terminate(ctx context.Context, r quarantine.Resource) error
	Snapshots(ctx context.Context, r quarantine.Resource, tagKey, tagValue string) ([]quarantine.Snapshot, error)
	SnapshotLocks(ctx context.Context, r quarantine.Resource, snapshotIDs []string) (map[string]quarantine.SnapshotLock, error)
}

// Ledger is the part of the ledger that is written.
type Ledger interface {
	Pause(ctx context.Context, incident string, until time.Time, by, reason string) error
	Append(ctx context.Context, incident string, e quarantine.Event) error
}

// Termination is a person's word that an instance be ended.
type Termination struct {
	Fleet  Fleet
	Ledger Ledger
	Clock  quarantine.Clock
	By     string // the caller's identity
	Reason string
	// At says where commands are typed.
	At command.Place
}

const (
	// pause is for how long the watch of the incident does not put the instance's protection
	// back, unless the release ends the incident before.
	pause = 30 * time.Minute
	// patience is how long an instance may take to be terminated, and between is the time
	// from look to look.
	patience = 15 * time.Minute
	between  = 5 * time.Second
)

// Run terminates the instance as planned, and returns when EC2 shows it as terminated. A run
// that EC2 refuses leaves the instance as it was. It can be repeated.
//
// Errors: those of EC2 and the ledger; Unavailable if EC2 takes too long, or the context ends:
// then it goes on by itself.
func (t Termination) Run(ctx context.Context, p Plan) error {
	if strings.TrimSpace(t.Reason) == "" {
		return quarantine.Failf(quarantine.BadRequest, "a reason is needed: it goes on record")
	}
	id := p.Incident.ID
	if err := t.Ledger.Pause(ctx, id, t.Clock.Now().UTC().Add(pause), t.By, "it is being terminated: "+t.Reason); err != nil {
		return err
	}
	if err := t.terminate(ctx, p); err != nil {
		return errors.Join(err, t.takeBack(context.WithoutCancel(ctx), p))
	}
	now := t.Clock.Now().UTC()
	err := t.Ledger.Append(context.WithoutCancel(ctx), id, quarantine.Event{
		At: now, Kind: quarantine.EventTerminated, By: t.By, ID: now.Format(time.RFC3339Nano), Text: p.accepted(t.Reason),
	})
	return errors.Join(t.wait(ctx, p.Incident.Resource), err)
}

// terminate has EC2 accept the termination.
func (t Termination) terminate(ctx context.Context, p Plan) error {
	r := p.Incident.Resource
	if p.Protection.Termination {
		if err := t.Fleet.SetTermination(ctx, r, false); err != nil {
			return fmt.Errorf("the protection against termination could not be taken off: %w", err)
		}
	}
	err := t.Fleet.Terminate(ctx, r)
	if err == nil || t.ends(context.WithoutCancel(ctx), r) {
		return nil
	}
	return err
}

// ends tells whether EC2 shows the instance as ending or ended: the answer to a call that was
// carried out can be lost.
func (t Termination) ends(ctx context.Context, r quarantine.Resource) bool {
	i, err := t.Fleet.Instance(ctx, r)
	return quarantine.Is(err, quarantine.InstanceGone) || err == nil && i.State == shuttingDown
}

const shuttingDown = "shutting-down"

// command is a command line of ours.
func (t Termination) command(words ...string) string { return command.Line(t.At.Quarantine(words...)) }

// takeBack puts the protection back that was taken off for nothing, and ends the pause.
func (t Termination) takeBack(ctx context.Context, p Plan) error {
	var problems []error
	if p.Protection.Termination {
		if err := t.Fleet.SetTermination(ctx, p.Incident.Resource, true); err != nil {
			problems = append(problems, fmt.Errorf("the protection against termination, which was taken off, could not be put back: %w", err))
		}
	}
	if err := t.Ledger.Pause(ctx, p.Incident.ID, t.Clock.Now().UTC(), t.By, ""); err != nil {
		problems = append(problems, fmt.Errorf("nothing of the incident is put right until %s: %w", t.command("resume", p.Incident.ID), err))
	}
	return errors.Join(problems...)
}

// wait returns when EC2 shows the instance as terminated.
func (t Termination) wait(ctx context.Context, r quarantine.Resource) error {
	end := t.Clock.Now().Add(patience)
	for {
		_, err := t.Fleet.Instance(ctx, r)
		switch {
		case quarantine.Is(err, quarantine.InstanceGone):
			return nil
		case !t.Clock.Now().Before(end):
			return quarantine.Failf(quarantine.Unavailable, "%s is being terminated, and has not ended in %s", r.ID, patience)
		}
		if err := t.Clock.Sleep(ctx, between); err != nil {
			return quarantine.Failf(quarantine.Unavailable, "%s is being terminated; waiting for that was cut short: %w", r.ID, err)
		}
	}
}
