// Package plan says what a response from here would touch, before it does.
package plan

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/measure/securitygroup"
	"github.com/ec2-quarantine/quarantine/internal/measure/standby"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Plan is what a response to a finding would do, as far as reading can tell.
type Plan struct {
	Account  string `json:"account"`
	Region   string `json:"region"`
	Identity string `json:"identity"`

	Finding quarantine.FindingSummary `json:"finding"`
	// Archived says that somebody has archived the finding in GuardDuty.
	Archived  bool               `json:"archived,omitempty"`
	Verdict   quarantine.Verdict `json:"verdict"`
	Resources []Resource         `json:"resources"`
	// Table is the ledger's, which is made if it is not there; Topic is told, if there is one.
	Table     string `json:"table"`
	Stack     string `json:"stack,omitempty"` // that has the ledger, if one has
	TableMade bool   `json:"tableIsMade"`
	Topic     string `json:"topic,omitempty"`
	// Refused says why it would not be done; "" if it would.
	Refused string `json:"refused,omitempty"`
}

// Resource is what would become of one resource.
type Resource struct {
	quarantine.Resource
	Described *quarantine.Described `json:"described,omitempty"`
	State     string                `json:"state,omitempty"`
	// Contained is the incident that contains it, as the ledger has it; then nothing else is planned
	// than that the finding joins it, and that everything is looked at.
	Contained *Contained `json:"contained,omitempty"`
	// Verdict is its own, where the finding accuses several.
	Verdict *quarantine.Verdict `json:"verdict,omitempty"`
	// Asked says that the policy wants a person's answer before this is cut.
	Asked bool `json:"asked,omitempty"`
	// By is the measure that would contain it.
	By         string `json:"by,omitempty"`
	Neighbours *Hit   `json:"neighbours,omitempty"`
	// Brake is why a deployed stack would ask a person before the cut, beside for the neighbours' sake, and
	// what of that is not known.
	Brake    []string `json:"brake,omitempty"`
	Changes  []Change `json:"changes"`
	Volumes  int      `json:"volumes"` // that snapshots are taken of
	Warnings []string `json:"warnings"`
}

// Contained is an incident that contains a resource, as the ledger has it: nothing was read back.
type Contained struct {
	Incident string    `json:"incident"`
	Since    time.Time `json:"since"`
	// Open says that the last look found something open.
	Open bool `json:"open,omitempty"`
	// Pending says that the evidence is not complete, and has not failed either.
	Pending bool     `json:"evidencePending,omitempty"`
	Next    []string `json:"next"` // commands
}

// Change is one measure: what it changes, in words, and the calls to AWS that it makes beside those that
// read.
type Change struct {
	Measure string   `json:"measure"`
	Text    []string `json:"text"`
	Calls   []string `json:"calls"`
}

// Refusal is why something is not done that was asked for: it is the caller's to change.
type Refusal struct{ Why string }

func (r *Refusal) Error() string { return r.Why }

func refusal(format string, args ...any) error { return &Refusal{fmt.Sprintf(format, args...)} }

// Reader reads what a plan needs. It changes nothing.
type Reader struct {
	Fleet interface {
		Instance(ctx context.Context, r quarantine.Resource) (quarantine.Instance, error)
		quarantine.NeighbourReader
		register.CutReader
		securitygroup.Network
	}
	Groups quarantine.GroupReader
	// Measures are those that can be taken, and Wanted the names of those that the policy wants.
	Measures []measure.Measure
	Wanted   []string
	Limits   quarantine.Limits // the policy's
	// OnHost says that what accuses the instance was seen on the host itself.
	OnHost bool
	// Counted is what the brake would say of an isolation now: the subnets that others take in the hour,
	// or a *quarantine.LimitReached.
	Counted func(context.Context, quarantine.Isolation) (others []string, err error)
	// Contained is the incident that contains a resource already; nil if none does.
	Contained func(context.Context, quarantine.Resource) (*Contained, error)
	// OtherLedger is nil where a cut goes on although another ledger has cut a subnet of it.
	OtherLedger func(register.OtherCut) error
	// Verdict is a resource's own; nil is the plan's for all.
	Verdict func(quarantine.Resource) quarantine.Verdict
	// HasTable tells whether the ledger is there.
	HasTable func(context.Context) (bool, error)
}

// Read completes a plan of which finding, verdict and place are known. A *[Refusal] is on record in it,
// too.
func (from Reader) Read(ctx context.Context, p Plan, all []quarantine.Resource) (Plan, error) {
	p.Resources = []Resource{}
	there, err := from.HasTable(ctx)
	if err != nil {
		return p, refusal("the ledger's table %s cannot be looked at: %v", p.Table, err)
	}
	p.TableMade = !there
	for _, t := range all {
		own := from.own(p, t)
		if !cuts(p.Verdict) {
			break // no execution is started for any of them
		}
		if t.AccountID != p.Account || t.Region != p.Region {
			return p, refusal("%s is in account %s, %s, and these credentials are for account %s, %s", t.ID, t.AccountID, t.Region, p.Account, p.Region)
		}
		r := Resource{Resource: t, Changes: []Change{}, Warnings: []string{}, Asked: own.Action == quarantine.ActionApprove}
		if len(all) > 1 {
			r.Verdict = &own
		}
		if !cuts(own) {
			p.Resources = append(p.Resources, r)
			continue
		}
		if there {
			if r.Contained, err = from.Contained(ctx, t); err != nil {
				return p, fmt.Errorf("the ledger cannot be read: %w", err)
			}
		}
		if r.Contained == nil {
			if r, err = from.resource(ctx, r, p.Table); err != nil {
				return p, err
			}
		}
		p.Resources = append(p.Resources, r)
	}
	return p, nil
}

// own is what the execution for one resource will judge.
func (from Reader) own(p Plan, t quarantine.Resource) quarantine.Verdict {
	if from.Verdict == nil {
		return p.Verdict
	}
	return from.Verdict(t)
}

// cuts tells whether the verdict leads to a cut, possibly by a person's answer.
func cuts(v quarantine.Verdict) bool {
	return v.Action == quarantine.ActionIsolate || v.Action == quarantine.ActionApprove
}

// Asked are the resources that the policy wants a person's answer about.
func (p Plan) Asked() []Resource {
	return slices.DeleteFunc(slices.Clone(p.Resources), func(r Resource) bool { return !r.Asked })
}

// Unasked tells whether anything is cut that the policy asks nobody about.
func (p Plan) Unasked() bool {
	return slices.ContainsFunc(p.Resources, func(r Resource) bool { return !r.Asked && (r.Verdict == nil || cuts(*r.Verdict)) })
}

// resource reads what stands on the subnets of one instance, and what will.
func (from Reader) resource(ctx context.Context, r Resource, table string) (Resource, error) {
	instance, err := from.Fleet.Instance(ctx, r.Resource)
	if err != nil {
		return r, fmt.Errorf("%s cannot be looked at: %w", r.ID, err)
	}
	r.Described, r.State, r.Volumes = instance.Described(), instance.State, len(instance.Volumes)
	if err := from.others(ctx, &r, instance, table); err != nil {
		return r, err
	}
	if err := from.cut(ctx, &r, instance); err != nil {
		return r, err
	}
	if err := from.further(ctx, &r); err != nil {
		return r, err
	}
	if r.By == register.Cut().Name {
		r.Brake = from.brake(ctx, r.Resource, instance)
	}
	if r.By == register.Cut().Name {
		r.Warnings = append(r.Warnings, register.CutBeside(instance)...)
	}
	r.Warnings = append(r.Warnings, register.CutUncovered(instance)...)
	if group := instance.AutoScalingGroup(); group != "" && !slices.Contains(from.Wanted, standby.Info().Name) {
		r.Warnings = append(r.Warnings, "it belongs to Auto Scaling group "+group+
			", which will terminate it when health checks fail: suspend Terminate and ReplaceUnhealthy first")
	}
	return r, nil
}

// others looks for cuts of another ledger, which are refused unless that is meant.
func (from Reader) others(ctx context.Context, r *Resource, instance quarantine.Instance, table string) error {
	all, err := register.CutByOthers(ctx, from.Fleet, r.Resource, instance, table)
	for _, one := range all {
		if err := from.OtherLedger(one); err != nil {
			return err
		}
		r.Warnings = append(r.Warnings, one.String())
	}
	return err
}

// cut reads what contains the instance: the cut or, where the policy spares its neighbours, the
// security group.
func (from Reader) cut(ctx context.Context, r *Resource, instance quarantine.Instance) (err error) {
	hit := from.neighbours(ctx, r.Resource, instance, from.Limits.Neighbours)
	r.Neighbours = &hit
	var lines []string
	info := register.Cut()
	if hit.Wants == quarantine.BeyondGroup {
		info = securitygroup.Info()
		lines, err = groupPlanned(ctx, securitygroup.Measure{Network: from.Fleet}, r.Resource)
	} else {
		lines, err = register.CutPlanned(ctx, from.Fleet, r.Resource, instance)
	}
	r.By = info.Name
	r.Changes = append(r.Changes, change(info, lines))
	return err
}

// further reads what the policy has done beyond the cut.
func (from Reader) further(ctx context.Context, r *Resource) error {
	for _, name := range from.Wanted {
		for _, m := range from.Measures {
			if m.Info().Name != name {
				continue
			}
			lines, err := measure.Planned(ctx, m, r.Resource)
			if err != nil {
				return fmt.Errorf("what %s would change cannot be read: %w", name, err)
			}
			r.Changes = append(r.Changes, change(m.Info(), lines))
		}
	}
	return nil
}

func change(i measure.Info, lines []string) Change {
	calls := slices.DeleteFunc(slices.Clone(i.Actions), func(action string) bool { return slices.Contains(i.Reading(), action) })
	return Change{Measure: i.Name, Text: lines, Calls: calls}
}
