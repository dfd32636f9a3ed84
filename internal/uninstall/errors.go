package uninstall

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/aws/cloudformation"
	"github.com/ec2-quarantine/quarantine/internal/command"
)

// NotProductStackError means that a stack is not a deployment of this product.
type NotProductStackError struct {
	Stack string
	At    command.Place
}

func (e *NotProductStackError) Error() string {
	return fmt.Sprintf("stack %s has no %s and %s: it is not one of this product, and nothing was changed. Is the name right? "+
		"If it is what a first deployment left that failed: %s", e.Stack, ledgerID, machineID, deleteStack(e.At, e.Stack))
}

// BusyError means that a stack cannot be deleted now.
type BusyError struct{ Stack, Status string }

func (e *BusyError) Error() string {
	return fmt.Sprintf("stack %s is %s: wait until that has ended, and try again", e.Stack, e.Status)
}

// ProtectedError means that a stack has termination protection.
type ProtectedError struct {
	Stack string
	At    command.Place
}

func (e *ProtectedError) Error() string {
	return fmt.Sprintf("stack %s has termination protection, and nothing was changed. Whoever may take it off does so with: %s",
		e.Stack, aws(e.At, "cloudformation", "update-termination-protection", "--no-enable-termination-protection", "--stack-name", e.Stack))
}

// TableError means that a table other than the stack's was named.
type TableError struct{ Stack, Table, Named string }

func (e *TableError) Error() string {
	return fmt.Sprintf("the ledger of stack %s is %s, not %s: leave --table out", e.Stack, e.Table, e.Named)
}

// NotLedgerError means that a table is not the stack's ledger.
type NotLedgerError struct {
	Stack string
	Table Table
	At    command.Place
}

func (e *NotLedgerError) Error() string {
	why := fmt.Sprintf("its key is %s, not %s", strings.Join(e.Table.Keys, ", "), strings.Join(ledgerKeys, ", "))
	if slices.Equal(e.Table.Keys, ledgerKeys) {
		why = fmt.Sprintf("its tag %s is %q", StackTag, e.Table.Stack)
	}
	return fmt.Sprintf("table %s is not the ledger of stack %s: %s. Nothing was changed. Is the name right? "+
		"A ledger that was restored from a backup has lost its tags. To put it back: %s", e.Table.Name, e.Stack, why, tagTable(e.At, e.Table.Name, e.Stack))
}

// LostLedgerError means that a stack exists but its table does not, so that it is
// unknown whether an incident is open.
type LostLedgerError struct {
	Stack, Table string
	At           command.Place
}

func (e *LostLedgerError) Error() string {
	return fmt.Sprintf("stack %s stands, but its ledger %s is gone: nobody can tell which incidents are open, and nothing was changed.\n"+
		"Restore the table under its name, by point-in-time recovery, which keeps a backup of a deleted table for 35 days:\n  %s\n"+
		"Tag it, and run this again:\n  %s\n"+
		"Or put back by hand what the messages of each incident say stood before, in place of what measures made:\n  %s\n"+
		"Then delete the stack by CloudFormation:\n  %s",
		e.Stack, e.Table, restoreTable(e.At, e.Table), tagTable(e.At, e.Table, e.Stack), strings.Join(madeByHand(e.At), "\n  "), deleteStack(e.At, e.Stack))
}

// NamesakeError means that the id of a deleted stack was given, while another stack of
// the same name exists.
type NamesakeError struct{ Stack, Existing string }

func (e *NamesakeError) Error() string {
	return fmt.Sprintf("stack %s is gone, but another of its name stands, %s, and what is left of the one cannot be told from what is the other's. "+
		"Nothing was changed", e.Stack, e.Existing)
}

// ReleaseError means that an incident could not be released.
type ReleaseError struct {
	Incident, Instance string
	Err                error
}

func (e *ReleaseError) Error() string {
	return fmt.Sprintf("%s (%s) could not be released: %v", e.Incident, e.Instance, e.Err)
}

// Unwrap returns the cause.
func (e *ReleaseError) Unwrap() error { return e.Err }

// DeletionError means that CloudFormation could not delete a stack.
type DeletionError struct {
	Stack  string
	Failed []Undeleted
	At     command.Place
}

// Undeleted is a resource that CloudFormation could not delete.
type Undeleted struct {
	cloudformation.Resource
	Reason string
}

func (e *DeletionError) Error() string {
	var b strings.Builder
	b.WriteString("CloudFormation could not delete the stack (DELETE_FAILED):")
	var ids []string
	for _, f := range e.Failed {
		fmt.Fprintf(&b, "\n  %s %s: %s", f.LogicalID, f.Type, f.Reason)
		ids = append(ids, f.LogicalID)
	}
	if len(ids) == 0 {
		fmt.Fprintf(&b, " it does not say why: %s", aws(e.At, "cloudformation", "describe-stack-events", "--stack-name", e.Stack))
		return b.String()
	}
	words := append([]string{"cloudformation", "delete-stack", "--stack-name", e.Stack, "--retain-resources"}, ids...)
	fmt.Fprintf(&b, "\nMend that and run this again; or leave those to yourself: %s", aws(e.At, words...))
	return b.String()
}

// StepError names the step that failed.
type StepError struct {
	Step    string
	Remains []string // the descriptions of this step and all later ones
	Err     error
}

func (e *StepError) Error() string {
	return fmt.Sprintf("%s: %v\nWhat remains: %s. The same command goes on from there.", e.Step, e.Err, strings.Join(e.Remains, ", "))
}

// Unwrap returns the cause.
func (e *StepError) Unwrap() error { return e.Err }

// failed wraps err in a StepError for the step that failed. It does not wrap errors of
// open incidents and isolated subnets, which need a person and not another attempt.
func failed(ctx context.Context, err error, remaining []step) error {
	if _, open := errors.AsType[*OpenError](err); open {
		return err
	}
	if _, cut := errors.AsType[*CutOffError](err); cut {
		return err
	}
	if ctx.Err() != nil {
		err = fmt.Errorf("interrupted: what is done stays done, and what AWS has begun goes on (%w)", context.Cause(ctx))
	}
	out := &StepError{Step: remaining[0].what, Err: err}
	for _, s := range remaining {
		out.Remains = append(out.Remains, s.what)
	}
	return out
}

// count is a number with its noun, in the singular or plural.
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
