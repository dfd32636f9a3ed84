package ec2test

import (
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/lab/moto"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func deletesUnused(t *testing.T, env Env, c *ec2.Client) {
	created := must(c.CreateNetworkACL(t.Context(), here, env.VPCID, env.VPCID+"-delete", ourTags("inc-1")))(t)
	for range 2 { // the second time it does not exist any more
		if err := c.DeleteNetworkACL(t.Context(), here, created.ID); err != nil {
			t.Fatal(err)
		}
	}
	equal(t, "ACLs in the VPC", len(must(c.NetworkACLs(t.Context(), here, env.VPCID))(t)), 1)
}

func keepsUsed(t *testing.T, env Env, c *ec2.Client) {
	_, before := aclOf(t, env, c, env.SubnetA)
	created := must(c.CreateNetworkACL(t.Context(), here, env.VPCID, env.VPCID+"-used", ourTags("inc-1")))(t)
	id := must(c.ReplaceAssociation(t.Context(), here, before.ID, created.ID))(t)
	wantName(t, c.DeleteNetworkACL(t.Context(), here, created.ID), quarantine.Contended)
	acl, now := aclOf(t, env, c, env.SubnetA)
	equal(t, "ACL", acl.ID, created.ID)
	equal(t, "association", now.ID, id)
}

// Replacing a quarantine ACL by itself gives the association a new id: so a release
// notices that another incident has claimed the subnet.
func renews(t *testing.T, env Env, c *ec2.Client) {
	_, before := aclOf(t, env, c, env.SubnetA)
	created := must(c.CreateNetworkACL(t.Context(), here, env.VPCID, env.VPCID+"-renew", ourTags("inc-1")))(t)
	first := must(c.ReplaceAssociation(t.Context(), here, before.ID, created.ID))(t)
	second := must(c.ReplaceAssociation(t.Context(), here, first, created.ID))(t)
	equal(t, "the association is a new one", second != first, true)
	_, err := c.ReplaceAssociation(t.Context(), here, first, created.ID)
	wantGone(t, env, err)
	acl, now := aclOf(t, env, c, env.SubnetA)
	equal(t, "ACL", acl.ID, created.ID)
	equal(t, "association", now.ID, second)
}

func untagsACL(t *testing.T, env Env, c *ec2.Client) {
	created := must(c.CreateNetworkACL(t.Context(), here, env.VPCID, env.VPCID+"-untag", ourTags("inc-1")))(t)
	for _, keys := range [][]string{{quarantine.TagIncident + ":inc-1", "never-there"}, {quarantine.TagIncident + ":inc-1"}, nil} {
		if err := c.UntagNetworkACL(t.Context(), here, created.ID, keys); err != nil {
			t.Fatal(err)
		}
	}
	for _, acl := range must(c.NetworkACLs(t.Context(), here, env.VPCID))(t) {
		if acl.ID == created.ID {
			equal(t, "tags", len(acl.Tags), 1)
			equal(t, "ours", acl.MadeByProduct(), true)
		}
	}
	if !env.Differs.Has(t, moto.TagsAnything) {
		wantName(t, c.UntagNetworkACL(t.Context(), here, "acl-0f0f0f0f0f0f0f0f0", []string{"k"}), quarantine.Contended)
	}
}
