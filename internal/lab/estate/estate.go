// Package estate is the in-memory account in which the handlers' tests run the real
// handlers through the real adapters: two VPCs, their instances, and a ledger. Tests
// call resources by names such as subnet-a and i-web; [Estate.ID] and [Named] translate
// between these names and the account's IDs.
package estate

import (
	"context"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// AccountID and Region are those of the handlers.
const (
	AccountID = "111122223333"
	Region    = "eu-central-1"
	table     = "ledger"
)

// Noon is the time of all events, unless a test advances it.
var Noon = time.Date(2026, 11, 2, 12, 0, 7, 0, time.UTC)

// Options are the account's. The estate itself sets the account ID (if it is empty), the
// Region and recording; without a Clock, time stands still.
type Options = account.Options

// Estate is an account for handlers. Calls through Fleet, Ledger and the account's own
// clients have no caller: faults do not apply to them, and they are not in
// [Estate.Calls].
type Estate struct {
	*account.Account
	Fleet  *ec2.Client
	Ledger *ledger.Ledger
	// Concurrent runs a handler's concurrent functions. The default is InTurn.
	Concurrent func(fns ...func())
	Meter      Meter
	clock      account.Clock
	names      names
	first      map[string]string // the ID of each subnet's first association
}

// subnets and instances are the estate's resources:
//
//	vpc-1  acl-main (default)  subnet-a  i-web, i-peer, i-pair, i-fleet, i-spared, i-nat, i-node
//	                           subnet-b  i-db, i-wide
//	       acl-own             subnet-c  i-pair
//	vpc-2  acl-other (default) subnet-x  i-wide
var subnets = []struct{ name, vpc, acl string }{
	{"subnet-a", "vpc-1", "acl-main"}, {"subnet-b", "vpc-1", "acl-main"}, {"subnet-c", "vpc-1", "acl-own"}, {"subnet-x", "vpc-2", "acl-other"},
}

var instances = []struct {
	name string
	in   []string
	tags map[string]string
}{
	{"i-web", []string{"subnet-a"}, nil}, {"i-peer", []string{"subnet-a"}, nil}, {"i-db", []string{"subnet-b"}, nil},
	{"i-pair", []string{"subnet-a", "subnet-c"}, nil}, {"i-wide", []string{"subnet-b", "subnet-x"}, nil}, {"i-bare", nil, nil},
	{"i-fleet", []string{"subnet-a"}, map[string]string{"aws:autoscaling:groupName": "web fleet"}},
	{"i-spared", []string{"subnet-a"}, map[string]string{"quarantine": "never"}},
	{"i-nat", []string{"subnet-a"}, nil}, {"i-node", []string{"subnet-a"}, nil},
}

// odd are the instances whose interface is no ordinary one.
var odd = map[string]account.Interface{"i-nat": {Forwards: true}, "i-node": {Type: quarantine.TypeTrunk}}

// Subnets returns the subnets of an instance's network interfaces.
func Subnets(instance string) []string {
	for _, i := range instances {
		if i.name == instance {
			return i.in
		}
	}
	return nil
}

// VPC returns the VPC of a subnet.
func VPC(subnet string) string {
	for _, s := range subnets {
		if s.name == subnet {
			return s.vpc
		}
	}
	return ""
}

// Originals returns the network ACL of each subnet before any quarantine.
func Originals() map[string]string {
	all := map[string]string{}
	for _, s := range subnets {
		all[s.name] = s.acl
	}
	return all
}

// New makes an estate. When the test ends, it fails if I2, I3, I5 or I8 was violated at
// any moment.
func New(t *testing.T, o Options) *Estate {
	t.Helper()
	if o.Clock == nil {
		o.Clock = &clock{now: Noon.In(time.FixedZone("elsewhere", 3*60*60))}
	}
	if o.AccountID == "" {
		o.AccountID = AccountID
	}
	o.Region, o.Record = Region, true
	e := &Estate{Account: account.New(o), Concurrent: InTurn, clock: o.Clock, first: map[string]string{}}
	e.names.made, e.names.texts = map[int]object{}, map[int]string{}
	e.Fleet, e.Ledger = ec2.New(e.EC2()), ledger.New(e.DynamoDB(), table)
	e.Ledger.Clock = e.handlerClock()
	if _, err := e.DynamoDB().CreateTable(context.Background(), ledger.TableDefinition(table)); err != nil {
		t.Fatal(err)
	}
	e.build()
	t.Cleanup(func() { e.watch(t) })
	return e
}

func (e *Estate) build() {
	for _, vpc := range []struct{ name, main string }{{"vpc-1", "acl-main"}, {"vpc-2", "acl-other"}} {
		id := e.AddVPC(account.VPC{ID: e.ID(vpc.name)})
		for _, a := range e.acls() {
			if a.VPCID == id {
				e.names.add(a.ID, vpc.main)
			}
		}
	}
	e.AddACL("vpc-1", "acl-own", nil)
	e.Open("acl-own")
	for _, s := range subnets {
		e.AddSubnet(account.Subnet{ID: e.ID(s.name), VPC: e.ID(s.vpc), ACL: e.ID(s.acl), CIDR: "10.0.0.0/24"})
	}
	for _, i := range instances {
		made := account.Instance{ID: e.ID(i.name), Tags: i.tags}
		for _, in := range i.in {
			eni := odd[i.name]
			eni.Subnet, eni.PrivateIP = e.ID(in), "10.0.0.10"
			made.Interfaces = append(made.Interfaces, eni)
		}
		e.AddInstance(made)
	}
	for _, a := range e.acls() {
		for _, as := range a.Associations {
			e.first[as.SubnetID] = as.ID
		}
	}
	e.names.last = known{}
}

// AddACL creates a network ACL that denies everything.
func (e *Estate) AddACL(vpc, name string, tags map[string]string) {
	e.Account.AddACL(account.ACL{ID: e.ID(name), VPC: e.ID(vpc), Tags: tags})
}

// AddQuarantineACL creates a network ACL like AddACL, with the product's tag.
func (e *Estate) AddQuarantineACL(vpc, name string) {
	e.AddACL(vpc, name, map[string]string{quarantine.TagProduct: quarantine.Product})
}

// Swap associates another ACL with the subnet, as somebody else would.
func (e *Estate) Swap(subnet, acl string) { e.SwapACL(e.ID(subnet), e.ID(acl)) }

// Open makes an ACL allow everything, as somebody else would.
func (e *Estate) Open(acl string) { e.OpenACL(e.ID(acl)) }

// Remove deletes an ACL, as somebody else would.
func (e *Estate) Remove(acl string) { e.RemoveACL(e.ID(acl)) }

// Tag adds tags to an ACL, as somebody else would.
func (e *Estate) Tag(t *testing.T, acl string, tags map[string]string) {
	t.Helper()
	if err := e.Fleet.TagNetworkACL(t.Context(), quarantine.Resource{}, e.ID(acl), tags); err != nil {
		t.Fatal(err)
	}
}

// Untag removes tags from an ACL, as somebody else would.
func (e *Estate) Untag(t *testing.T, acl string, keys ...string) {
	t.Helper()
	if err := e.Fleet.UntagNetworkACL(t.Context(), quarantine.Resource{}, e.ID(acl), keys); err != nil {
		t.Fatal(err)
	}
}
