package ec2test

import (
	"reflect"
	"slices"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/lab/moto"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func interfacesOf(t *testing.T, env Env, c *ec2.Client) []quarantine.Interface {
	t.Helper()
	return must(c.NetworkInterfaces(t.Context(), env.resource()))(t)
}

func listsInterfaces(t *testing.T, env Env, c *ec2.Client) {
	var subnets []string
	for _, n := range interfacesOf(t, env, c) {
		equal(t, "VPC", n.VPCID, env.VPCID)
		equal(t, "owner", n.OwnerID, env.AccountID)
		equal(t, "type", n.Type, "interface")
		equal(t, "requester-managed", n.RequesterManaged, false)
		equal(t, "groups", len(n.SecurityGroups), 1)
		subnets = append(subnets, n.SubnetID)
	}
	slices.Sort(subnets)
	if want := slices.Sorted(slices.Values([]string{env.SubnetA, env.SubnetB})); !slices.Equal(subnets, want) {
		t.Errorf("the interfaces are in %v, want %v", subnets, want)
	}
	if !env.Differs.Has(t, moto.StaysAttached) {
		equal(t, "interfaces of a terminated instance", len(must(c.NetworkInterfaces(t.Context(), env.of(env.Terminated)))(t)), 0)
	}
	equal(t, "branches of none", len(must(c.BranchInterfaces(t.Context(), env.resource(), []string{"eni-0f0f0f0f0f0f0f0f0"}))(t)), 0)
	equal(t, "interfaces of none", len(must(c.NetworkInterfaces(t.Context(), env.of("i-0f0f0f0f0f0f0f0f0")))(t)), 0)
}

func replacesGroups(t *testing.T, env Env, c *ec2.Client) {
	first, second := newGroup(t, env, c, "first"), newGroup(t, env, c, "second")
	for _, n := range interfacesOf(t, env, c) {
		for _, groups := range [][]string{{first}, {second, first}, n.SecurityGroups, {second}} {
			worked(t, c.SetGroups(t.Context(), env.resource(), n.ID, groups))
			want := slices.Sorted(slices.Values(groups))
			if got := groupsOf(t, env, c, n.ID); !slices.Equal(got, want) {
				t.Errorf("groups of %s are %v, want %v", n.ID, got, want)
			}
		}
	}
	for _, n := range must(c.Instance(t.Context(), instance(env.Instance)))(t).Interfaces {
		equal(t, "groups that the instance shows", len(n.SecurityGroups), 1)
		equal(t, "group that the instance shows", n.SecurityGroups[0], second)
	}
}

func groupsOf(t *testing.T, env Env, c *ec2.Client, id string) []string {
	t.Helper()
	for _, n := range interfacesOf(t, env, c) {
		if n.ID == id {
			return n.SecurityGroups
		}
	}
	t.Fatalf("the instance has no interface %s", id)
	return nil
}

func refusesGroups(t *testing.T, env Env, c *ec2.Client) {
	id := interfacesOf(t, env, c)[0].ID
	group := newGroup(t, env, c, "known")
	wantName(t, c.SetGroups(t.Context(), env.resource(), "eni-0f0f0f0f0f0f0f0f0", []string{group}), quarantine.Contended)
	if env.Differs.Has(t, moto.AnyGroup) {
		return
	}
	before := groupsOf(t, env, c, id)
	wantName(t, c.SetGroups(t.Context(), env.resource(), id, []string{group, "sg-0f0f0f0f0f0f0f0f0"}), quarantine.Contended)
	if now := groupsOf(t, env, c, id); !slices.Equal(now, before) {
		t.Errorf("after a refusal the groups are %v, not %v", now, before)
	}
}

func describesInterface(t *testing.T, env Env, c *ec2.Client) {
	for _, want := range interfacesOf(t, env, c) {
		got := must(c.NetworkInterface(t.Context(), env.resource(), want.ID))(t)
		if !reflect.DeepEqual(got, want) {
			t.Errorf("the interface is %+v, and in the list of its instance %+v", got, want)
		}
	}
	for _, id := range []string{"eni-0f0f0f0f0f0f0f0f0", "eni-99999999"} {
		_, err := c.NetworkInterface(t.Context(), env.resource(), id)
		wantName(t, err, quarantine.ThingGone)
	}
}
