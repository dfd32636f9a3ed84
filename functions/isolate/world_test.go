package isolate

import (
	"log/slog"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/quarantine/clocktest"
)

const (
	account = "111122223333"
	region  = "eu-central-1"
)

// noon is when everything happens.
var noon = time.Date(2026, 11, 2, 12, 0, 7, 0, time.UTC)

// lies tells which subnets each instance has interfaces in.
var lies = map[string][]string{
	"i-web": {"subnet-a"}, "i-peer": {"subnet-a"}, "i-db": {"subnet-b"},
	"i-pair": {"subnet-a", "subnet-c"}, "i-wide": {"subnet-b", "subnet-x"}, "i-bare": nil,
}

// newWorld is two VPCs and the instances in them:
//
//	vpc-1  acl-main (default)  subnet-a  i-web, i-peer, i-pair
//	                           subnet-b  i-db, i-wide
//	       acl-own             subnet-c  i-pair
//	vpc-2  acl-other (default) subnet-x  i-wide
//
// Every instance is locked for its incident.
func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{
		instances: map[string]quarantine.Instance{}, asked: map[string]bool{}, changes: map[string]int{},
		records: map[string]quarantine.Quarantine{}, locks: map[string]lock{},
		marked: map[string]quarantine.Containment{}, events: map[string]quarantine.Event{}, counted: map[string][]string{}, cutting: map[string][]string{},
		vpcs: []*vpc{
			{id: "vpc-1", tokens: map[string]token{}, unread: map[string]bool{}},
			{id: "vpc-2", tokens: map[string]token{}, unread: map[string]bool{}},
		},
	}
	w.add("vpc-1", "acl-main", nil, "subnet-a", "subnet-b").Default = true
	w.add("vpc-1", "acl-own", nil, "subnet-c")
	w.add("vpc-2", "acl-other", nil, "subnet-x").Default = true
	for id, subnets := range lies {
		i := quarantine.Instance{ID: id, AccountID: account, State: "running", Tags: map[string]string{"Name": id}}
		for _, s := range subnets {
			i.Interfaces = append(i.Interfaces, quarantine.Interface{ID: "eni-" + id + "-" + s, VPCID: w.home(s), SubnetID: s})
		}
		w.instances[id] = i
		w.locks[id] = lock{owner: request(id).Claim.Owner, incident: request(id).Claim.Incident}
	}
	t.Cleanup(func() {
		for _, b := range w.broken {
			t.Error(b)
		}
	})
	return w
}

// add puts an ACL into a VPC, onto these subnets. It lets things pass.
func (w *world) add(vpcID, id string, tags map[string]string, subnets ...string) *quarantine.NetworkACL {
	a := &quarantine.NetworkACL{ID: id, VPCID: vpcID, Tags: tags, Allows: 2}
	v := w.vpc(vpcID)
	v.acls = append(v.acls, a)
	for _, s := range subnets {
		w.put(s, id)
	}
	return a
}

// addOurs is add for a quarantine ACL that cuts.
func (w *world) addOurs(vpcID, id string, subnets ...string) *quarantine.NetworkACL {
	a := w.add(vpcID, id, map[string]string{quarantine.TagProduct: quarantine.Product}, subnets...)
	a.Allows = 0
	return a
}

// home is the VPC that the subnet is in.
func (w *world) home(subnet string) string {
	for _, v := range w.vpcs {
		for _, a := range v.acls {
			if slices.ContainsFunc(a.Associations, func(s quarantine.Association) bool { return s.SubnetID == subnet }) {
				return v.id
			}
		}
	}
	return ""
}

// under is the ACL that every subnet is under.
func (w *world) under() map[string]string {
	out := map[string]string{}
	for _, v := range w.vpcs {
		for _, a := range v.acls {
			for _, s := range a.Associations {
				out[s.SubnetID] = a.ID
			}
		}
	}
	return out
}

// somebodyPuts is what an operator does by hand, at any moment.
func (w *world) somebodyPuts(subnet, acl string) func() {
	return func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.put(subnet, acl)
	}
}

// request is what the state machine asks for the instance; GuardDuty saw its first interface.
func request(instance string) Request {
	execution := quarantine.Execution{
		ID:   "arn:aws:states:" + region + ":" + account + ":execution:quarantine:run-" + instance,
		Name: "run-" + instance, StartedAt: noon.Add(-time.Second),
	}
	saw := quarantine.AccusedInterface{VPCID: "vpc-1", SubnetID: "subnet-old"}
	if len(lies[instance]) > 0 {
		saw.SubnetID = lies[instance][0]
	}
	return Request{
		Claim: quarantine.Claim{
			Incident: "inc-" + strings.TrimPrefix(instance, "i-"), Owner: execution.ID,
			Target: quarantine.Target{AccountID: account, Region: region, InstanceID: instance},
		},
		Finding: quarantine.Finding{
			ID: "finding-1", Type: "CryptoCurrency:EC2/BitcoinTool.B!DNS", AccountID: account, Region: region,
			Instances: []quarantine.AccusedInstance{
				{ID: "i-other", Interfaces: []quarantine.AccusedInterface{{VPCID: "vpc-7"}}},
				{ID: instance, Interfaces: []quarantine.AccusedInterface{saw}},
			},
		},
		Verdict:   quarantine.Verdict{Action: quarantine.ActionIsolate, Score: 85},
		Execution: execution,
	}
}

func (w *world) handler() *Handler {
	return &Handler{Instances: w, ACLs: w, Ledger: w, Meter: w.measure,
		Clock: clocktest.Clock{Time: clocktest.At(noon).Time, Concurrent: w.inTurn}, Log: slog.New(slog.DiscardHandler)}
}

// measure is the meter. Handlers can measure side by side.
func (w *world) measure(all ...quarantine.Measurement) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.measured = append(w.measured, all...)
}

// handle runs the handler once, from round 1 on.
func (w *world) handle(t *testing.T, in Request) (quarantine.Containment, error) {
	t.Helper()
	w.round = 0
	return w.handler().Handle(t.Context(), in)
}

// isolate is handle where nothing may go wrong.
func (w *world) isolate(t *testing.T, instance string) quarantine.Containment {
	t.Helper()
	done, err := w.handle(t, request(instance))
	if err != nil {
		t.Fatal(err)
	}
	return done
}

// state is all that an isolation leaves behind.
type state struct {
	ACLs    []quarantine.NetworkACL
	Records map[string]quarantine.Quarantine
	Marked  map[string]quarantine.Containment
	Events  map[string]quarantine.Event
}

func (w *world) state() state {
	s := state{Records: maps.Clone(w.records), Marked: maps.Clone(w.marked), Events: maps.Clone(w.events)}
	for _, v := range w.vpcs {
		for _, a := range v.acls {
			acl := clone(a)
			slices.SortFunc(acl.Associations, func(a, b quarantine.Association) int { return strings.Compare(a.ID, b.ID) })
			s.ACLs = append(s.ACLs, acl)
		}
	}
	return s
}

func same[T any](t *testing.T, what string, want, got T) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func wantName(t *testing.T, err error, name string) {
	t.Helper()
	if got := quarantine.NameOf(err); got != name {
		t.Errorf("got %q (%v), want %s", got, err, name)
	}
}
