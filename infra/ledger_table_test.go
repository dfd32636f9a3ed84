package infra_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/infra/template"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
)

func TestTheLedgerIsTheTableThatTheCodeDefines(t *testing.T) {
	t.Parallel()
	none(t, tableFaults(stack(t)))
}

func TestALedgerThatIsNotTheCodesIsFound(t *testing.T) {
	t.Parallel()
	written, err := os.ReadFile("template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ old, changed, want string }{
		"its sort key":        {"{AttributeName: sk, KeyType: RANGE}", "{AttributeName: other, KeyType: RANGE}", "KeySchema"},
		"a key's type":        {"{AttributeName: sk, AttributeType: S}", "{AttributeName: sk, AttributeType: N}", "AttributeDefinitions"},
		"its index":           {"IndexName: lists", "IndexName: other", "GlobalSecondaryIndexes"},
		"the index's key":     {"{AttributeName: listedAt, KeyType: RANGE}", "{AttributeName: sk, KeyType: RANGE}", "GlobalSecondaryIndexes"},
		"what the index has":  {"ProjectionType: KEYS_ONLY", "ProjectionType: ALL", "GlobalSecondaryIndexes"},
		"how it is billed":    {"BillingMode: PAY_PER_REQUEST", "BillingMode: PROVISIONED", "BillingMode"},
		"when items expire":   {"AttributeName: expiresAt", "AttributeName: deadline", "TimeToLiveSpecification"},
		"whether items do so": {"AttributeName: expiresAt\n        Enabled: true", "AttributeName: expiresAt\n        Enabled: false", "TimeToLiveSpecification"},
	} {
		changed := strings.Replace(string(written), c.old, c.changed, 1)
		if got := tableFaults(parsed(t, changed)); len(got) != 1 || !strings.HasPrefix(got[0], c.want) {
			t.Errorf("%s: got %q, want one of %s", name, got, c.want)
		}
	}
}

// tableFaults says where the template's ledger and the request by which the code
// creates it differ.
func tableFaults(t *template.Template) (faults []string) {
	has, want := t.Resources()["Ledger"].Properties, map[string]any{}
	decodeInto(&want, ledger.TableDefinition(""))
	for _, property := range []string{"BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes"} {
		if diff := cmp.Diff(want[property], has[property]); diff != "" {
			faults = append(faults, property+" (-code +template):\n"+diff)
		}
	}
	var expiry map[string]any
	if slices.ContainsFunc(ledger.Schema(register.Grouped()), ledger.Kind.Expires) {
		decodeInto(&expiry, ledger.TimeToLive("").TimeToLiveSpecification)
	}
	if diff := cmp.Diff(expiry, has["TimeToLiveSpecification"]); diff != "" {
		faults = append(faults, "TimeToLiveSpecification (-code +template):\n"+diff)
	}
	return faults
}

// decodeInto gives a part of a request as the template writes it: by the same names, and
// without what is not said.
func decodeInto(into *map[string]any, part any) {
	written, err := json.Marshal(part)
	if err == nil {
		err = json.Unmarshal(written, into)
	}
	if err != nil {
		panic(err)
	}
	*into = saidOnly(*into).(map[string]any)
}

func saidOnly(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for name, of := range v {
			if v[name] = saidOnly(of); v[name] == nil {
				delete(v, name)
			}
		}
	case []any:
		for i := range v {
			v[i] = saidOnly(v[i])
		}
	}
	return v
}
