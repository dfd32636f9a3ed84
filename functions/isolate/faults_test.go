package isolate_test

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/functions/isolate"
	"github.com/ec2-quarantine/quarantine/internal/lab/estate"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// scenes are isolations that differ in what there is to do.
var scenes = []struct {
	name, instance string
	before         string // an instance that was isolated before
}{
	{"one subnet", "i-web", ""},
	{"two subnets", "i-pair", ""},
	{"two VPCs", "i-wide", ""},
	{"a subnet under quarantine", "i-peer", "i-web"},
	{"one of two subnets under quarantine", "i-pair", "i-web"},
}

// moment is a scene at one of the calls that it makes if nothing disturbs it.
type moment struct {
	world
	instance string
	in       isolate.Request
	index    int
	call     estate.Call
	state    []string               // what the undisturbed scene leaves behind
	claim    quarantine.Containment // and what it claims
}

// everyCall runs fn for every call of every scene, with the world as it is before.
func everyCall(t *testing.T, fn func(t *testing.T, m moment)) {
	for _, s := range scenes {
		prepared := func(t *testing.T) world {
			w := newWorld(t)
			if s.before != "" {
				w.isolate(t, s.before)
			}
			return w
		}
		calm := prepared(t)
		first := len(calm.Calls(0))
		claim := calm.isolate(t, s.instance)
		state := calm.State()
		for i, c := range calm.Calls(first) {
			t.Run(fmt.Sprintf("%s/%02d %s", s.name, i+1, c.Text), func(t *testing.T) {
				t.Parallel()
				w := prepared(t)
				fn(t, moment{w, s.instance, w.Isolation(s.instance), i, c, state, claim})
			})
		}
	}
}

// completes wants a retry to end as if nothing had been disturbed.
func (m moment) completes(t *testing.T) {
	t.Helper()
	same(t, "the claim after the retry", anyAssociation(m.claim), anyAssociation(m.isolate(t, m.instance)))
	want, got := withoutNumbers(m.state), withoutNumbers(m.State())
	if m.call.Operation == "CreateNetworkAcl" || m.call.Operation == "ReplaceNetworkAclAssociation" {
		// An attempt that ended between making an ACL and putting that on record: the ACL is
		// used, and no release removes it (I14).
		want, got = withoutMade(want), withoutMade(got)
	}
	same(t, "what the retry leaves behind", want, got)
}

// association is the name of one that is not a subnet's first.
var association = regexp.MustCompile(`(subnet-[a-z])/([2-9]|[1-9][0-9]+)`)

// withoutNumbers does not tell one association of a subnet from another, except the first: a
// retry replaces one that is on nobody's record by one of the same ACL, to learn whether it stands.
func withoutNumbers(state []string) (out []string) {
	for _, item := range state {
		out = append(out, association.ReplaceAllString(item, "$1/n"))
	}
	return out
}

// anyAssociation is the claim without these numbers.
func anyAssociation(claim quarantine.Containment) quarantine.Containment {
	claim.Subnets = slices.Clone(claim.Subnets)
	for i, q := range claim.Subnets {
		claim.Subnets[i].AfterVersion = association.ReplaceAllString(q.AfterVersion, "$1/n")
	}
	return claim
}

func withoutMade(state []string) []string {
	return slices.DeleteFunc(slices.Clone(state), func(item string) bool { return strings.Contains(item, `"sk":{"S":"MADE"}`) })
}

// isRepeated tells whether the call puts on record that an ACL was made, or was put on a
// subnet: the one is done again after the cut, and the other is on record with the read-back.
func (m moment) isRepeated() bool {
	return strings.HasPrefix(m.call.Text, "UpdateItem MADE") || strings.HasSuffix(m.call.Text, " put")
}

// "Any step can be repeated, at any moment, and the outcome is the same."
func TestAFaultAtEveryCallInTurnThenARetry(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault   estate.Fault
		failure string
	}{
		"throttled":                        {estate.Fault{Kind: estate.Throttle}, quarantine.Throttled},
		"answer lost after it took effect": {estate.Fault{Kind: estate.TimeoutAfter}, quarantine.Unavailable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			everyCall(t, func(t *testing.T, m moment) {
				f := c.fault
				f.Skip = m.index
				m.Inject("", f)
				done, err := m.handle(m.in)
				if m.isRepeated() {
					estate.WantName(t, err, "")
					same(t, "the claim", m.claim, done)
					same(t, "what is left behind", m.state, m.State())
					return
				}
				estate.WantName(t, err, c.failure)
				same(t, "what is claimed", quarantine.Containment{}, done)
				m.completes(t)
			})
		})
	}
}

// What does not pass ends the isolation under its name, with the adapter's
// words: those name the missing action. Once mended, the next finding's
// isolation completes.
func TestADenialAtEveryCallInTurn(t *testing.T) {
	t.Parallel()
	everyCall(t, func(t *testing.T, m moment) {
		m.Inject("", estate.Fault{Kind: estate.Deny, Skip: m.index})
		done, err := m.handle(m.in)
		// IAM has no action for a transaction: what it is made of is denied.
		action := m.call.Service + ":" + strings.Replace(m.call.Operation, "TransactWriteItems", "UpdateItem", 1)
		if m.isRepeated() {
			if err != nil {
				t.Fatal(err)
			}
			same(t, "warnings", nil, done.Warnings)
			return
		}
		if strings.HasSuffix(m.call.Text, " verified") || m.call.Operation == "PutItem" {
			if err != nil {
				t.Fatal(err)
			}
			if len(done.Warnings) != 1 || !strings.HasPrefix(done.Warnings[0], "the cut is in effect, but: ") || !strings.Contains(done.Warnings[0], action) {
				t.Errorf("warnings %q", done.Warnings)
			}
			return
		}
		estate.WantName(t, err, quarantine.AccessDenied)
		estate.WantSays(t, err, action)
		same(t, "marked", false, m.contained(m.instance))
		m.completes(t)
	})
}

// I3: no write-ahead, no replacement; but one subnet's trouble does not keep
// the others open.
func TestAFailedWriteAheadKeepsOnlyItsOwnSubnetOpen(t *testing.T) {
	t.Parallel()
	for _, name := range []string{quarantine.Throttled, quarantine.AccessDenied} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.Inject("write HOLD subnet-a", failing[name])
			_, err := w.handle(w.Isolation("i-pair"))
			estate.WantName(t, err, name)
			same(t, "what subnet-a is under", "acl-main", w.Under()["subnet-a"])
			same(t, "what subnet-c is under", "acl-q1", w.Under()["subnet-c"])
			same(t, "marked", false, w.contained("i-pair"))
		})
	}
}

// What is cut all the same is read back, put on record and said; the record of what
// is not shows no cut.
func TestAPartialCutIsReadBackAndSaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Inject("ReplaceNetworkAclAssociation subnet-c", failing[quarantine.AccessDenied])
	_, err := w.handle(w.Isolation("i-pair"))
	estate.WantName(t, err, quarantine.AccessDenied)
	estate.WantSays(t, err, "ReplaceNetworkAclAssociation")
	estate.WantSays(t, err, "read back after the failure: subnet-a cut off under acl-q1, subnet-c not cut off (under acl-own). The failure: EC2 denied")
	cut, open := w.Record("subnet-a"), w.Record("subnet-c")
	if cut.After != "acl-q1" || cut.AfterVersion != "subnet-a/2" || !cut.VerifiedAt.Equal(noon) || cut.Before != "acl-main" {
		t.Errorf("of the subnet that is cut off, %+v is on record", cut)
	}
	if open.After != "" || !open.VerifiedAt.IsZero() || open.Before != "acl-own" {
		t.Errorf("of the subnet that is open, %+v is on record", open)
	}
	same(t, "marked", false, w.contained("i-pair"))
}

// The process stops after the first cut, and the next attempt cannot cut the rest.
func TestWhatAnEarlierAttemptHasCutIsReadBackToo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Inject("ReplaceNetworkAclAssociation subnet-c", estate.Fault{Kind: estate.Deny, Times: 9})
	unreadable := failing[quarantine.Throttled]
	unreadable.Skip = 1
	w.Inject("DescribeNetworkAcls", unreadable)
	if _, err := w.handle(w.Isolation("i-pair")); err == nil || !w.Record("subnet-a").VerifiedAt.IsZero() {
		t.Fatalf("the first attempt has it on record already: %v", err)
	}
	_, err := w.handle(w.Isolation("i-pair"))
	estate.WantName(t, err, quarantine.AccessDenied)
	estate.WantSays(t, err, "subnet-a cut off under acl-q1")
	if cut := w.Record("subnet-a"); cut.VerifiedAt.IsZero() || cut.After != "acl-q1" {
		t.Errorf("of the subnet that is cut off, %+v is on record", cut)
	}
}

// Where nothing was changed, and where EC2 cannot be read, the failure is told as it is.
func TestAFailureIsToldThoughItCannotBeReadBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Inject("ReplaceNetworkAclAssociation subnet-c", failing[quarantine.AccessDenied])
	unreadable := failing[quarantine.Throttled]
	unreadable.Skip = 1
	w.Inject("DescribeNetworkAcls", unreadable)
	_, err := w.handle(w.Isolation("i-pair"))
	estate.WantName(t, err, quarantine.AccessDenied)
	if strings.Contains(err.Error(), "read back") {
		t.Errorf("says what was not read: %v", err)
	}
	w = newWorld(t)
	w.Inject("ReplaceNetworkAclAssociation", estate.Fault{Kind: estate.Deny, Times: 2})
	_, err = w.handle(w.Isolation("i-pair"))
	estate.WantName(t, err, quarantine.AccessDenied)
	same(t, "looks at the ACLs", 1, w.Worked("DescribeNetworkAcls"))
}

func TestNothingIsReplacedWithoutAQuarantineACL(t *testing.T) {
	t.Parallel()
	for _, name := range []string{quarantine.QuotaReached, quarantine.AccessDenied, quarantine.Throttled} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			before := w.Under()
			w.Inject("CreateNetworkAcl", failing[name])
			_, err := w.handle(w.Isolation("i-pair"))
			estate.WantName(t, err, name)
			same(t, "what the subnets are under", before, w.Under())
		})
	}
}

// One VPC's trouble does not keep the others open, and of several troubles the
// one that a retry can mend names the whole.
func TestWhatPassesNamesTheWhole(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Inject("CreateNetworkAcl vpc-1", failing[quarantine.QuotaReached])
	w.Inject("ReplaceNetworkAclAssociation subnet-x", failing[quarantine.Throttled])
	_, err := w.handle(w.Isolation("i-wide"))
	estate.WantName(t, err, quarantine.Throttled)
	estate.WantSays(t, err, "quota")
	estate.WantSays(t, err, "throttled")

	w.Inject("CreateNetworkAcl vpc-1", failing[quarantine.QuotaReached])
	_, err = w.handle(w.Isolation("i-wide"))
	estate.WantName(t, err, quarantine.QuotaReached)
	same(t, "what subnet-b is under", "acl-main", w.Under()["subnet-b"])
	same(t, "what subnet-x is under", "acl-x1", w.Under()["subnet-x"])
}

// A permanent failure of one subnet does not end the starting over for another.
func TestContentionIsMendedBesideAPermanentFailure(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Inject("write HOLD subnet-a recorded", estate.Fault{Kind: estate.Deny, Times: 100})
	w.Before("ReplaceNetworkAclAssociation subnet-c", 0, w.swaps("subnet-c", "acl-main"))
	_, err := w.handle(w.Isolation("i-pair"))
	estate.WantName(t, err, quarantine.AccessDenied)
	same(t, "what subnet-a is under", "acl-main", w.Under()["subnet-a"])
	same(t, "what subnet-c is under", "acl-q1", w.Under()["subnet-c"])
}

// An invocation that is out of time stops, wherever it is, and claims nothing.
func TestACancelledInvocationClaimsNothing(t *testing.T) {
	t.Parallel()
	everyCall(t, func(t *testing.T, m moment) {
		ctx, cancel := context.WithCancel(t.Context())
		m.Before("", m.index, cancel)
		done, err := m.Isolate(ctx, m.in)
		if !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		same(t, "what is claimed", quarantine.Containment{}, done)
		m.completes(t)
	})
}
