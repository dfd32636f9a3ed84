package uninstall_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/simtime"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/local/wiring"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/uninstall"
)

// memory is a deployment whose incidents, ACLs and snapshots are those of an
// account in memory; the rest is the world's.
type memory struct {
	*world
	t       *testing.T
	clock   *simtime.Scheduler
	account *account.Account
	system  *wiring.System
	fleet   *ec2.Client
}

func newMemory(t *testing.T) *memory {
	t.Helper()
	m := &memory{world: newWorld(), t: t, clock: simtime.New(noon)}
	var err error
	if m.account, _, err = simulate.DemoAccount(account.Options{Clock: m.clock, SnapshotTime: time.Minute}); err != nil {
		t.Fatal(err)
	}
	m.account.AddTable(table, "pk", "sk")
	m.fleet = ec2.New(m.account.EC2())
	m.system, err = wiring.New(wiring.Clients{EC2: m.account.EC2(), DynamoDB: m.account.DynamoDB(), STS: m.account.STS(), Channels: []quarantine.Channel{nobody{}}},
		wiring.Options{AccountID: m.account.ID(), Region: m.account.Region(), Table: table, Policy: triage.DefaultPolicy(), Clock: m.clock, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// contain has the deployed definition contain the demo's instance.
func (m *memory) contain(ctx context.Context) {
	events, err := simulate.Demo()
	if err != nil {
		m.t.Fatal(err)
	}
	m.execute(ctx, wiring.Name, "first", events[0].Body)
}

// execute runs a definition to its end.
func (m *memory) execute(ctx context.Context, machine, name string, input json.RawMessage) {
	running, err := m.system.Start(ctx, machine, name, input)
	if err == nil {
		_, err = m.system.Wait(ctx)
	}
	if err != nil || running.Result.Status != history.StatusSucceeded {
		m.t.Errorf("%s: %v, %+v", machine, err, running)
	}
}

// Release runs the release's definition.
func (m *memory) Release(ctx context.Context, in ledger.Summary, _, reason string) error {
	input, err := json.Marshal(map[string]string{"incident": in.ID, "reason": reason, "by": "a person"})
	m.execute(ctx, wiring.Release, "release-"+in.ID, input)
	return err
}

// uninstaller is over the account for everything that is in it.
func (m *memory) uninstaller(o uninstall.Options) *uninstall.Uninstaller {
	u := over(m.world, o)
	u.ACLs, u.Releaser = m.fleet, m
	u.Clock = m.clock
	u.Ledger = func(name string) uninstall.IncidentLedger { return ledger.New(m.account.DynamoDB(), name) }
	u.Evidence = func(string) uninstall.Evidence { return m }
	return u
}

// OnRecord gives the ids in the latest list on record.
func (m *memory) OnRecord(ctx context.Context, incident string) (out []string, err error) {
	body, err := ledger.New(m.account.DynamoDB(), table).Body(ctx, incident, "snapshots-final")
	var all []quarantine.Snapshot
	if err == nil {
		err = json.Unmarshal(body, &all)
	}
	for _, s := range all {
		out = append(out, s.ID)
	}
	return out, err
}

func (m *memory) Tagged(ctx context.Context, incident string) ([]quarantine.Snapshot, error) {
	return m.fleet.Snapshots(ctx, quarantine.TagIncident, incident)
}

// nobody takes every message.
type nobody struct{}

func (nobody) Name() string                                   { return "nobody" }
func (nobody) Send(context.Context, quarantine.Message) error { return nil }

// acls gives the ids of the ACLs by the subnets under them; those that nothing
// uses are under "".
func (m *memory) acls(ctx context.Context) map[string]quarantine.NetworkACL {
	all, err := m.fleet.NetworkACLs(ctx, "vpc-0c0ffee0123456789")
	if err != nil {
		m.t.Error(err)
	}
	out := map[string]quarantine.NetworkACL{}
	for _, a := range all {
		for _, s := range a.Associations {
			out[s.SubnetID] = a
		}
		if len(a.Associations) == 0 {
			out[""] = a
		}
	}
	return out
}

const webSubnet = "subnet-0c0ffee0123456789"

func TestOnAnAccountInMemoryWhatStoodThereStandsThereAgain(t *testing.T) {
	t.Parallel()
	m := newMemory(t)
	m.clock.Run(func() {
		ctx := t.Context()
		before := m.acls(ctx)[webSubnet].ID
		m.contain(ctx)
		if !m.acls(ctx)[webSubnet].Quarantines() {
			t.Error("nothing was cut: this tests nothing")
		}
		u := m.uninstaller(uninstall.Options{ReleaseAll: true, Reason: "away"})
		plan, err := u.Look(ctx)
		if err != nil || len(plan.Open) != 1 || len(plan.ACLs.Standing) != 1 || plan.ACLs.Standing[0].Original != before {
			t.Errorf("looked and found %+v, %v", plan, err)
			return
		}
		r, err := u.Run(ctx, plan)
		if err != nil {
			t.Error(err)
		}
		now := m.acls(ctx)
		if _, unused := now[""]; now[webSubnet].ID != before || unused {
			t.Errorf("now %+v, before %s", now, before)
		}
		if len(r.Left.Snapshots.OnRecord) != 2 || r.Left.Snapshots.GiB != 28 || len(r.Left.Subnets) != 0 {
			t.Errorf("left %+v", r.Left)
		}
	})
}

// Somebody has changed the subnet by hand, and has put the quarantine ACL on
// another one: neither is forced.
func TestOnAnAccountInMemoryWhatOthersChangedIsLeft(t *testing.T) {
	t.Parallel()
	m := newMemory(t)
	m.clock.Run(func() {
		ctx := t.Context()
		m.contain(ctx)
		ours := m.acls(ctx)[webSubnet].ID
		theirs := m.account.AddACL(account.ACL{VPC: "vpc-0c0ffee0123456789"})
		m.account.SwapACL(webSubnet, theirs)
		m.account.SwapACL("subnet-0decaf00123456789", ours)
		u := m.uninstaller(uninstall.Options{ReleaseAll: true, Reason: "away"})
		plan, err := u.Look(ctx)
		if err != nil {
			t.Error(err)
			return
		}
		r, err := u.Run(ctx, plan)
		if cut, ok := errors.AsType[*uninstall.CutOffError](err); !ok || len(cut.Subnets) != 1 {
			t.Error(err)
		}
		now := m.acls(ctx)
		if now[webSubnet].ID != theirs || now["subnet-0decaf00123456789"].ID != ours {
			t.Errorf("something was forced: %+v", now)
		}
		if len(r.Left.Drifted) != 1 || r.Left.Drifted[0].SubnetID != webSubnet {
			t.Errorf("drifted %+v", r.Left.Drifted)
		}
		if len(r.Left.Subnets) != 1 || r.Left.Subnets[0].ACL != ours {
			t.Errorf("under quarantine %+v", r.Left.Subnets)
		}
		if !strings.Contains(strings.Join(m.said, "\n"), webSubnet+": drifted") {
			t.Errorf("said %q", m.said)
		}
	})
}
