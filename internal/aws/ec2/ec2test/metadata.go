package ec2test

import (
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/lab/moto"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func metadataIs(t *testing.T, env Env, c *ec2.Client, state string, pending bool) {
	t.Helper()
	got, underWay, err := c.MetadataEndpoint(t.Context(), env.resource())
	worked(t, err)
	equal(t, "endpoint", got, state)
	equal(t, "pending", underWay, pending)
}

func turnsMetadataOff(t *testing.T, env Env, c *ec2.Client) {
	metadataIs(t, env, c, "enabled", false)
	for _, state := range []string{"disabled", "disabled", "enabled"} { // the second time nothing changes
		worked(t, c.SetMetadataEndpoint(t.Context(), env.resource(), state))
		if !env.Differs.Has(t, moto.MetadataAtOnce) {
			metadataIs(t, env, c, state, true)
		}
		env.Settle(t)
		metadataIs(t, env, c, state, false)
	}
}

func missesMetadata(t *testing.T, env Env, c *ec2.Client) {
	for _, id := range []string{"i-0f0f0f0f0f0f0f0f0", env.Terminated} {
		_, _, err := c.MetadataEndpoint(t.Context(), env.of(id))
		wantName(t, err, quarantine.InstanceGone)
	}
	wantName(t, c.SetMetadataEndpoint(t.Context(), env.of("i-0f0f0f0f0f0f0f0f0"), "disabled"), quarantine.InstanceGone)
	if !env.Differs.Has(t, moto.MetadataOfTerminated) {
		wantName(t, c.SetMetadataEndpoint(t.Context(), env.of(env.Terminated), "disabled"), quarantine.Contended)
	}
}
