package release

import (
	"github.com/ec2-quarantine/quarantine/internal/measure/networkacl"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// undo is one invocation at work.
type undo struct {
	*Handler
	in     Request
	record quarantine.Incident
	claim  quarantine.Claim
	cut    networkacl.Undo
}

func newUndo(h *Handler, in Request, record quarantine.Incident) *undo {
	return &undo{
		Handler: h, in: in, record: record,
		claim: quarantine.Claim{Incident: record.ID, Resource: record.Resource, Owner: in.Execution.ID},
		cut:   networkacl.Undo{ACLs: h.ACLs, Ledger: h.Ledger, Clock: h.Clock, Log: h.Log, Incident: record},
	}
}
