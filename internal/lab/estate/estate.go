// Package estate is the account in which the tests of handlers run the real ones
// through the real adapters: two VPCs, their instances, and a ledger. Its
// resources have names. Tests speak of subnet-a and i-web; [Estate.ID] and
// [Named] go between a name and the id that the account knows.
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

// AccountID and Region are where the handlers run.
const (
	AccountID = "111122223333"
	Region    = "eu-central-1"
	table     = "ledger"
)

// Noon is when everything happens, unless a test has time pass.
var Noon = time.Date(2026, 11, 2, 12, 0, 7, 0, time.UTC)

// Options are the account's. Account id, region and what is recorded are the
// estate's to choose; without a Clock, time stands still.
type Options = account.Options

// Estate is such an account. What is called through Fleet, Ledger and the
// account's own clients is nobody's call: no fault strikes it, and it is not
// among [Estate.Calls].
type Estate struct {
	*account.Account
	Fleet  *ec2.Client
	Ledger *ledger.Ledger
	// Concurrent runs what a handler does side by side: in turn, unless a test says otherwise.
	Concurrent func(fns ...func())
	Meter      Meter
	clock      account.Clock
	names      names
	first      map[string]string // the first association of each subnet, by id
}

// subnets and instances are what there is:
//
//	vpc-1  acl-main (default)  subnet-a  i-web, i-peer, i-pair, i-fleet, i-spared
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
}

// Subnets are those that an instance has interfaces in.
func Subnets(instance string) []string {
	for _, i := range instances {
		if i.name == instance {
			return i.in
		}
	}
	return nil
}

// VPC is the VPC of a subnet.
func VPC(subnet string) string {
	for _, s := range subnets {
		if s.name == subnet {
			return s.vpc
		}
	}
	return ""
}

// Originals are the ACLs that stand before anything happens, by subnet.
func Originals() map[string]string {
	all := map[string]string{}
	for _, s := range subnets {
		all[s.name] = s.acl
	}
	return all
}

// New makes an estate. What of I2, I3, I5 and I8 is broken at any moment fails
// the test when it ends.
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
			made.Interfaces = append(made.Interfaces, account.Interface{Subnet: e.ID(in), PrivateIP: "10.0.0.10"})
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

// AddACL makes an ACL that denies everything.
func (e *Estate) AddACL(vpc, name string, tags map[string]string) {
	e.Account.AddACL(account.ACL{ID: e.ID(name), VPC: e.ID(vpc), Tags: tags})
}

// AddQuarantineACL is AddACL for one that the product has made.
func (e *Estate) AddQuarantineACL(vpc, name string) {
	e.AddACL(vpc, name, map[string]string{quarantine.TagProduct: quarantine.Product})
}

// Swap has somebody put another ACL on the subnet.
func (e *Estate) Swap(subnet, acl string) { e.SwapACL(e.ID(subnet), e.ID(acl)) }

// Open has somebody let everything through an ACL.
func (e *Estate) Open(acl string) { e.OpenACL(e.ID(acl)) }

// Remove has somebody delete an ACL.
func (e *Estate) Remove(acl string) { e.RemoveACL(e.ID(acl)) }

// Tag has somebody put tags on an ACL.
func (e *Estate) Tag(t *testing.T, acl string, tags map[string]string) {
	t.Helper()
	if err := e.Fleet.TagNetworkACL(t.Context(), e.ID(acl), tags); err != nil {
		t.Fatal(err)
	}
}

// Untag has somebody take tags off an ACL.
func (e *Estate) Untag(t *testing.T, acl string, keys ...string) {
	t.Helper()
	if err := e.Fleet.UntagNetworkACL(t.Context(), e.ID(acl), keys); err != nil {
		t.Fatal(err)
	}
}
