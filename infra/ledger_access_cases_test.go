package infra_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/infra/template"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
)

// roleOf is a template whose one role has the statement.
func roleOf(role, statement string) string {
	return "Resources: {" + role + ": {Type: AWS::IAM::Role, Properties: {Policies: [{PolicyDocument: {Statement: [" + statement + "]}}]}}}"
}

func statement(action, partitions string) string {
	return fmt.Sprintf(`{Effect: Allow, Action: %s, Resource: "${Ledger.Arn}", Condition: {ForAllValues:StringLike: {"dynamodb:LeadingKeys": [%s]}}}`, action, partitions)
}

func onLists(action, list string) string {
	return strings.Replace(statement(action, list), "Ledger.Arn}", "Ledger.Arn}/index/lists", 1)
}

func TestAccessThatOnlyOneSideGivesIsFound(t *testing.T) {
	t.Parallel()
	schema := []ledger.Kind{{
		Partition: "A#", Writers: []string{"isolate"}, Readers: []string{"isolate"}, Deleters: []string{"isolate", ledger.TTL},
	}}
	const role, all = "IsolateFunctionRole", "[dynamodb:GetItem, dynamodb:PutItem, dynamodb:DeleteItem]"
	agreed := statement(all, "A#*")
	bites(t, func(s *template.Template) []string { return accessFaults(s, schema) }, map[string]string{
		roleOf(role, agreed): "",
		roleOf(role, agreed+", "+statement("ec2:CreateTags", "'*'")):                                 "",
		roleOf(role, statement("[dynamodb:Query, dynamodb:UpdateItem, dynamodb:DeleteItem]", "A#*")): "",
		roleOf(role, statement("[dynamodb:PutItem, dynamodb:DeleteItem]", "A#*")):                    "no role allows what the schema says: isolate may read A#",
		roleOf(role, statement("[dynamodb:GetItem, dynamodb:DeleteItem]", "A#*")):                    "no role allows what the schema says: isolate may write A#",
		roleOf(role, statement("[dynamodb:GetItem, dynamodb:PutItem]", "A#*")):                       "no role allows what the schema says: isolate may delete A#",
		roleOf(role, agreed+", "+statement("dynamodb:Query", "B#*")):                                 "the schema does not say: isolate may read B#",
		roleOf(role, agreed+", "+statement("dynamodb:UpdateItem", "B#*")):                            "the schema does not say: isolate may write B#",
		roleOf(role, agreed+", "+statement("dynamodb:DeleteItem", "B#*")):                            "the schema does not say: isolate may delete B#",
		roleOf("ReleaseFunctionRole", agreed):                                                        "the schema does not say: release may read A#",
		roleOf("RuleRole", agreed):                                                                   "the schema does not say: RuleRole may read A#",
		roleOf("ApprovalPageFunctionRole", agreed):                                                   "the schema does not say: approval-page may read A#",
		roleOf("ReleaseStateMachineRole", agreed):                                                    "the schema does not say: statemachine may read A#",
		roleOf(role, agreed+", "+statement("dynamodb:Scan", "A#*")):                                  "isolate may call dynamodb:Scan",
		roleOf(role, agreed+", "+statement("dynamodb:*", "A#*")):                                     "isolate may call dynamodb:*",
		roleOf(role, agreed+", "+statement("'*'", "A#*")):                                            "isolate may call *",
		roleOf(role, statement(all, "'*'")):                                                          "isolate may dynamodb:GetItem *, which is no kind's prefix",
		roleOf(role, statement(all, "A#1")):                                                          "which is no kind's prefix",
		roleOf(role, strings.Replace(agreed, "Ledger.Arn}", "Ledger.Arn}/index/other", 1)):           "not on the table alone",
		roleOf(role, agreed+", "+onLists("dynamodb:Query", "open")):                                  `isolate may call dynamodb:Query on the lists ["open"]`,
		roleOf("WatchFunctionRole", onLists("dynamodb:PutItem", "open")):                             `watch may call dynamodb:PutItem on the lists ["open"]`,
		roleOf("WatchFunctionRole", onLists("dynamodb:Query", "waiting")):                            `watch may call dynamodb:Query on the lists ["waiting"]`,
		roleOf("WatchFunctionRole", onLists("dynamodb:Query", "'*'")):                                `watch may call dynamodb:Query on the lists ["*"]`,
		roleOf(role, strings.Replace(agreed, "StringLike", "StringNotLike", 1)):                      "in every partition",
		roleOf(role, strings.Replace(agreed, ":StringLike", ":StringLikeIfExists", 1)):               "in every partition",
		roleOf(role, strings.Replace(agreed, "dynamodb:LeadingKeys", "dynamodb:Attributes", 1)):      "in every partition",
	})
}

// Each access that the template gives is one that it needs: taken away, it is missed,
// and given to the next function, it is found.
func TestEveryAccessOfTheTemplateIsHeldOnBothSides(t *testing.T) {
	t.Parallel()
	s := stack(t)
	granted, _ := accesses(s)
	if len(granted) < 20 {
		t.Fatalf("%d accesses: this test tests nothing", len(granted))
	}
	for _, a := range granted {
		without := ledger.Schema(register.Grouped())
		for i := range without {
			if without[i].Partition == a.partition {
				*by(&without[i], a.does) = slices.DeleteFunc(slices.Clone(*by(&without[i], a.does)), func(who string) bool { return who == a.who })
			}
		}
		if want := []string{"the schema does not say: " + a.String()}; !slices.Equal(accessFaults(s, without), want) {
			t.Errorf("got %q, want %q", accessFaults(s, without), want)
		}
		with := append(ledger.Schema(register.Grouped()), ledger.Kind{Partition: a.partition})
		*by(&with[len(with)-1], a.does) = []string{"triage"}
		if got := accessFaults(s, with); len(got) != 1 || !strings.HasPrefix(got[0], "no role allows what the schema says: triage may "+a.does) {
			t.Errorf("triage may not %s %s, and the schema that says so is told %q", a.does, a.partition, got)
		}
	}
}

func by(k *ledger.Kind, does string) *[]string {
	return map[string]*[]string{"read": &k.Readers, "write": &k.Writers, "delete": &k.Deleters}[does]
}
