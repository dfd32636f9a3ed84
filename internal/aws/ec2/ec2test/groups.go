package ec2test

import (
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/lab/moto"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func newGroup(t *testing.T, env Env, c *ec2.Client, name string) string {
	t.Helper()
	return must(c.CreateSecurityGroup(t.Context(), env.resource(), env.VPCID, name, "of the contract", ourTags("inc-1")))(t)
}

func group(t *testing.T, env Env, c *ec2.Client, name string) (quarantine.SecurityGroup, bool) {
	t.Helper()
	g, ok, err := c.SecurityGroupByName(t.Context(), env.resource(), env.VPCID, name)
	worked(t, err)
	return g, ok
}

func emptiesGroup(t *testing.T, env Env, c *ec2.Client) {
	_, found := group(t, env, c, "shut")
	equal(t, "found before", found, false)
	id := newGroup(t, env, c, "shut")
	g, found := group(t, env, c, "shut")
	equal(t, "found", found, true)
	equal(t, "id", g.ID, id)
	equal(t, "VPC", g.VPCID, env.VPCID)
	equal(t, "rules of a new group: all out, for IPv4 and IPv6", len(g.Rules), 2)
	env.Allow(t, id)
	g, _ = group(t, env, c, "shut")
	equal(t, "rules, with two for traffic in that somebody added", len(g.Rules), 4)
	for range 2 { // the second time there is no rule
		worked(t, c.RevokeRules(t.Context(), env.resource(), id))
		g, _ = group(t, env, c, "shut")
		equal(t, "rules", len(g.Rules), 0)
	}
	wantName(t, c.RevokeRules(t.Context(), env.resource(), "sg-0f0f0f0f0f0f0f0f0"), quarantine.Contended)
	_, found, err := c.SecurityGroupByName(t.Context(), env.resource(), "vpc-0f0f0f0f0f0f0f0f0", "shut")
	worked(t, err)
	equal(t, "found in another VPC", found, false)
	_, found = group(t, env, c, "sh*t")
	equal(t, "found by a pattern", found, false)
}

func refusesName(t *testing.T, env Env, c *ec2.Client) {
	id := newGroup(t, env, c, "taken")
	_, err := c.CreateSecurityGroup(t.Context(), env.resource(), env.VPCID, "taken", "another", nil)
	wantName(t, err, quarantine.Contended)
	g, _ := group(t, env, c, "taken")
	equal(t, "the group of that name", g.ID, id)
}

func deletesGroup(t *testing.T, env Env, c *ec2.Client) {
	id := newGroup(t, env, c, "old")
	for range 2 { // the second time it does not exist any more
		worked(t, c.DeleteSecurityGroup(t.Context(), env.resource(), id))
	}
	_, found := group(t, env, c, "old")
	equal(t, "found", found, false)
}

func keepsUsedGroup(t *testing.T, env Env, c *ec2.Client) {
	if env.Differs.Has(t, moto.DeletesUsedGroup) {
		t.Skip("groups are deleted from under their interfaces here")
	}
	id := newGroup(t, env, c, "used")
	n := interfacesOf(t, env, c)[0]
	worked(t, c.SetGroups(t.Context(), env.resource(), n.ID, []string{id}))
	wantName(t, c.DeleteSecurityGroup(t.Context(), env.resource(), id), quarantine.Contended)
	worked(t, c.SetGroups(t.Context(), env.resource(), n.ID, n.SecurityGroups))
	worked(t, c.DeleteSecurityGroup(t.Context(), env.resource(), id))
}
