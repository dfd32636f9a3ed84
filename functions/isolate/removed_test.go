package isolate_test

import (
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/lab/estate"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// EC2 goes on answering a client token with the ACL that it made, removed or not. Each
// round of an isolation tries another token, and with the next hour all of them are new:
// else a VPC whose quarantine ACL is removed unused again and again could not be cut any more.
func TestAnACLThatWasRemovedUnusedIsMadeAnewInTheNextHour(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Inject("ReplaceNetworkAclAssociation", estate.Fault{Kind: estate.Deny})
	_, err := w.handle(w.Isolation("i-web"))
	estate.WantName(t, err, quarantine.AccessDenied)
	w.Remove("acl-q1")

	w.Pass(time.Hour)
	first := w.Worked("CreateNetworkAcl")
	w.isolate(t, "i-web")
	same(t, "requests for an ACL", 1, w.Worked("CreateNetworkAcl")-first)
	same(t, "what subnet-a is under", "acl-q2", w.Under()["subnet-a"])
}
