package networkacl_test

import (
	"log/slog"
	"maps"
	"slices"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/estate"
	"github.com/ec2-quarantine/quarantine/internal/measure/networkacl"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// stale has reads of network ACLs show what stood there before the last change, after so many
// others.
func stale(e *estate.Estate, skip, times int) {
	e.Account.Inject(account.Fault{Operation: "DescribeNetworkAcls", Kind: account.Stale, Behind: 1, Skip: skip, Times: times})
}

func TestAReadBackThatShowsWhatWasReplacedIsNoCut(t *testing.T) {
	t.Parallel()
	e := estate.New(t, estate.Options{})
	cut := planned(t, e, "i-web")
	stale(e, 0, 100)
	if err := cut.Apply(t.Context()); err != nil {
		t.Fatal(err)
	}
	estate.WantName(t, cut.ReadBack(t.Context()), quarantine.NotVerified)
	if cut.Shown() != "" {
		t.Errorf("shown as cut off: %s", cut.Shown())
	}
	if on := e.Record("subnet-a"); !slices.Equal(on.Puts, []string{"subnet-a/2"}) || !on.VerifiedAt.IsZero() {
		t.Errorf("on record: %+v", on)
	}
}

func TestAnUndoDoesNotBelieveTheAssociationOfBeforeTheCut(t *testing.T) {
	t.Parallel()
	e := estate.New(t, estate.Options{})
	cut := planned(t, e, "i-web")
	stale(e, 1, 1) // the undo's first look
	if err := cut.Apply(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := cut.ReadBack(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, _, err := cut.Record(t.Context(), e.Now()); err != nil {
		t.Fatal(err)
	}
	incident, err := e.Ledger.Incident(t.Context(), cut.Claim.Incident)
	if err != nil {
		t.Fatal(err)
	}
	undo := &networkacl.Undo{ACLs: e.Fleet, Ledger: e.Ledger, Clock: e.Ledger.Clock, Log: slog.New(slog.DiscardHandler), Incident: incident}
	if err := undo.Apply(t.Context()); err != nil {
		t.Fatal(err)
	}
	if s := estate.Named(e, undo.Report())[0]; s.Outcome != quarantine.Restored || s.Version != "subnet-a/3" {
		t.Errorf("%+v", s)
	}
	if !maps.Equal(e.Under(), estate.Originals()) {
		t.Errorf("under %v", e.Under())
	}
}
