package ec2test

import (
	"slices"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func describesInstance(t *testing.T, env Env, c *ec2.Client) {
	i := must(c.Instance(t.Context(), instance(env.Instance)))(t)
	equal(t, "id", i.ID, env.Instance)
	equal(t, "account", i.AccountID, env.AccountID)
	equal(t, "state", i.State, "running")
	equal(t, "tag", i.Tags["Name"], "contract")
	equal(t, "launched", i.LaunchedAt.IsZero(), false)
	if got, want := i.Subnets(), []string{env.SubnetA, env.SubnetB}; !slices.Equal(slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want))) {
		t.Errorf("its subnets are %v, want %v", got, want)
	}
	if got := i.VPCs(); !slices.Equal(got, []string{env.VPCID}) {
		t.Errorf("its VPCs are %v, want %s", got, env.VPCID)
	}
	equal(t, "public addresses", len(i.PublicIPs()), 1)
	equal(t, "volumes", len(i.Volumes), 2)
	addressed := 0
	for _, n := range i.Interfaces {
		if n.ID == "" || n.PrivateIP == "" || len(n.SecurityGroups) == 0 {
			t.Errorf("an interface lacks something: %+v", n)
		}
		addressed += len(n.IPv6)
	}
	equal(t, "IPv6 addresses", addressed, 1)
}

func missesInstance(t *testing.T, env Env, c *ec2.Client) {
	for _, id := range []string{"i-0f0f0f0f0f0f0f0f0", "i-99999999", "no instance", env.Terminated} {
		_, err := c.Instance(t.Context(), instance(id))
		wantName(t, err, quarantine.InstanceGone)
	}
}
