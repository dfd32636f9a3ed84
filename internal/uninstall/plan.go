package uninstall

import (
	"context"
	"errors"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/aws/cloudformation"
	"github.com/ec2-quarantine/quarantine/internal/command"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Logical ids and types of the template's resources that are used here.
const (
	ledgerID         = "Ledger"
	machineID        = "QuarantineStateMachine"
	releaseMachineID = "ReleaseStateMachine"
	typeTable        = "AWS::DynamoDB::Table"
	typeMachine      = "AWS::StepFunctions::StateMachine"
)

// Plan is what Look found, and so what Run will do.
type Plan struct {
	// Stack is the stack. One that was deleted before has the status DELETE_COMPLETE,
	// and one that CloudFormation does not list any more has no id.
	Stack cloudformation.Stack
	// Ledger is nil if the table does not exist; Table is its name in any case.
	Table  string
	Ledger *Table
	// Machines are the ARNs of the stack's state machines.
	Machines []string
	// Release is the name of the release state machine, or "".
	Release string
	// Open are the open incidents, without those that are Over: they hold nothing, and
	// their instances are gone.
	Open, Over []quarantine.Incident
	// Running are the executions that are running.
	Running []string
	// Buckets are the packaging buckets to delete.
	Buckets []string
	// Made are what measures made, before any release.
	Made Leftovers
	// Snapshots are the evidence.
	Snapshots Snapshots

	resources []cloudformation.Resource
}

// Gone tells whether the stack is deleted already.
func (p *Plan) Gone() bool {
	return p.Stack.ID == "" || p.Stack.Status == cloudformation.DeleteComplete
}

// Look finds out what there is to do, and changes nothing in the deployment. It sets
// Options.Stack to the stack's name if it was an id.
//
// Errors: *NotOursError; *BusyError; *ProtectedError; *TableError;
// *NotLedgerError; *LostLedgerError; *NamesakeError; *cloudformation.NoStackError where CloudFormation does not know the stack,
// and Options name no table; those of the ports.
func (u *Uninstaller) Look(ctx context.Context) (*Plan, error) {
	p := &Plan{}
	for _, part := range []func(context.Context, *Plan) error{u.lookStack, u.lookTable, u.lookBuckets} {
		if err := part(ctx, p); err != nil {
			return nil, err
		}
	}
	var err error
	if p.Running, err = u.running(ctx, p); err != nil || p.Ledger == nil {
		return p, err
	}
	all, err := u.Ledger(p.Table).AllIncidents(ctx)
	if err != nil {
		return nil, err
	}
	if p.Open, p.Over, err = u.open(ctx, all); err != nil {
		return nil, err
	}
	if p.Made, err = u.survey(ctx, p.Table, all); err != nil {
		return nil, err
	}
	p.Snapshots, err = u.snapshots(ctx, all)
	return p, err
}

// lookStack finds the stack, or what CloudFormation still lists of a deleted one.
func (u *Uninstaller) lookStack(ctx context.Context, p *Plan) error {
	var err error
	named := u.Stack
	p.Stack, err = u.Stacks.Stack(ctx, named)
	if _, none := errors.AsType[*cloudformation.NoStackError](err); none {
		p.Stack, err = u.Stacks.Deleted(ctx, named)
		if _, none := errors.AsType[*cloudformation.NoStackError](err); none && u.Table != "" {
			p.Stack, err = cloudformation.Stack{Name: cloudformation.NameOf(named)}, nil
		}
	}
	if err != nil {
		return err
	}
	u.Stack, u.At.Stack = p.Stack.Name, p.Stack.Name
	if err := u.refuseNamesake(ctx, p, named); err != nil || p.Stack.ID == "" {
		return err
	}
	if p.resources, err = u.Stacks.Resources(ctx, p.Stack.ID); err != nil {
		return err
	}
	p.findMachines()
	return u.refuse(p)
}

// findMachines finds the state machines that still exist.
func (p *Plan) findMachines() {
	for _, r := range p.resources {
		if p.Gone() || r.Type != typeMachine || r.PhysicalID == "" || r.Status == cloudformation.DeleteComplete {
			continue
		}
		p.Machines = append(p.Machines, r.PhysicalID)
		if r.LogicalID == releaseMachineID && p.Stack.Status != cloudformation.DeleteInProgress {
			p.Release = r.PhysicalID[strings.LastIndex(r.PhysicalID, ":")+1:]
		}
	}
}

// refuse returns why a stack cannot be deleted, or must not be deleted by this command.
func (u *Uninstaller) refuse(p *Plan) error {
	has := func(id, kind string) bool {
		for _, r := range p.resources {
			if r.LogicalID == id && r.Type == kind {
				return true
			}
		}
		return false
	}
	busy := strings.HasSuffix(p.Stack.Status, "_IN_PROGRESS") && p.Stack.Status != cloudformation.DeleteInProgress && p.Stack.Status != "REVIEW_IN_PROGRESS"
	switch {
	case !has(ledgerID, typeTable) || !has(machineID, typeMachine):
		return &NotProductStackError{Stack: u.Stack, At: u.At}
	case busy:
		return &BusyError{Stack: u.Stack, Status: p.Stack.Status}
	case p.Stack.Protected:
		return &ProtectedError{Stack: u.Stack, At: u.At}
	}
	return nil
}

// running returns the running executions of the stack's state machines.
func (u *Uninstaller) running(ctx context.Context, p *Plan) (out []string, err error) {
	for _, m := range p.Machines {
		some, err := u.Executions.Running(ctx, m)
		if err != nil {
			return nil, err
		}
		out = append(out, some...)
	}
	return out, nil
}

// at says where commands are typed: once the stack is gone, the table is named.
func (u *Uninstaller) at(table string, gone bool) command.Place {
	at := u.At
	at.Stack = u.Stack
	if gone {
		at.Stack, at.Table = "", table
	}
	return at
}

// Refusal is the error with which Run would stop before it changes anything, or nil.
func (u *Uninstaller) Refusal(p *Plan) error {
	if len(p.Open) > 0 && !u.ReleaseAll {
		return &OpenError{Stack: u.Stack, Open: p.Open, During: p.Gone(), At: u.at(p.Table, p.Gone() || p.Release == "")}
	}
	return nil
}
