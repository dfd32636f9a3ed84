package ec2test

import (
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/lab/moto"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// listsNeighbours looks from the instance, which is no neighbour of its own, and from another one.
func listsNeighbours(t *testing.T, env Env, c *ec2.Client) {
	both := []string{env.SubnetA, env.SubnetB}
	count := func(beside string, subnets ...string) quarantine.Neighbours {
		t.Helper()
		found, all, err := c.Neighbours(t.Context(), env.of(beside), subnets)
		worked(t, err)
		return quarantine.CountNeighbours(found, all, subnets)
	}
	if !env.Differs.Has(t, moto.StaysAttached) {
		equal(t, "beside the instance", count(env.Instance, both...).String(), "nothing else")
	}
	equal(t, "beside the instance, where nothing was", count(env.Instance, env.SubnetB).String(), "nothing else")
	equal(t, "beside another", count("i-0f0f0f0f0f0f0f0f0", env.SubnetB).String(), "1 other instance")
	equal(t, "beside another, in both subnets of the instance", count(env.Terminated, both...).String(), "1 other instance")
}
