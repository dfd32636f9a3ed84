// Package protection is the measure protection: nothing ends a compromised instance by
// accident, and its volumes stay if something does. It keeps the evidence and the way back.
package protection

import (
	"context"
	"strconv"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// The parts of an instance that are changed. A volume's part has its id: another volume on
// the same device has nothing before, and is never changed.
const (
	termination = "termination" // whether the API's termination is refused
	stop        = "stop"        // whether the API's stop is refused
	shutdown    = "shutdown"    // what a shutdown by the operating system does
	volume      = "volume:"     // + id: whether the volume is deleted with the instance
)

// Instances reads and changes what keeps an instance. Every method can fail with InstanceGone,
// AccessDenied, Throttled or Unavailable; one that changes something also with NotSupported,
// where the instance cannot have the attribute: a Spot instance, or one on instance store.
type Instances interface {
	Protection(ctx context.Context, r quarantine.Resource) (quarantine.Protection, error)
	// AttachedVolumes is the part of it that is about volumes: one call.
	AttachedVolumes(ctx context.Context, r quarantine.Resource) ([]quarantine.AttachedVolume, error)
	SetTermination(ctx context.Context, r quarantine.Resource, on bool) error
	SetStop(ctx context.Context, r quarantine.Resource, on bool) error
	SetShutdown(ctx context.Context, r quarantine.Resource, behaviour string) error
	// SetDeleteOnTermination sets it for the volume of a device. Errors: Contended if there is none.
	SetDeleteOnTermination(ctx context.Context, r quarantine.Resource, device string, on bool) error
}

// Measure is the measure over its ports.
type Measure struct{ Instances Instances }

var _ measure.Measure = Measure{}

// Find is the instance itself.
func (Measure) Find(_ context.Context, r quarantine.Resource) (measure.Found, error) {
	return measure.Found{Things: []quarantine.Hold{{
		Measure: Info().Name, AccountID: r.AccountID, Region: r.Region, Thing: r.ID,
	}}}, nil
}

// Look reads what keeps the instance.
func (m Measure) Look(ctx context.Context, h quarantine.Hold) (measure.Look, error) {
	p, err := m.Instances.Protection(ctx, h.Instance())
	if err != nil {
		return measure.Look{}, err
	}
	parts := map[string]string{
		termination: strconv.FormatBool(p.Termination), stop: strconv.FormatBool(p.Stop), shutdown: p.Shutdown,
	}
	for _, v := range p.Volumes {
		parts[volume+v.ID] = strconv.FormatBool(v.Deleted)
	}
	return measure.Look{Parts: parts}, nil
}

// Want is that nothing ends the instance, and that no volume goes with it.
func (Measure) Want(_ context.Context, _ quarantine.Hold, now measure.Look) (map[string]string, error) {
	want := map[string]string{termination: "true", stop: "true", shutdown: "stop"}
	for part := range now.Parts {
		if strings.HasPrefix(part, volume) {
			want[part] = "false"
		}
	}
	return want, nil
}

// Put sets one attribute.
func (m Measure) Put(ctx context.Context, h quarantine.Hold, part, value string) error {
	on := value == "true"
	switch part {
	case termination:
		return m.Instances.SetTermination(ctx, h.Instance(), on)
	case stop:
		return m.Instances.SetStop(ctx, h.Instance(), on)
	case shutdown:
		return m.Instances.SetShutdown(ctx, h.Instance(), value)
	}
	volumes, err := m.Instances.AttachedVolumes(ctx, h.Instance())
	if err != nil {
		return err
	}
	for _, v := range volumes {
		if part == volume+v.ID {
			return m.Instances.SetDeleteOnTermination(ctx, h.Instance(), v.Device, on)
		}
	}
	return quarantine.Failf(quarantine.Contended, "volume %s is not attached to %s any more", strings.TrimPrefix(part, volume), h.Thing)
}
