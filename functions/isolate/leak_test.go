package isolate_test

import (
	"fmt"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/lab/estate"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// leaking is a world in which subnet-a was cut off for i-web, and somebody has opened the ACL
// since and taken its tags away.
func leaking(t *testing.T) world {
	t.Helper()
	w := newWorld(t)
	w.isolate(t, "i-web")
	w.Untag(t, "acl-q1", quarantine.TagProduct)
	w.Open("acl-q1")
	return w
}

// I8: what is on record outlives a quarantine that somebody opens. The ACL that
// leaks is replaced, and is nobody's original.
func TestAQuarantineThatLeaksIsNotTheOriginal(t *testing.T) {
	t.Parallel()
	w := leaking(t)
	first := len(w.Calls(0))
	done := w.isolate(t, "i-peer")
	same(t, "calls", []string{
		"DescribeInstances i-peer", "DescribeNetworkAcls vpc-1",
		"write HOLD subnet-a recorded", "CreateNetworkAcl vpc-1", "UpdateItem MADE acl-q2",
		"DescribeNetworkAcls vpc-1",
		"write HOLD subnet-a superseded",
		"ReplaceNetworkAclAssociation subnet-a/2 acl-q2",
		"DescribeNetworkAcls vpc-1", "DescribeInstances i-peer", "write HOLD subnet-a put",
		"write HOLD subnet-a verified", "PutItem EVENT#contained#run-i-peer inc-peer",
		"UpdateItem INCIDENT inc-peer", "UpdateItem LOCK i-peer",
	}, w.Texts(first))
	want := quarantined("subnet-a", "acl-main", "inc-peer", "inc-web")
	want.BeforeVersion, want.After, want.AfterVersion = "subnet-a/2", "acl-q2", "subnet-a/3"
	same(t, "the subnets claimed", []quarantine.Quarantine{want}, done.Subnets)
	same(t, "the record", want, w.Record("subnet-a"))
	same(t, "warnings", nil, done.Warnings)
}

// Wherever that isolation is interrupted. A fault beside a write-ahead that is
// repeated anyway may be made up for at once.
func TestTheOriginalOutlivesLeaksAndFaults(t *testing.T) {
	t.Parallel()
	calm := leaking(t)
	first := len(calm.Calls(0))
	claim := calm.isolate(t, "i-peer")
	for i, call := range calm.Texts(first) {
		for _, kind := range []estate.Fault{{Kind: estate.ServerError}, {Kind: estate.TimeoutAfter}} {
			t.Run(fmt.Sprintf("%02d %s fault %d", i+1, call, kind.Kind), func(t *testing.T) {
				t.Parallel()
				w := leaking(t)
				kind.Skip = i
				w.Inject("", kind)
				if _, err := w.handle(w.Isolation("i-peer")); err != nil {
					estate.WantName(t, err, quarantine.Unavailable)
				}
				again := w.isolate(t, "i-peer")
				same(t, "the originals told", claim.Subnets[0].Before, again.Subnets[0].Before)
				same(t, "the original on record", "acl-main", w.Record("subnet-a").Before)
			})
		}
	}
}
