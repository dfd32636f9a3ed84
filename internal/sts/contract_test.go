package sts_test

import (
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/simaws"
	"github.com/ec2-quarantine/quarantine/internal/sts"
	"github.com/ec2-quarantine/quarantine/internal/sts/ststest"
)

func TestContract(t *testing.T) {
	t.Parallel()
	ststest.Contract(t, func(*testing.T) ststest.Env {
		a := simaws.New(simaws.Options{})
		return ststest.Env{API: a.STS(), AccountID: a.ID()}
	})
}

func TestFaultsAreNamed(t *testing.T) {
	t.Parallel()
	faults := map[simaws.Kind]string{
		simaws.Deny:          quarantine.AccessDenied,
		simaws.Throttle:      quarantine.Throttled,
		simaws.ServerError:   quarantine.Unavailable,
		simaws.TimeoutBefore: quarantine.Unavailable,
		simaws.Code:          quarantine.Unexpected,
	}
	for kind, name := range faults {
		a := simaws.New(simaws.Options{})
		a.Inject(simaws.Fault{Kind: kind, Code: "SomethingNew"})
		_, err := sts.New(a.STS()).Identity(t.Context())
		if got := quarantine.NameOf(err); got != name {
			t.Errorf("fault %d is %q (%v), want %s", kind, got, err, name)
		}
		if name == quarantine.AccessDenied && !strings.Contains(err.Error(), "sts:GetCallerIdentity") {
			t.Errorf("the action is not in %q", err)
		}
	}
}
