package ec2test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsec2 "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/lab/moto"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// ourTags are the tags that the product gives to an ACL for an incident.
func ourTags(incident string) map[string]string {
	return map[string]string{quarantine.TagProduct: quarantine.Product, quarantine.TagIncident + ":" + incident: "open"}
}

func sharesACL(t *testing.T, env Env, c *ec2.Client) {
	aclA, a := aclOf(t, env, c, env.SubnetA)
	aclB, b := aclOf(t, env, c, env.SubnetB)
	equal(t, "the ACL of both", aclA.ID, aclB.ID)
	equal(t, "default", aclA.Default, true)
	equal(t, "VPC", aclA.VPCID, env.VPCID)
	equal(t, "ours", aclA.MadeByProduct(), false)
	if aclA.Allows == 0 {
		t.Error("the default ACL lets nothing pass")
	}
	if a.ID == b.ID {
		t.Errorf("two subnets share the association %s", a.ID)
	}
}

func pagesACLs(t *testing.T, env Env, _ *ec2.Client) {
	pages := &pageCounter{API: env.API}
	c := ec2.New(pages)
	made := map[string]bool{}
	for n := range 6 {
		acl := must(c.CreateNetworkACL(t.Context(), here, env.VPCID, fmt.Sprintf("%s-page-%d", env.VPCID, n), ourTags("inc-1")))(t)
		made[acl.ID] = true
	}
	for _, acl := range must(c.NetworkACLs(t.Context(), here, env.VPCID))(t) {
		delete(made, acl.ID)
	}
	if len(made) > 0 {
		t.Errorf("not listed: %v", made)
	}
	pages.wantSeveral(t, env)
}

func createsACL(t *testing.T, env Env, c *ec2.Client) {
	tags := ourTags("inc-1")
	acl := must(c.CreateNetworkACL(t.Context(), here, env.VPCID, env.VPCID+"-new", tags))(t)
	equal(t, "VPC", acl.VPCID, env.VPCID)
	equal(t, "default", acl.Default, false)
	equal(t, "quarantines", acl.Quarantines(), true)
	for k, v := range tags {
		equal(t, k, acl.Tags[k], v)
	}
	equal(t, "associations", len(acl.Associations), 0)
	if !env.Differs.Has(t, moto.NoLastRule) {
		deniesAll(t, env, acl.ID)
	}
}

// deniesAll checks for the final deny rule of each direction.
func deniesAll(t *testing.T, env Env, id string) {
	t.Helper()
	found := must(env.API.DescribeNetworkAcls(t.Context(), &awsec2.DescribeNetworkAclsInput{NetworkAclIds: []string{id}}))(t)
	denied := map[bool]bool{}
	for _, e := range found.NetworkAcls[0].Entries {
		equal(t, "action", e.RuleAction, types.RuleActionDeny)
		equal(t, "protocol", aws.ToString(e.Protocol), "-1")
		if aws.ToString(e.CidrBlock) == "0.0.0.0/0" {
			denied[aws.ToBool(e.Egress)] = true
		}
	}
	equal(t, "directions that are denied", len(denied), 2)
}

func honoursToken(t *testing.T, env Env, c *ec2.Client) {
	if env.Differs.Has(t, moto.TokenIgnored) {
		t.Skip("there are no tokens here")
	}
	token := env.VPCID + "-token"
	first := must(c.CreateNetworkACL(t.Context(), here, env.VPCID, token, ourTags("inc-1")))(t)
	again := must(c.CreateNetworkACL(t.Context(), here, env.VPCID, token, ourTags("inc-1")))(t)
	equal(t, "the ACL", again.ID, first.ID)
	_, err := c.CreateNetworkACL(t.Context(), here, env.VPCID, token, ourTags("inc-2"))
	wantName(t, err, quarantine.Contended)
	equal(t, "ACLs in the VPC", len(must(c.NetworkACLs(t.Context(), here, env.VPCID))(t)), 2)
}

func replaces(t *testing.T, env Env, c *ec2.Client) {
	_, before := aclOf(t, env, c, env.SubnetA)
	_, other := aclOf(t, env, c, env.SubnetB)
	created := must(c.CreateNetworkACL(t.Context(), here, env.VPCID, env.VPCID+"-replace", ourTags("inc-1")))(t)

	id := must(c.ReplaceAssociation(t.Context(), here, before.ID, created.ID))(t)

	if id == before.ID {
		t.Error("the association kept its id")
	}
	acl, now := aclOf(t, env, c, env.SubnetA)
	equal(t, "association", now.ID, id)
	equal(t, "ACL", acl.ID, created.ID)
	equal(t, "quarantines", acl.Quarantines(), true)
	_, untouched := aclOf(t, env, c, env.SubnetB)
	equal(t, "the other subnet's association", untouched, other)
}

func leavesShared(t *testing.T, env Env, c *ec2.Client) {
	before, a := aclOf(t, env, c, env.SubnetA)
	_, b := aclOf(t, env, c, env.SubnetB)
	created := must(c.CreateNetworkACL(t.Context(), here, env.VPCID, env.VPCID+"-shared", ourTags("inc-1")))(t)
	cutA := must(c.ReplaceAssociation(t.Context(), here, a.ID, created.ID))(t)
	cutB := must(c.ReplaceAssociation(t.Context(), here, b.ID, created.ID))(t)

	back := must(c.ReplaceAssociation(t.Context(), here, cutA, before.ID))(t)

	acl, now := aclOf(t, env, c, env.SubnetA)
	equal(t, "ACL of the one that left", acl.ID, before.ID)
	equal(t, "its association", now.ID, back)
	equal(t, "the association is a new one", back != a.ID && back != cutA, true)
	acl, now = aclOf(t, env, c, env.SubnetB)
	equal(t, "ACL of the one that stayed", acl.ID, created.ID)
	equal(t, "its association", now.ID, cutB)
}

func replacesGone(t *testing.T, env Env, c *ec2.Client) {
	_, a := aclOf(t, env, c, env.SubnetA)
	created := must(c.CreateNetworkACL(t.Context(), here, env.VPCID, env.VPCID+"-gone", ourTags("inc-1")))(t)
	id := must(c.ReplaceAssociation(t.Context(), here, a.ID, created.ID))(t)
	_, err := c.ReplaceAssociation(t.Context(), here, a.ID, created.ID)
	wantGone(t, env, err)
	acl, now := aclOf(t, env, c, env.SubnetA)
	equal(t, "ACL", acl.ID, created.ID)
	equal(t, "association", now.ID, id)
}

func refusesGone(t *testing.T, env Env, c *ec2.Client) {
	before, a := aclOf(t, env, c, env.SubnetA)
	_, err := c.ReplaceAssociation(t.Context(), here, a.ID, "acl-0f0f0f0f0f0f0f0f0")
	wantName(t, err, quarantine.Contended)
	if env.Differs.Has(t, moto.RefusalUnties) {
		return
	}
	acl, now := aclOf(t, env, c, env.SubnetA)
	equal(t, "ACL", acl.ID, before.ID)
	equal(t, "association", now.ID, a.ID)
}

func replacesOnce(t *testing.T, env Env, c *ec2.Client) {
	_, a := aclOf(t, env, c, env.SubnetA)
	created := must(c.CreateNetworkACL(t.Context(), here, env.VPCID, env.VPCID+"-once", ourTags("inc-1")))(t)
	errs := make([]error, 8)
	var wg sync.WaitGroup
	for n := range errs {
		wg.Go(func() { _, errs[n] = c.ReplaceAssociation(t.Context(), here, a.ID, created.ID) })
	}
	wg.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
			continue
		}
		wantGone(t, env, err)
	}
	equal(t, "replacements", won, 1)
}

func tagsACL(t *testing.T, env Env, c *ec2.Client) {
	created := must(c.CreateNetworkACL(t.Context(), here, env.VPCID, env.VPCID+"-tags", ourTags("inc-1")))(t)
	if err := c.TagNetworkACL(t.Context(), here, created.ID, ourTags("inc-2")); err != nil {
		t.Fatal(err)
	}
	for _, acl := range must(c.NetworkACLs(t.Context(), here, env.VPCID))(t) {
		if acl.ID != created.ID {
			continue
		}
		equal(t, "tags", len(acl.Tags), 3)
		equal(t, "the new tag", acl.Tags[quarantine.TagIncident+":inc-2"], "open")
	}
	if !env.Differs.Has(t, moto.TagsAnything) {
		wantName(t, c.TagNetworkACL(t.Context(), here, "acl-0f0f0f0f0f0f0f0f0", ourTags("inc-2")), quarantine.Contended)
	}
}
