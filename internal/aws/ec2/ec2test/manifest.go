package ec2test

import (
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/lab/moto"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func listsGroups(t *testing.T, env Env, c *ec2.Client) {
	ids := must(c.Instance(t.Context(), instance(env.Instance)))(t).Interfaces[0].SecurityGroups
	groups := must(c.SecurityGroups(t.Context(), here, ids))(t)
	equal(t, "groups", len(groups), len(ids))
	for _, g := range groups {
		equal(t, "VPC", g.VPCID, env.VPCID)
		equal(t, "has rules", len(g.Rules) > 0, true)
		for _, r := range g.Rules {
			equal(t, "fields of "+r, len(strings.Fields(r)), 4)
		}
	}
	equal(t, "groups for no id", len(must(c.SecurityGroups(t.Context(), here, nil))(t)), 0)
}

func readsConsole(t *testing.T, env Env, c *ec2.Client) {
	must(c.ConsoleOutput(t.Context(), instance(env.Instance)))(t)
}

func takesScreenshot(t *testing.T, env Env, c *ec2.Client) {
	if env.Differs.Has(t, moto.NoScreenshots) {
		return
	}
	picture := must(c.ConsoleScreenshot(t.Context(), instance(env.Instance)))(t)
	equal(t, "is a JPEG", strings.HasPrefix(string(picture), "\xff\xd8\xff"), true)
	_, err := c.ConsoleScreenshot(t.Context(), instance(env.Terminated))
	equal(t, "is refused of a terminated instance", err != nil, true)
	_, err = c.ConsoleScreenshot(t.Context(), instance("i-0f0f0f0f0f0f0f0f0"))
	wantName(t, err, quarantine.InstanceGone)
}
