package simulate_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
)

// writers are the schema's names for whose calls the simulation names otherwise: the state
// machine's own, and those of the page, on which a person decides.
var writers = map[string]string{"": "statemachine", "person": "approval-page"}

// writeFaults says which item of the run's writes the ledger's schema does not have, has
// from another writer, or has expire where it does not.
func writeFaults(r *simulate.Report, schema []ledger.Kind) (faults []string) {
	for _, c := range r.Calls {
		if c.Effect == nil {
			continue
		}
		by := cmp.Or(writers[c.Function], c.Function)
		for _, i := range c.Effect.Items {
			if fault := itemFault(i, by, schema); fault != "" {
				faults = append(faults, fmt.Sprintf("%s %s: %s", text(i, "pk"), text(i, "sk"), fault))
			}
		}
	}
	slices.Sort(faults)
	return slices.Compact(faults)
}

func itemFault(i map[string]any, by string, schema []ledger.Kind) string {
	var k ledger.Kind // the narrowest
	for _, other := range schema {
		sort, _, _ := strings.Cut(other.Sort, "<")
		if strings.HasPrefix(text(i, "pk"), other.Partition) && strings.HasPrefix(text(i, "sk"), sort) && len(other.Partition) > len(k.Partition) {
			k = other
		}
	}
	if k.Partition == "" {
		return "no kind of item is like that"
	}
	inUse := i["holders"] != nil || i["releasing"] != nil // a hold is remembered for a while after that
	switch deleted := len(i) == 2; {
	case deleted && !slices.Contains(k.Deleters, by):
		return by + " deletes it"
	case deleted:
		return ""
	case !slices.Contains(k.Writers, by):
		return by + " writes it"
	case (i["expiresAt"] != nil) != (k.Expires() && !inUse):
		return fmt.Sprintf("expiresAt is %v, and the kind expires: %v", i["expiresAt"], k.Expires())
	}
	return ""
}

func TestAWriteThatTheSchemaDoesNotHaveIsFound(t *testing.T) {
	t.Parallel()
	r := run(t, nil, miner(hostA, 1))
	for name, c := range map[string]struct {
		change func(*ledger.Kind)
		want   string
	}{
		"as it is":        {func(*ledger.Kind) {}, ""},
		"another key":     {func(k *ledger.Kind) { k.Partition = "OTHER#" }, "no kind of item is like that"},
		"another writer":  {func(k *ledger.Kind) { k.Writers = []string{"notify"} }, "isolate writes it"},
		"it never goes":   {func(k *ledger.Kind) { k.Deleters = nil }, "the kind expires: false"},
		"nothing is left": {func(k *ledger.Kind) { *k = ledger.Kind{Partition: "nothing"} }, "no kind of item is like that"},
	} {
		schema := ledger.Schema(register.Grouped())
		c.change(&schema[slices.IndexFunc(schema, func(k ledger.Kind) bool { return k.Partition == "BRAKE#" })])
		got := writeFaults(r, schema)
		if len(got) > 1 || len(got) == 1 && !strings.Contains(got[0], c.want) || (len(got) == 0) != (c.want == "") {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}
