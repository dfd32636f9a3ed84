// Package metadata is the measure metadata: the endpoint of the instance metadata service is off,
// and so the instance gets no new credentials of its role from it.
package metadata

import (
	"context"

	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// endpoint is the only part. Its values are EC2's: enabled and disabled.
const (
	endpoint = "endpoint"
	on       = "enabled"
	off      = "disabled"
)

// Instances reads and changes the endpoint. Every method can fail with InstanceGone, AccessDenied,
// Throttled or Unavailable; a change also with NotSupported, and with Contended where the
// instance's state does not allow it.
type Instances interface {
	// MetadataEndpoint is enabled or disabled, or "" where EC2 shows no endpoint, and whether EC2
	// is carrying out a change of it.
	MetadataEndpoint(ctx context.Context, r quarantine.Resource) (state string, pending bool, err error)
	SetMetadataEndpoint(ctx context.Context, r quarantine.Resource, state string) error
}

// Measure is the measure over its port.
type Measure struct{ Instances Instances }

var _ measure.Measure = Measure{}

// Find is the instance itself.
func (Measure) Find(_ context.Context, r quarantine.Resource) (measure.Found, error) {
	return measure.Found{Things: []quarantine.Hold{{
		Measure: Info().Name, AccountID: r.AccountID, Region: r.Region, Thing: r.ID,
	}}}, nil
}

// Look reads the endpoint.
func (m Measure) Look(ctx context.Context, h quarantine.Hold) (measure.Look, error) {
	state, pending, err := m.Instances.MetadataEndpoint(ctx, h.Instance())
	if err != nil {
		return measure.Look{}, err
	}
	out := measure.Look{Parts: map[string]string{}, UnderWay: pending}
	if state != "" {
		out.Parts[endpoint] = state
	}
	return out, nil
}

// Want is that it is off. One that EC2 does not show is left as it is: nothing could be put back.
func (Measure) Want(_ context.Context, _ quarantine.Hold, now measure.Look) (map[string]string, error) {
	if _, shown := now.Parts[endpoint]; !shown {
		return map[string]string{}, nil
	}
	return map[string]string{endpoint: off}, nil
}

// Put turns it on or off.
func (m Measure) Put(ctx context.Context, h quarantine.Hold, _, value string) error {
	return m.Instances.SetMetadataEndpoint(ctx, h.Instance(), value)
}
