// Package ec2test is the contract of the EC2 adapter: what the product relies on,
// checked with an in-memory account and with a real endpoint.
package ec2test

import (
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/lab/moto"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Env is an account that a test may change without restoring it. The function that
// makes it also cleans it up.
type Env struct {
	// API returns pages of at most five items if EC2 has pages and no size is requested.
	API ec2.API
	// AccountID owns all resources here, which are in Region.
	AccountID, Region string
	// VPCID has only its default network ACL, which allows everything.
	VPCID string
	// SubnetA and SubnetB are associated with that ACL.
	SubnetA, SubnetB string
	// Instance is running, with an interface in each subnet; the first interface has
	// a public IPv4 and an IPv6 address. It has a boot volume, another volume, and the
	// tag Name=contract.
	Instance string
	// Terminated is a terminated instance that EC2 still lists.
	Terminated string
	// Allow adds two rules for traffic in to a security group: for TCP port 22 from
	// 10.0.0.0/8, and for everything from the group itself.
	Allow func(t *testing.T, group string)
	// Settle returns when no snapshot and no change of an instance is pending.
	Settle func(t *testing.T)
	// Differs lists the known differences between API and EC2.
	Differs moto.Differences
}

// here is a resource of the account and Region that the client calls; instance is an
// instance there.
var here quarantine.Resource

func instance(id string) quarantine.Resource {
	return quarantine.Resource{Kind: quarantine.KindInstance, ID: id}
}

// Contract runs the contract, each part with an account of its own.
func Contract(t *testing.T, newEnv func(t *testing.T) Env) {
	parts := []struct {
		name string
		run  func(*testing.T, Env, *ec2.Client)
	}{
		{"an instance comes with all its interfaces and volumes", describesInstance},
		{"an instance that does not exist is InstanceGone", missesInstance},
		{"subnets share an ACL with an association each", sharesACL},
		{"all ACLs of a VPC are read, however many pages they fill", pagesACLs},
		{"a new ACL denies everything and is ours", createsACL},
		{"the same token gives the same ACL, and refuses other tags", honoursToken},
		{"replacing moves one subnet and renews its association", replaces},
		{"subnets with a common quarantine ACL are restored one by one", leavesShared},
		{"an association that is gone is contended", replacesGone},
		{"an ACL that is gone is contended, and the subnet keeps its own", refusesGone},
		{"of two replacements of one association one wins", replacesOnce},
		{"tags are added to an ACL", tagsACL},
		{"tags are removed from an ACL by key", untagsACL},
		{"an ACL that nothing uses is removed, once or twice", deletesUnused},
		{"an ACL that a subnet has is contended, and is not deleted", keepsUsed},
		{"replacing an ACL by itself renews the association", renews},
		{"volumes come with size, state and device", listsVolumes},
		{"a set of snapshots covers every volume and is found by its tag", takesSet},
		{"a set completes", completesSet},
		{"snapshots are read, however many pages they fill", pagesSnapshots},
		{"a snapshot is locked for some days, and for others", locksSnapshot},
		{"security groups come with their rules", listsGroups},
		{"the console's text is read", readsConsole},
		{"a picture of the console is taken of what runs", takesScreenshot},
		{"an instance's protection is set attribute by attribute", protects},
		{"volumes are kept device by device", keepsVolumes},
		{"an instance that is gone has no protection", missesProtection},
		{"an instance is terminated once its protection is off", terminates},
		{"the metadata service's endpoint is turned off and on", turnsMetadataOff},
		{"the metadata service of an instance that is gone is not turned off", missesMetadata},
		{"the interfaces of an instance come with their groups", listsInterfaces},
		{"what else is in a subnet is told by its interfaces", listsNeighbours},
		{"an interface is described by its id, or gone", describesInterface},
		{"the groups of an interface are replaced", replacesGroups},
		{"an interface or a group that is gone is contended", refusesGroups},
		{"a group is found by its name, and emptied", emptiesGroup},
		{"a name that a group has is contended", refusesName},
		{"a group that nothing has is deleted, once or twice", deletesGroup},
		{"a group that an interface has is contended, and is not deleted", keepsUsedGroup},
	}
	for _, p := range parts {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			env := newEnv(t)
			p.run(t, env, ec2.New(env.API))
		})
	}
}

// must returns the result of a call, and fails the test if the call failed.
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

// wantGone wants the error name for an association that does not exist any more.
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

// aclOf returns the ACL of a subnet, and the association.
func aclOf(t *testing.T, env Env, c *ec2.Client, subnet string) (quarantine.NetworkACL, quarantine.Association) {
	t.Helper()
	for _, acl := range must(c.NetworkACLs(t.Context(), here, env.VPCID))(t) {
		for _, a := range acl.Associations {
			if a.SubnetID == subnet {
				return acl, a
			}
		}
	}
	t.Fatalf("no ACL of the VPC has an association of %s", subnet)
	return quarantine.NetworkACL{}, quarantine.Association{}
}
