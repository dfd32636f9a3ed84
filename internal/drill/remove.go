package drill

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/aws/cloudformation"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Removed is what was removed of a drill. The ledger keeps its incident.
type Removed struct {
	Stack     string   `json:"stack,omitempty"` // the ARN of what was deleted; "" where there was none, or it stands
	Released  []string `json:"released"`        // incidents
	Snapshots []string `json:"snapshots"`       // unlocked and deleted
	Made      []string `json:"made"`            // of what measures made in its VPC
	// Left is what was to be left, and the stack where it is not deleted.
	Left []string `json:"left"`
}

// Found is the drill's stack; nil where there is none. Errors: those of Stacks.
func (d *Drill) Found(ctx context.Context) (*cloudformation.Stack, error) {
	s, err := d.Stacks.Stack(ctx, d.Stack())
	if _, none := errors.AsType[*cloudformation.NoStackError](err); none {
		return nil, nil
	}
	return &s, err
}

// Remove takes everything away that a drill has made, whole or half: it releases the incidents of
// its instance, unlocks and deletes the snapshots that the ledger has as their evidence, removes what
// measures made in its VPC, and deletes the stack, by which the rest is found again if it is interrupted; then it looks for what
// came in between. Errors: *NotOwnError, before anything is changed; those of what it calls.
func (d *Drill) Remove(ctx context.Context) (Removed, error) {
	out := Removed{Released: []string{}, Snapshots: []string{}, Made: []string{}, Left: []string{}}
	found, err := d.Found(ctx)
	if err != nil || found == nil {
		return out, err
	}
	s, err := d.settled(ctx, found.ID)
	if _, gone := errors.AsType[*cloudformation.NoStackError](err); gone || err == nil && s.Status == cloudformation.DeleteComplete {
		return out, nil
	}
	if err != nil {
		return out, err
	}
	instance, err := d.own(ctx, s)
	if err != nil {
		return out, err
	}
	if instance != "" {
		err = d.removeTraces(ctx, d.resource(instance), s, &out)
	}
	if err == nil {
		err = d.deleteStack(ctx, s)
	}
	if err != nil {
		out.Left = append(out.Left, "the stack "+s.ID+", by which another run finds the rest")
		return out, err
	}
	out.Stack = s.ID
	if instance == "" {
		return out, nil
	}
	// An execution that was at it went on meanwhile: what it took is on record by now.
	all, err := d.ofInstance(ctx, d.resource(instance))
	if err != nil {
		return out, err
	}
	return out, d.letGo(ctx, all, s, &out)
}

// has tells whether it says what became of a snapshot.
func (r Removed) has(snapshot string) bool {
	return slices.Contains(r.Snapshots, snapshot) || slices.ContainsFunc(r.Left, func(left string) bool { return strings.Contains(left, snapshot) })
}

// removeTraces removes what a quarantine of the instance has left.
func (d *Drill) removeTraces(ctx context.Context, r quarantine.Resource, s cloudformation.Stack, out *Removed) error {
	all, err := d.ofInstance(ctx, r)
	if err != nil {
		return err
	}
	if err := d.letGo(ctx, all, s, out); err != nil {
		return err
	}
	return d.removeMade(ctx, all, s, out)
}

// letGo releases the instance's incidents, and removes their evidence.
func (d *Drill) letGo(ctx context.Context, all []quarantine.Incident, s cloudformation.Stack, out *Removed) error {
	for _, in := range all {
		if in.Open() {
			if err := d.Release(ctx, in, s.ID); err != nil {
				return err
			}
			out.Released = append(out.Released, in.ID)
		}
		now, err := d.Ledger.Incident(ctx, in.ID) // what was taken until now
		if err != nil {
			return err
		}
		if err := d.removeEvidence(ctx, now, out); err != nil {
			return err
		}
	}
	return nil
}

// KeptSnapshotsError means that snapshots could not be removed. While the stack stands, another run
// finds them.
type KeptSnapshotsError struct{ Each []error }

// Error has each one's reason.
func (e *KeptSnapshotsError) Error() string { return errors.Join(e.Each...).Error() }

// removeEvidence tries every snapshot, of an incident that a drill alone has made. Errors:
// *KeptSnapshotsError.
func (d *Drill) removeEvidence(ctx context.Context, in quarantine.Incident, out *Removed) error {
	why := ""
	switch other := notOfADrill(in); {
	case d.LeaveSnapshots:
		why = "which was to be left"
	case other != "":
		why = "which finding " + other + " is about, too, and that is no drill's: it can be evidence"
	}
	var failed []error
	for _, s := range in.Evidence.Snapshots {
		if out.has(s.ID) {
			continue
		}
		if why != "" {
			out.Left = append(out.Left, fmt.Sprintf("snapshot %s of %s, %s", s.ID, in.ID, why))
			continue
		}
		if err := d.removeSnapshot(ctx, s.ID); err != nil {
			failed = append(failed, err)
			continue
		}
		out.Snapshots = append(out.Snapshots, s.ID)
	}
	if failed != nil {
		return &KeptSnapshotsError{failed}
	}
	return nil
}

// notOfADrill is a finding of the incident that no drill has made, or "".
func notOfADrill(in quarantine.Incident) string {
	for _, f := range in.Findings {
		if !isName(f.ID) {
			return f.ID
		}
	}
	return ""
}

// Release has an incident of the drill's instance released, and told as the drill's, also where its
// record has expired.
func (d *Drill) Release(ctx context.Context, in quarantine.Incident, stackID string) error {
	record, err := d.Ledger.Drill(ctx, in.Resource)
	if err != nil {
		return err
	}
	if record == nil {
		again := Record(d.Clock.Now(), d.By, in.Resource, stackID)
		if !in.OpenedAt.IsZero() {
			again.From = in.OpenedAt
		}
		if err := d.Ledger.BeginDrill(ctx, again); err != nil {
			return err
		}
	}
	d.Say("releasing " + in.ID)
	within, cancel := context.WithTimeout(ctx, releaseLimit)
	defer cancel()
	if err := d.Releaser.Release(within, in, d.Machine, Reason); err != nil {
		return fmt.Errorf("%s could not be released: %w", in.ID, err)
	}
	if now, err := d.Ledger.Incident(ctx, in.ID); err != nil || now.Open() {
		return errors.Join(fmt.Errorf("%s is not released: it is %s", in.ID, now.Status), err)
	}
	return nil
}

// Reason goes on record with a drill's release.
const Reason = "the drill is over"

func (d *Drill) removeSnapshot(ctx context.Context, id string) error {
	d.Say("unlocking and deleting snapshot " + id)
	if err := d.Evidence.Unlock(ctx, id); err != nil {
		return err
	}
	return d.Evidence.DeleteSnapshot(ctx, id)
}

// removeMade removes what measures made in the drill's VPC: CloudFormation deletes no VPC that has
// things in it which are not its own.
func (d *Drill) removeMade(ctx context.Context, of []quarantine.Incident, s cloudformation.Stack, out *Removed) error {
	vpc, err := d.vpc(ctx, s)
	if err != nil || vpc == "" {
		return err
	}
	for _, from := range d.Leftovers {
		found, err := from.Find(ctx, of)
		if err != nil {
			return err
		}
		for _, one := range found.Removable {
			if one.VPCID == vpc {
				if err := d.removeOne(ctx, from, one); err != nil {
					return err
				}
				out.Made = append(out.Made, one.String())
			}
		}
	}
	return nil
}

// usedLimit is how long what an interface has just let go may still be in use.
const usedLimit = 2 * time.Minute

func (d *Drill) removeOne(ctx context.Context, from measure.Leftovers, one measure.Leftover) error {
	for end := d.Clock.Now().Add(usedLimit); ; {
		err := from.Remove(ctx, one)
		if !quarantine.Is(err, quarantine.Contended) || !d.Clock.Now().Before(end) {
			return err
		}
		if err := d.Clock.Sleep(ctx, lookEvery); err != nil {
			return err
		}
	}
}

// vpc is the one that the stack made, or "".
func (d *Drill) vpc(ctx context.Context, s cloudformation.Stack) (string, error) {
	all, err := d.Stacks.Resources(ctx, s.ID)
	for _, r := range all {
		if r.Type == "AWS::EC2::VPC" {
			return r.PhysicalID, err
		}
	}
	return "", err
}
