package register_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// full is an account that has one network ACL in each VPC and deletes nothing.
type full struct{}

func (full) NetworkACLs(_ context.Context, _ quarantine.Resource, vpc string) ([]quarantine.NetworkACL, error) {
	return []quarantine.NetworkACL{{ID: "acl-1", VPCID: vpc}}, nil
}
func (full) DeleteNetworkACL(context.Context, quarantine.Resource, string) error    { return nil }
func (full) DeleteSecurityGroup(context.Context, quarantine.Resource, string) error { return nil }

// everything has all that it is asked about as made.
type everything struct{}

func (everything) Made(_ context.Context, _ string, _ quarantine.Resource, of string) (id string, begun bool, err error) {
	return of, true, nil
}

// An uninstallation removes what every measure makes: which those are, each says by how a
// person lists it.
func TestWhatAMeasureMakesIsFoundByAnUninstallation(t *testing.T) {
	t.Parallel()
	in := quarantine.Incident{ID: "inc-1", Resource: host}
	var want, got []string
	for _, m := range register.All() {
		h := closed(m.Name, "thing-1")
		h.VPCID = "vpc-1"
		in.Holds = append(in.Holds, h)
		if len(m.MadeByHand) > 0 {
			want = append(want, m.Name+" in vpc-1")
		} else if m.Makes != "" {
			t.Errorf("%s makes a %s, and does not say how a person lists it", m.Name, m.Makes)
		}
	}
	for _, l := range register.Leftovers(full{}, everything{}, "ledger") {
		found, err := l.Find(t.Context(), []quarantine.Incident{in})
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range found.Removable {
			got = append(got, one.Measure+" in "+one.VPCID)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
