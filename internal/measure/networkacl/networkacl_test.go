package networkacl_test

import (
	"log/slog"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/lab/estate"
	"github.com/ec2-quarantine/quarantine/internal/measure/networkacl"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// The faults, races and orders of calls of cuts and releases are played through the
// handlers, in their tests. Here is what the measure says without one.

// planned is a cut of the instance that has changed nothing yet.
func planned(t *testing.T, e *estate.Estate, instance string) *networkacl.Cut {
	t.Helper()
	in := e.Isolation(instance)
	e.SetLock(in.Claim, quarantine.StatusIsolating)
	live, err := e.Fleet.Instance(t.Context(), in.Claim.Resource)
	if err != nil {
		t.Fatal(err)
	}
	c := &networkacl.Cut{ACLs: e.Fleet, Ledger: e.Ledger, Clock: e.Ledger.Clock, Log: slog.New(slog.DiscardHandler), Claim: in.Claim}
	if err := c.Plan(t.Context(), live); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestAPlanSaysWhatACutWouldAddAndChangesNothing(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		instance    string
		quarantined []string // subnets that are under quarantine already
		counted     []string // subnets that the caller counts
		want        []networkacl.Share
	}{
		"the first cut in a VPC":        {"i-web", nil, nil, []networkacl.Share{{VPC: "vpc-1", Subnets: 3, Adds: 1}}},
		"beside a quarantine":           {"i-web", []string{"subnet-b"}, nil, []networkacl.Share{{VPC: "vpc-1", Subnets: 3, Quarantined: 1, Adds: 1}}},
		"beside one of this moment":     {"i-web", nil, []string{"subnet-b", "subnet-x"}, []networkacl.Share{{VPC: "vpc-1", Subnets: 3, Counted: 1, Adds: 1}}},
		"its own subnets count once":    {"i-pair", nil, []string{"subnet-a", "subnet-c"}, []networkacl.Share{{VPC: "vpc-1", Subnets: 3, Adds: 2}}},
		"what is cut already adds 0":    {"i-pair", []string{"subnet-a"}, []string{"subnet-a"}, []networkacl.Share{{VPC: "vpc-1", Subnets: 3, Quarantined: 1, Adds: 1}}},
		"every VPC that it would hit":   {"i-wide", nil, nil, []networkacl.Share{{VPC: "vpc-1", Subnets: 3, Adds: 1}, {VPC: "vpc-2", Subnets: 1, Adds: 1}}},
		"none where all is cut already": {"i-web", []string{"subnet-a"}, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := estate.New(t, estate.Options{})
			e.AddQuarantineACL("vpc-1", "acl-ours")
			for _, subnet := range c.quarantined {
				e.Swap(subnet, "acl-ours")
			}
			before := e.Under()
			var counted []string
			for _, subnet := range c.counted {
				counted = append(counted, e.ID(subnet))
			}
			got := estate.Named(e, planned(t, e, c.instance).Shares(counted))
			slices.SortFunc(got, func(a, b networkacl.Share) int { return strings.Compare(a.VPC, b.VPC) })
			if !slices.Equal(got, c.want) {
				t.Errorf("%+v, want %+v", got, c.want)
			}
			if !maps.Equal(e.Under(), before) {
				t.Errorf("a plan has changed %v to %v", before, e.Under())
			}
		})
	}
}

func TestWhatIsCutIsPutBack(t *testing.T) {
	t.Parallel()
	e := estate.New(t, estate.Options{})
	cut := planned(t, e, "i-wide")
	if err := cut.Apply(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := cut.ReadBack(t.Context()); err != nil {
		t.Fatal(err)
	}
	done, warnings, err := cut.Record(t.Context(), e.Now())
	if err != nil || len(warnings) > 0 {
		t.Fatal(err, warnings)
	}
	for _, q := range estate.Named(e, done) {
		if original := estate.Originals()[q.SubnetID]; q.Before != original || q.After != e.Under()[q.SubnetID] || q.After == original {
			t.Errorf("%+v, and EC2 shows %s", q, e.Under()[q.SubnetID])
		}
	}

	incident, err := e.Ledger.Incident(t.Context(), cut.Claim.Incident)
	if err != nil {
		t.Fatal(err)
	}
	undo := &networkacl.Undo{ACLs: e.Fleet, Ledger: e.Ledger, Clock: e.Ledger.Clock, Log: slog.New(slog.DiscardHandler), Incident: incident}
	if err := undo.Apply(t.Context()); err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, s := range estate.Named(e, undo.Report()) {
		told = append(told, s.SubnetID+" "+networkacl.Tell(s))
	}
	slices.Sort(told)
	if want := []string{"subnet-b is under acl-main again", "subnet-x is under acl-other again"}; !slices.Equal(told, want) {
		t.Errorf("%q, want %q", told, want)
	}
	if !maps.Equal(e.Under(), estate.Originals()) || !undo.Restored() || len(undo.Removed()) != 2 {
		t.Errorf("under %v, removed %v", e.Under(), undo.Removed())
	}
}
