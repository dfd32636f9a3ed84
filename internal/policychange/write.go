package policychange

import (
	"context"
	"fmt"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/aws/ssm"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Writer writes a parameter. Errors: those of [ssm.Writer].
type Writer interface {
	Put(ctx context.Context, name, value string, like ssm.Version) (int64, error)
}

var _ Writer = (*ssm.Writer)(nil)

// readBacks are how often a version that was written is looked for: reads may lag behind a write.
const readBacks = 5

// Change is one write of a policy.
type Change struct {
	Store  Store
	Writer Writer
	Clock  quarantine.Clock
}

// ChangedError is that somebody else wrote the parameter since it was read: nothing was written.
type ChangedError struct {
	Parameter  string
	Read, Have int64 // versions
}

func (e *ChangedError) Error() string {
	return fmt.Sprintf("%s was changed meanwhile: version %d was read, and version %d is there now; nothing was written. See what it has, and try again", e.Parameter, e.Read, e.Have)
}

// OverwrittenError is that somebody else wrote the parameter at the same moment: both writes are there, and
// the later one judges.
type OverwrittenError struct {
	Parameter  string
	Read, Ours int64
}

func (e *OverwrittenError) Error() string {
	return fmt.Sprintf("somebody else wrote %s at the same moment: version %d is the policy that was pushed, and what came between it and version %d, which was read, judges no more", e.Parameter, e.Ours, e.Read)
}

// Write puts a text into the parameter, unless somebody else has changed that since it was read, and reads it
// back. It returns the version.
//
// IAM actions: those of [Read] and of [ssm.Writer.Put].
//
// Errors: *ChangedError; *OverwrittenError, with the version; NotVerified, where it is written and not what
// is read; those of [Store] and [Writer].
func (c Change) Write(ctx context.Context, d Deployed, text string) (int64, error) {
	before, err := c.Store.Latest(ctx, d.Parameter)
	if err != nil {
		return 0, err
	}
	if before.Number != d.Newest().Number || before.Value != d.Newest().Value {
		return 0, &ChangedError{Parameter: d.Parameter, Read: d.Newest().Number, Have: before.Number}
	}
	version, err := c.Writer.Put(ctx, d.Parameter, text, d.Newest())
	if err != nil {
		return 0, err
	}
	if err := c.readBack(ctx, d, version, text); err != nil {
		return version, err
	}
	if version != d.Newest().Number+1 {
		return version, &OverwrittenError{Parameter: d.Parameter, Read: d.Newest().Number, Ours: version}
	}
	return version, nil
}

func (c Change) readBack(ctx context.Context, d Deployed, version int64, text string) error {
	for n := 1; ; n++ {
		now, err := c.Store.Latest(ctx, d.Parameter)
		switch {
		case err != nil:
			return fmt.Errorf("version %d of %s is written, and could not be read back: %w", version, d.Parameter, err)
		case now.Number == version && now.Value == text:
			return nil
		case now.Number >= version:
			return quarantine.Failf(quarantine.NotVerified, "version %d of %s is written, and version %d is read back with another text: somebody else has written it since", version, d.Parameter, now.Number)
		case n == readBacks:
			return quarantine.Failf(quarantine.NotVerified, "version %d of %s is written, and version %d is still what is read back", version, d.Parameter, now.Number)
		}
		if err := c.Clock.Sleep(ctx, time.Duration(n)*200*time.Millisecond); err != nil {
			return fmt.Errorf("version %d of %s is written, and was not read back: %w", version, d.Parameter, err)
		}
	}
}
