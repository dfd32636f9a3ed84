package ec2_test

import (
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func TestAnAttributeThatTheInstanceCannotHaveIsNotSupported(t *testing.T) {
	t.Parallel()
	w := newWorld()
	c, ctx := ec2.New(w.EC2()), t.Context()
	spot, store := w.resource(), w.resource()
	spot.ID = w.AddInstance(account.Instance{Spot: true})
	store.ID = w.AddInstance(account.Instance{InstanceStore: true})
	for what, err := range map[string]error{
		"termination protection of a Spot instance":       c.SetTermination(ctx, spot, true),
		"stop protection of a Spot instance":              c.SetStop(ctx, spot, true),
		"stop protection of an instance store's instance": c.SetStop(ctx, store, true),
		"shutdown behaviour of an instance store's":       c.SetShutdown(ctx, store, "stop"),
	} {
		if !quarantine.Is(err, quarantine.NotSupported) {
			t.Errorf("%s: %v, want NotSupported", what, err)
		}
	}
	if err := c.SetTermination(ctx, store, true); err != nil {
		t.Error(err)
	}
	if got, err := c.Protection(ctx, store); err != nil || !got.Termination || got.Stop || got.Shutdown != "terminate" {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestACodeOfAnAttributeIsNamed(t *testing.T) {
	t.Parallel()
	for code, name := range map[string]string{
		"UnsupportedOperation":          quarantine.NotSupported,
		"UnsupportedInstanceAttribute":  quarantine.NotSupported,
		"IncorrectInstanceState":        quarantine.Contended,
		"InvalidInstanceAttributeValue": quarantine.Contended,
		"InvalidInstanceID.NotFound":    quarantine.InstanceGone,
		"InvalidParameterCombination":   quarantine.Unexpected,
	} {
		w := newWorld()
		w.Inject(account.Fault{Kind: account.Code, Code: code})
		if err := ec2.New(w.EC2()).SetStop(t.Context(), w.resource(), true); !quarantine.Is(err, name) {
			t.Errorf("%s is %v, want %s", code, err, name)
		}
	}
}
