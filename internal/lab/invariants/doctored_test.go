package invariants_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsec2 "github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/invariants"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/local/wiring"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/statemachine/state"
)

// The demo's instance, its subnet, and a subnet of another instance.
const (
	instance = "i-0c0ffee0123456789"
	subnet   = "subnet-0c0ffee0123456789"
	other    = "subnet-0decaf00123456789"
)

// released is a run of the demo in which a person approves the release. It involves every
// invariant.
func released(t *testing.T) (*simulate.Report, invariants.World) {
	t.Helper()
	events, err := simulate.Demo()
	if err != nil {
		t.Fatal(err)
	}
	locking, err := triage.ParsePolicy([]byte("version: 1\nevidence: {lockDays: 30}"))
	if err != nil {
		t.Fatal(err)
	}
	r, err := simulate.Run(t.Context(), simulate.Options{
		Events: events[:2], Account: simulate.DemoAccount, Policy: locking, Machine: wiring.Approval,
		Person: simulate.Answer(true), Start: time.Date(2026, 1, 15, 10, 0, 0, 0, time.UTC), Record: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	return r, invariants.World{Accused: map[string][]string{instance: {subnet}}, Answer: invariants.Yes, Secrets: []string{"hooks.slack.invalid"}}
}

func TestACorrectRunViolatesNoInvariant(t *testing.T) {
	t.Parallel()
	r, w := released(t)
	for _, v := range invariants.Check(r, w) {
		t.Error(v)
	}
	if got := operations(r); got["ReplaceNetworkAclAssociation"] != 2 || got["CreateSnapshots"] != 1 || got["LockSnapshot"] == 0 || len(r.Changes) != 2 {
		t.Fatalf("the run lacks a cut, a release, evidence or its locks: %v", got)
	}
}

func operations(r *simulate.Report) map[string]int {
	n := map[string]int{}
	for _, c := range r.Calls {
		if c.Applied {
			n[c.Operation]++
		}
	}
	return n
}

// each modifies the calls of an operation.
func each(r *simulate.Report, operation, function string, do func(i int, c *simulate.Call)) {
	n := 0
	for i := range r.Calls {
		if c := &r.Calls[i]; c.Operation == operation && (function == "" || c.Function == function) && c.Effect != nil {
			do(n, c)
			n++
		}
	}
}

// items modifies the items that were written with a sort key that begins with sk.
func items(r *simulate.Report, sk string, do func(i int, c *simulate.Call, item map[string]any)) {
	n := 0
	for i := range r.Calls {
		c := &r.Calls[i]
		if c.Effect == nil {
			continue
		}
		for _, item := range c.Effect.Items {
			if strings.HasPrefix(attribute(item, "sk"), sk) {
				do(n, c, item)
				n++
			}
		}
	}
}

// left modifies the ledger's final items with a sort key that begins with sk.
func left(r *simulate.Report, sk string, do func(item map[string]any)) {
	for _, i := range r.Ledger {
		if item := i.(map[string]any); strings.HasPrefix(attribute(item, "sk"), sk) {
			do(item)
		}
	}
}

func attribute(item map[string]any, name string) string {
	typed, _ := item[name].(map[string]any)
	s, _ := typed["S"].(string)
	return s
}

func text(s string) map[string]any { return map[string]any{"S": s} }

// sawEverything has the looks end without anything that they could not see.
func sawEverything(r *simulate.Report) {
	items(r, "WATCH", func(n int, _ *simulate.Call, item map[string]any) {
		if n > 0 {
			delete(item, "unseen")
		}
	})
}

// execution returns the first execution of a machine that ended in that state.
func execution(r *simulate.Report, machine, last string) *history.Execution {
	i := slices.IndexFunc(r.Executions, func(e history.Execution) bool { return e.Machine == machine && e.Path[len(e.Path)-1] == last })
	return &r.Executions[i]
}

// doctored are modified runs, each with the invariant that it violates.
var doctored = []struct {
	invariant, name string
	doctor          func(*simulate.Report, *invariants.World)
}{
	{"I13", "a look that has seen everything, and has not read the subnet", func(r *simulate.Report, _ *invariants.World) {
		sawEverything(r)
		each(r, "DescribeNetworkAcls", "watch", func(_ int, c *simulate.Call) { c.Error = "Unavailable" })
	}},
	{"I13", "a look that has seen everything, and has read the subnet open", func(r *simulate.Report, _ *invariants.World) {
		sawEverything(r)
		var before *simulate.Call
		each(r, "DescribeNetworkAcls", "isolate", func(n int, c *simulate.Call) {
			if n == 0 {
				before = c
			}
		})
		each(r, "DescribeNetworkAcls", "watch", func(_ int, c *simulate.Call) { c.Effect.Answer = before.Effect.Answer })
	}},
	{"I14", "a deleted ACL that is not on record as made", func(r *simulate.Report, _ *invariants.World) {
		items(r, "MADE", func(_ int, _ *simulate.Call, item map[string]any) { item["id"] = text("acl-another") })
	}},
	{"I14", "a quarantine ACL as what stood there before", func(r *simulate.Report, _ *invariants.World) {
		var made string
		items(r, "MADE", func(_ int, _ *simulate.Call, item map[string]any) { made = attribute(item, "id") })
		items(r, "HOLD", func(n int, _ *simulate.Call, item map[string]any) {
			if n > 0 && attribute(item, "before_acl") != "" {
				item["before_acl"] = text(made)
			}
		})
	}},
	{"I1", "an execution that never ends", func(r *simulate.Report, _ *invariants.World) {
		execution(r, "quarantine", state.Contained).Status = history.StatusRunning
	}},
	{"I1", "an end that there is not", func(r *simulate.Report, _ *invariants.World) {
		e := execution(r, "quarantine", state.Joined)
		e.Path = append(e.Path, "Lost")
	}},
	{"I1", "nobody was told", func(r *simulate.Report, _ *invariants.World) {
		r.Sent = slices.DeleteFunc(r.Sent, func(s simulate.Sending) bool { return s.Kind == "contained" })
	}},
	{"I1", "a finding that joined nothing", func(r *simulate.Report, _ *invariants.World) {
		items(r, "LOCK", func(_ int, _ *simulate.Call, item map[string]any) { delete(item, "findings") })
	}},
	{"I1", "a release that nobody ran", func(r *simulate.Report, _ *invariants.World) {
		r.Executions = slices.DeleteFunc(r.Executions, func(e history.Execution) bool { return e.Machine == "quarantine-release" })
	}},
	{"I2", "another subnet is cut", func(r *simulate.Report, _ *invariants.World) { r.Changes[0].Subnet = other }},
	{"I2", "another subnet is under another ACL at the end", func(r *simulate.Report, _ *invariants.World) {
		r.Account.NetworkACLs = append(r.Account.NetworkACLs, map[string]any{"NetworkAclId": "acl-x", "Associations": []any{map[string]any{"SubnetId": other}}})
	}},
	{"I2", "an ACL of somebody else's is tagged", func(r *simulate.Report, _ *invariants.World) {
		each(r, "CreateNetworkAcl", "", func(_ int, c *simulate.Call) { c.Effect.Answer = struct{}{} })
	}},
	{"I3", "the write-ahead comes after the cut", func(r *simulate.Report, _ *invariants.World) {
		items(r, "HOLD", func(i int, c *simulate.Call, _ map[string]any) {
			if i == 0 {
				c.Effect.Order = r.Changes[0].Order + 1
			}
		})
	}},
	{"I3", "another association is on record", func(r *simulate.Report, _ *invariants.World) {
		items(r, "HOLD", func(_ int, _ *simulate.Call, item map[string]any) { item["before_association"] = text("aclassoc-x") })
	}},
	{"I3", "the record changes while the quarantine stands", func(r *simulate.Report, _ *invariants.World) {
		items(r, "HOLD", func(i int, _ *simulate.Call, item map[string]any) {
			if i == 1 {
				item["before_acl"] = text("acl-x")
			}
		})
	}},
	{"I4", "a subnet is cut twice", func(r *simulate.Report, _ *invariants.World) { r.Changes = slices.Insert(r.Changes, 1, r.Changes[0]) }},
	{"I4", "the lock of a contained instance is taken", func(r *simulate.Report, _ *invariants.World) {
		contained := 0
		items(r, "LOCK", func(_ int, _ *simulate.Call, item map[string]any) {
			if attribute(item, "status") == "contained" {
				if contained++; contained == 2 {
					item["status"] = text("isolating")
				}
			}
		})
	}},
	{"I4", "a second incident is opened for an instance", func(r *simulate.Report, _ *invariants.World) {
		items(r, "LOCK", func(i int, _ *simulate.Call, item map[string]any) {
			if i == 1 {
				item["incident"] = text("inc-x")
			}
		})
	}},
	{"I4", "two evidence sets", func(r *simulate.Report, _ *invariants.World) {
		each(r, "CreateSnapshots", "", func(_ int, c *simulate.Call) { r.Calls = append(r.Calls, *c) })
	}},
	{"I5", "nothing was read back", func(r *simulate.Report, _ *invariants.World) {
		each(r, "DescribeNetworkAcls", "isolate", func(i int, c *simulate.Call) {
			if i > 0 {
				c.Effect = nil
			}
		})
	}},
	{"I5", "the read-back came before the cut", func(r *simulate.Report, _ *invariants.World) {
		each(r, "DescribeNetworkAcls", "isolate", func(_ int, c *simulate.Call) { c.Effect.Order = r.Changes[0].Order - 1 })
	}},
	{"I6", "a lock that stays isolating", func(r *simulate.Report, _ *invariants.World) {
		left(r, "LOCK", func(item map[string]any) { item["status"] = text("isolating") })
	}},
	{"I6", "a failure that nobody hears of", func(r *simulate.Report, _ *invariants.World) {
		e := execution(r, "quarantine", state.Contained)
		e.Path, e.Status = []string{state.Triage, state.Decide, state.AcquireLock, state.Isolate, state.MarkFailed, state.ContainmentFailed}, history.StatusFailed
	}},
	{"I6", "the next finding does not contain", func(_ *simulate.Report, w *invariants.World) { w.Mended = []string{"nobody"} }},
	{"I7", "the news waits for the evidence", func(r *simulate.Report, _ *invariants.World) {
		for _, h := range execution(r, "quarantine", state.Contained).History {
			if h.StateEntered != nil && h.StateEntered.Name == state.TellContained {
				h.StateEntered.Name = "Elsewhere"
			}
			if h.StateEntered != nil && h.StateEntered.Name == state.CheckEvidence {
				h.StateEntered.Name = state.TellContained
			}
		}
	}},
	{"I7", "a failed set of snapshots that counts as complete", func(r *simulate.Report, _ *invariants.World) {
		r.Account.Snapshots[0].(map[string]any)["State"] = "error"
	}},
	{"I7", "the cut is undone by who made it", func(r *simulate.Report, _ *invariants.World) {
		undone := r.Changes[1]
		undone.Call = r.Changes[0].Call
		r.Changes = append(r.Changes, undone)
	}},
	{"I8", "what somebody else has put there is replaced", func(r *simulate.Report, _ *invariants.World) { r.Changes[1].From = account.ACLState{ID: "acl-x"} }},
	{"I8", "another ACL than the recorded one is put back", func(r *simulate.Report, _ *invariants.World) { r.Changes[1].To = account.ACLState{ID: "acl-x"} }},
	{"I8", "what another incident holds is released", func(r *simulate.Report, _ *invariants.World) {
		items(r, "HOLD", func(_ int, _ *simulate.Call, item map[string]any) {
			item["holders"] = map[string]any{"SS": []string{"inc-x"}}
		})
	}},
	{"I6", "an incident that holds a subnet is closed as that of a gone instance", func(r *simulate.Report, _ *invariants.World) {
		items(r, "INCIDENT", func(_ int, _ *simulate.Call, item map[string]any) {
			if release, ok := item["release"].(map[string]any); ok {
				release["M"].(map[string]any)["reason"] = text(quarantine.GoneUncut)
			}
		})
	}},
	{"I8", "an attribute that was put back stays changed", func(r *simulate.Report, _ *invariants.World) {
		r.Account.Attributes[instance]["stop"] = "true"
	}},
	{"I8", "an attribute stays changed, and another measure holds the instance", func(r *simulate.Report, _ *invariants.World) {
		r.Account.Attributes[instance]["stop"] = "true"
		r.Ledger = append(r.Ledger, metadataHold())
	}},
	{"I5", "an attribute is not as the read-back on record says", func(r *simulate.Report, _ *invariants.World) {
		r.Ledger = append(r.Ledger, metadataHold())
	}},
	{"I8", "a release that is said and not done", func(r *simulate.Report, _ *invariants.World) { r.Changes = r.Changes[:1] }},
	{"I8", "subnets that are said to be given back, and the lock does not say so", func(r *simulate.Report, _ *invariants.World) {
		e := execution(r, "quarantine-release", state.Released)
		e.Path[len(e.Path)-1] = state.Narrowed
	}},
	{"I12", "a narrowed incident of which no security group holds the instance", func(r *simulate.Report, _ *invariants.World) {
		left(r, "LOCK", func(item map[string]any) {
			item["status"], item["narrowedAt"] = text("contained"), text("2026-01-15T09:45:00.000Z")
		})
	}},
	{"I9", "a snapshot is deleted", func(r *simulate.Report, _ *invariants.World) {
		r.Calls = append(r.Calls, simulate.Call{Service: "ec2", Operation: "DeleteSnapshot"})
	}},
	{"I9", "a snapshot is unlocked", func(r *simulate.Report, _ *invariants.World) {
		r.Calls = append(r.Calls, simulate.Call{Service: "ec2", Operation: "UnlockSnapshot"})
	}},
	{"I9", "a lock is on record that does not stand", func(r *simulate.Report, _ *invariants.World) { clear(r.Account.SnapshotLocks) }},
	{"I2", "a stranger's snapshot is locked", func(r *simulate.Report, _ *invariants.World) {
		each(r, "LockSnapshot", "", func(_ int, c *simulate.Call) {
			c.Input = &awsec2.LockSnapshotInput{SnapshotId: aws.String("snap-0123456789abcdef0")}
		})
	}},
	{"I9", "a snapshot is gone", func(r *simulate.Report, _ *invariants.World) { r.Account.Snapshots = r.Account.Snapshots[1:] }},
	{"I9", "an artifact changes", func(r *simulate.Report, _ *invariants.World) {
		left(r, "EVIDENCE#", func(item map[string]any) { item["sha256"] = text("0") })
	}},
	{"I9", "a transaction writes the lock and deletes an artifact", func(r *simulate.Report, _ *invariants.World) {
		var artifact map[string]any
		items(r, "EVIDENCE#", func(_ int, _ *simulate.Call, item map[string]any) {
			artifact = map[string]any{"pk": item["pk"], "sk": item["sk"]}
		})
		last := &r.Calls[len(r.Calls)-1]
		items(r, "LOCK", func(_ int, c *simulate.Call, _ map[string]any) { last = c })
		last.Effect.Items = append(last.Effect.Items, artifact)
	}},
	{"I10", "nobody stands behind the decision", func(r *simulate.Report, _ *invariants.World) {
		items(r, "REQUEST", func(_ int, _ *simulate.Call, item map[string]any) {
			if d, ok := item["decision"].(map[string]any); ok {
				d["M"].(map[string]any)["by"] = text("")
			}
		})
	}},
	{"I10", "silence releases", func(_ *simulate.Report, w *invariants.World) { w.Answer = invariants.Silence }},
	{"I10", "one approval is used twice", func(r *simulate.Report, _ *invariants.World) {
		again := *execution(r, "quarantine-release", state.Released)
		again.Name = "again"
		r.Executions = append(r.Executions, again)
	}},
	{"I10", "a decision is taken back", func(r *simulate.Report, _ *invariants.World) {
		n := 0
		items(r, "REQUEST", func(int, *simulate.Call, map[string]any) { n++ })
		items(r, "REQUEST", func(i int, _ *simulate.Call, item map[string]any) {
			if i == n-1 {
				item["status"] = text("pending")
			}
		})
	}},
	{"I11", "a task token in the log", func(r *simulate.Report, _ *invariants.World) {
		items(r, "TOKEN", func(_ int, _ *simulate.Call, item map[string]any) { r.Log += attribute(item, "token") })
	}},
	{"I11", "the webhook's address in an error", func(r *simulate.Report, _ *invariants.World) {
		r.Executions[0].Cause = `Post "https://hooks.slack.invalid/services/simulated": EOF`
	}},
}

// metadataHold is on record that the instance's metadata service is off, as read back.
func metadataHold() map[string]any {
	one := func(s string) map[string]any { return map[string]any{"SS": []string{s}} }
	return map[string]any{
		"pk": text("HOLD#metadata#111122223333#eu-west-1#" + instance), "sk": text("HOLD"), "holders": one("inc-x"),
		"puts_endpoint": one("disabled"), "after_endpoint": text("disabled"), "verifiedAt": text("2026-01-15T10:00:00Z"),
	}
}

func TestEveryViolationIsReportedByItsName(t *testing.T) {
	t.Parallel()
	covered := map[string]bool{}
	for _, d := range doctored {
		covered[d.invariant] = true
		t.Run(d.invariant+" "+d.name, func(t *testing.T) {
			t.Parallel()
			r, w := released(t)
			d.doctor(r, &w)
			found := invariants.Check(r, w)
			if !slices.ContainsFunc(found, func(v invariants.Violation) bool { return v.Invariant == d.invariant }) {
				t.Errorf("not reported; found %v", found)
			}
		})
	}
	if len(covered) != 14 {
		t.Errorf("%d invariants have a doctored run, want 14", len(covered))
	}
}

// Without records to check, the checker must not report that all is well.
func TestARunThatWasNotRecordedIsAViolation(t *testing.T) {
	t.Parallel()
	events, err := simulate.Demo()
	if err != nil {
		t.Fatal(err)
	}
	r, err := simulate.Run(context.Background(), simulate.Options{
		Events: events[:1], Account: simulate.DemoAccount, Policy: triage.DefaultPolicy(), Start: time.Date(2026, 1, 15, 10, 0, 0, 0, time.UTC),
	})
	if err != nil {
		t.Fatal(err)
	}
	if found := invariants.Check(r, invariants.World{Accused: map[string][]string{instance: {subnet}}}); len(found) == 0 {
		t.Error("a report without its records has no violation")
	}
}
