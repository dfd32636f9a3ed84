package ec2test

import (
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
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
