package message

import (
	"fmt"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// word says by whose word it was cut, after what was cut: somebody's, or that nobody answered; "" where
// nobody was asked.
func (f facts) word() string {
	q := f.questionBefore()
	switch {
	case q == nil:
		return ""
	case q.Decision != nil && q.Decision.Approve:
		return " Approved by " + Clean(q.Decision.By, maxQuoted) + via(q.Decision) + "." // when and why is on record
	case q.Decision == nil && q.OnSilence == quarantine.ActionIsolate:
		return fmt.Sprintf(" Nobody had answered by %s, and then the policy has it %s.", clock(q.ExpiresAt), f.words.Short)
	}
	return ""
}

// questionBefore is the last question of this execution whether to cut, or nil.
func (f facts) questionBefore() *quarantine.ApprovalRequest {
	if f.record.Incident == nil {
		return nil
	}
	for _, q := range slices.Backward(f.record.Incident.Questions) {
		if q.Purpose == quarantine.PurposeIsolate && q.Execution.ID == f.Execution.ID {
			return &q
		}
	}
	return nil
}
