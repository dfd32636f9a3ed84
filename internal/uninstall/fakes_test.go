package uninstall_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/aws/cloudformation"
	"github.com/ec2-quarantine/quarantine/internal/uninstall"
)

// Stack finds a deleted stack by its id only. During a deletion, each call deletes one
// more resource.
func (w *world) Stack(ctx context.Context, stack string) (out cloudformation.Stack, err error) {
	err = w.do(ctx, "Stack", func() error {
		gone := w.stack.Status == cloudformation.DeleteComplete
		if stack == stackName && w.namesake != "" {
			out = cloudformation.Stack{ID: w.namesake, Name: stackName, Status: "CREATE_COMPLETE"}
			return nil
		}
		if w.forgotten || gone && stack != stackID {
			return &cloudformation.NoStackError{Stack: stack}
		}
		out = w.stack
		if w.late && w.stack.Status == cloudformation.DeleteInProgress {
			w.late, out.Status = false, cloudformation.DeleteFailed
			return nil
		}
		if w.stack.Status == cloudformation.DeleteInProgress {
			w.progress()
		}
		out.Status = w.stack.Status
		return nil
	})
	return out, err
}

func (w *world) Deleted(ctx context.Context, name string) (out cloudformation.Stack, err error) {
	err = w.do(ctx, "Deleted", func() error {
		if w.forgotten || name != stackName {
			return &cloudformation.NoStackError{Stack: name}
		}
		out = w.stack
		return nil
	})
	return out, err
}

func (w *world) Resources(ctx context.Context, _ string) (out []cloudformation.Resource, err error) {
	err = w.do(ctx, "Resources", func() error { out = slices.Clone(w.resources); return nil })
	return out, err
}

func (w *world) Delete(ctx context.Context, stack string) error {
	return w.do(ctx, "Delete", func() error {
		if stack != stackID {
			return fmt.Errorf("unexpected deletion of stack %s", stack)
		}
		w.stack.Status = cloudformation.DeleteInProgress
		w.happened(cloudformation.Event{PhysicalID: stackID, LogicalID: stackName, Status: cloudformation.DeleteInProgress})
		return nil
	})
}

// progress deletes the next resource, or ends the deletion.
func (w *world) progress() {
	for i := range w.resources {
		r := &w.resources[i]
		if r.Status == cloudformation.DeleteComplete || r.Status == cloudformation.DeleteSkipped {
			continue
		}
		if r.Status == cloudformation.DeleteFailed && w.events[len(w.events)-1].LogicalID == r.LogicalID {
			break // already tried in this attempt
		}
		why := w.broken[r.LogicalID]
		r.Status = cloudformation.DeleteComplete
		switch {
		case why != "":
			r.Status = cloudformation.DeleteFailed
		case r.LogicalID == "Ledger" || r.Type == "AWS::Logs::LogGroup":
			r.Status = cloudformation.DeleteSkipped
		}
		w.happened(cloudformation.Event{LogicalID: r.LogicalID, PhysicalID: r.PhysicalID, Type: r.Type, Status: r.Status, Reason: why})
		return
	}
	w.stack.Status = cloudformation.DeleteComplete
	for _, r := range w.resources {
		if r.Status == cloudformation.DeleteFailed {
			w.stack.Status = cloudformation.DeleteFailed
		}
	}
	w.happened(cloudformation.Event{PhysicalID: stackID, LogicalID: stackName, Status: w.stack.Status})
}

func (w *world) happened(e cloudformation.Event) {
	e.ID = fmt.Sprintf("event-%d", len(w.events)+1)
	w.events = append(w.events, e)
}

func (w *world) DeletionEvents(ctx context.Context, _, after string) (out []cloudformation.Event, err error) {
	err = w.do(ctx, "DeletionEvents", func() error {
		for _, e := range w.events {
			begins := e.PhysicalID == stackID && e.Status == cloudformation.DeleteInProgress
			if begins || e.ID == after {
				out = nil
			}
			if e.ID != after {
				out = append(out, e)
			}
		}
		return nil
	})
	return out, err
}

func (w *world) Buckets(ctx context.Context, prefix string) (out []string, err error) {
	if prefix != uninstall.BucketPrefix {
		return nil, fmt.Errorf("unexpected bucket prefix %s", prefix)
	}
	err = w.do(ctx, "Buckets", func() error { out = slices.Sorted(maps.Keys(w.buckets)); return nil })
	return out, err
}

func (w *world) Tags(ctx context.Context, name string) (out map[string]string, err error) {
	err = w.do(ctx, "Tags "+name, func() error { out = w.buckets[name]; return nil })
	return out, err
}

func (w *world) Remove(ctx context.Context, name string) (int, error) {
	return 3, w.do(ctx, "Remove "+name, func() error { delete(w.buckets, name); return nil })
}

func (w *world) Table(ctx context.Context, name string) (out *uninstall.Table, err error) {
	w.mustBe(name)
	err = w.do(ctx, "Table", func() error { out = w.table; return nil })
	return out, err
}

func (w *world) DeleteTable(ctx context.Context, name string) error {
	w.mustBe(name)
	return w.do(ctx, "DeleteTable", func() error { w.table = nil; return nil })
}

func (w *world) DeleteSnapshot(ctx context.Context, id string) error {
	return w.do(ctx, "DeleteSnapshot "+id, func() error {
		if id == w.locked {
			return fmt.Errorf("snapshot %s is locked", id)
		}
		w.deleted = append(w.deleted, id)
		return nil
	})
}

func (w *world) Running(ctx context.Context, of string) (out []string, err error) {
	err = w.do(ctx, "Running "+of, func() error {
		if of == machine {
			out = slices.Clone(w.running)
		}
		if w.now.After(noon.Add(time.Minute)) && !w.endless {
			w.running = nil
		}
		return nil
	})
	return out, err
}

func (w *world) Input(ctx context.Context, execution string) (out string, err error) {
	err = w.do(ctx, "Input "+execution, func() error { out = w.inputs[execution]; return nil })
	return out, err
}

func (w *world) Stop(ctx context.Context, execution, _ string) error {
	return w.do(ctx, "Stop "+execution, func() error {
		w.running = slices.DeleteFunc(w.running, func(r string) bool { return r == execution })
		return nil
	})
}
