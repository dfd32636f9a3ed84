package ledger_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/lab/golden"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
)

func TestTheDocumentHasTheItems(t *testing.T) {
	t.Parallel()
	golden.Section(t, "../../docs/ledger.md", "<!-- items: go test ./internal/ledger -run Document -update -->\n", "<!-- end of items -->",
		markdown(ledger.Schema(register.Grouped())))
}

func markdown(schema []ledger.Kind) string {
	var out strings.Builder
	out.WriteString("| item | `pk` | `sk` | written by | read by | deleted by |\n|---|---|---|---|---|---|\n")
	for _, k := range schema {
		fmt.Fprintf(&out, "| %s | `%s%s` | `%s` | %s | %s | %s |\n", k.Item, k.Partition, k.Rest, k.Sort, names(k.Writers), names(k.Readers), names(k.Deleters))
	}
	return out.String()
}

func names(of []string) string {
	told := strings.NewReplacer("statemachine", "the state machine", "approval-page", "the approval page", ledger.TTL, "DynamoDB, when it expires", ledger.People, "people, by a command")
	return told.Replace(strings.Join(of, ", "))
}

// Two kinds whose keys can be the same could not be told apart by who reads the items.
func TestNoTwoKindsHaveTheSameKeys(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for _, k := range ledger.Schema(register.Grouped()) {
		sort, _, _ := strings.Cut(k.Sort, "<")
		key := k.Partition + " " + sort
		if other := seen[key]; other != "" || k.Item == "" || len(k.Writers)+len(k.Readers) == 0 || !strings.HasSuffix(k.Partition, "#") {
			t.Errorf("%+v is not a kind of its own beside %q", k, other)
		}
		seen[key] = k.Item
		if slices.Contains(k.Writers, ledger.TTL) || slices.Contains(k.Readers, ledger.TTL) {
			t.Errorf("%s: DynamoDB only deletes", k.Item)
		}
	}
}
