// Package ec2test is the contract of the adapter over EC2: what the product
// relies on, checked over an account in memory and over a real endpoint alike.
package ec2test

import (
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/lab/moto"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Env is an account that a test may change as it likes. Whoever makes it also
// cleans it up.
type Env struct {
	// API gives pages of at most five where EC2 has pages and no size is asked for.
	API ec2.API
	// AccountID owns everything here.
	AccountID string
	// VPCID has no network ACL but its default one, which allows everything.
	VPCID string
	// SubnetA and SubnetB are under that ACL.
	SubnetA, SubnetB string
	// Instance runs with an interface in each subnet, of which the first has a
	// public IPv4 and an IPv6 address, with a boot volume and another one, and
	// carries the tag Name=contract.
	Instance string
	// Terminated is an instance that is, and that EC2 still lists.
	Terminated string
	// Settle returns when no snapshot is pending any more.
	Settle func(t *testing.T)
	// Differs is where API does not do as EC2 does.
	Differs moto.Differences
}

// Contract runs the contract, each part in an account of its own.
func Contract(t *testing.T, newEnv func(t *testing.T) Env) {
	parts := []struct {
		name string
		run  func(*testing.T, Env, *ec2.Client)
	}{
		{"an instance comes with all its interfaces and volumes", describesInstance},
		{"an instance that is gone is named so", missesInstance},
		{"subnets share an ACL with an association each", sharesACL},
		{"all ACLs of a VPC are read, however many pages they fill", pagesACLs},
		{"a new ACL denies everything and is ours", createsACL},
		{"the same token gives the same ACL, and refuses other tags", honoursToken},
		{"replacing moves one subnet and renews its association", replaces},
		{"subnets under one quarantine leave it one by one", leavesShared},
		{"an association that is gone is contended", replacesGone},
		{"an ACL that is gone is contended, and the subnet keeps its own", refusesGone},
		{"of two replacements of one association one wins", replacesOnce},
		{"tags are added to an ACL", tagsACL},
		{"tags are removed from an ACL by key", untagsACL},
		{"an ACL that nothing uses is removed, once or twice", deletesUnused},
		{"an ACL that a subnet is under is contended, and stays", keepsUsed},
		{"an ACL that takes its own place renews the association", renews},
		{"volumes come with size, state and device", listsVolumes},
		{"a set of snapshots covers every volume and is found by its tag", takesSet},
		{"a set completes", completesSet},
		{"snapshots are read, however many pages they fill", pagesSnapshots},
		{"security groups come with their rules", listsGroups},
		{"the console's text is read", readsConsole},
	}
	for _, p := range parts {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			env := newEnv(t)
			p.run(t, env, ec2.New(env.API))
		})
	}
}

// must gives the value of a call that has to succeed.
func must[T any](v T, err error) func(t *testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func wantName(t *testing.T, err error, name string) {
	t.Helper()
	if got := quarantine.NameOf(err); got != name {
		t.Errorf("the error is %q (%v), want %s", got, err, name)
	}
}

// wantGone wants the name for an association that is gone.
func wantGone(t *testing.T, env Env, err error) {
	t.Helper()
	if env.Differs.Has(t, moto.GoneIsServerError) {
		wantName(t, err, quarantine.Unavailable)
		return
	}
	wantName(t, err, quarantine.Contended)
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// aclOf gives the ACL over a subnet, and the association.
func aclOf(t *testing.T, env Env, c *ec2.Client, subnet string) (quarantine.NetworkACL, quarantine.Association) {
	t.Helper()
	for _, acl := range must(c.NetworkACLs(t.Context(), env.VPCID))(t) {
		for _, a := range acl.Associations {
			if a.SubnetID == subnet {
				return acl, a
			}
		}
	}
	t.Fatalf("no ACL of the VPC has an association of %s", subnet)
	return quarantine.NetworkACL{}, quarantine.Association{}
}
