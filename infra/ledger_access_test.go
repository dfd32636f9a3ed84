package infra_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/infra/template"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
)

// effects are what an action of DynamoDB does to items. The ledger is used by no other.
var effects = map[string]string{
	"dynamodb:GetItem": "read", "dynamodb:Query": "read", "dynamodb:ConditionCheckItem": "read",
	"dynamodb:PutItem": "write", "dynamodb:UpdateItem": "write",
	"dynamodb:DeleteItem": "delete",
}

// An access is what a function, or the state machines, may do in the partitions with a prefix.
type access struct{ who, does, partition string }

func (a access) String() string { return fmt.Sprintf("%s may %s %s", a.who, a.does, a.partition) }

func TestTheRolesAndTheSchemaGiveTheSameAccessToTheLedger(t *testing.T) {
	t.Parallel()
	none(t, accessFaults(stack(t), ledger.Schema(register.Grouped())))
}

func TestNobodyButForensicsWritesEvidence(t *testing.T) {
	t.Parallel()
	granted, faults := accesses(stack(t))
	none(t, faults)
	for _, a := range granted {
		if a.partition == "EVIDENCE#" && a.does != "read" && a != (access{"forensics", "write", "EVIDENCE#"}) {
			t.Error(a)
		}
	}
}

// accessFaults says which access only the roles give, and which only the schema does.
func accessFaults(t *template.Template, schema []ledger.Kind) []string {
	granted, faults := accesses(t)
	var has, want []string
	for _, a := range granted {
		has = append(has, a.String())
	}
	for _, a := range said(schema) {
		want = append(want, a.String())
	}
	return append(faults, differences(want, has, "no role allows what the schema says:", "the schema does not say:")...)
}

// said are the accesses that the schema gives, each once.
func said(schema []ledger.Kind) []access {
	all := map[access]bool{}
	for _, k := range schema {
		for does, by := range map[string][]string{"read": k.Readers, "write": k.Writers, "delete": k.Deleters} {
			for _, who := range by {
				all[access{who, does, k.Partition}] = who != ledger.TTL && who != ledger.People
			}
		}
	}
	maps.DeleteFunc(all, func(_ access, byRole bool) bool { return !byRole })
	return slices.Collect(maps.Keys(all))
}

// accesses are those that roles give, each once; and what a role may do with the
// table that cannot be said so.
func accesses(t *template.Template) (all []access, faults []string) {
	for role := range t.Of("AWS::IAM::Role") {
		granted, wrong := grants(t, role)
		faults = append(faults, wrong...)
		for _, g := range granted {
			for _, action := range g.actions {
				if !touchesTables(action) {
					continue
				}
				may, wrong := accessesOf(subject(role), action, g)
				all, faults = append(all, may...), append(faults, wrong...)
			}
		}
	}
	slices.SortFunc(all, func(a, b access) int { return strings.Compare(a.String(), b.String()) })
	return slices.Compact(all), faults
}

// touchesTables tells whether a pattern for actions covers one of DynamoDB's.
func touchesTables(pattern string) bool {
	service, _, named := strings.Cut(pattern, ":")
	return !named || allows(service, "dynamodb")
}

// onLists tells whether it is of the table's index, whose leading key is a list's name.
func (g grant) onLists() bool {
	return slices.Equal(g.resources, []string{"${Ledger.Arn}/index/lists"})
}

// listReaders are the functions that may query a list of the index, and which. Indexes are never
// consistent: nothing that decides may rest on one.
var listReaders = map[string][]string{"watch": {"open"}}

func listFaults(who, action string, g grant) []string {
	if action != "dynamodb:Query" || len(listReaders[who]) == 0 || !slices.Equal(g.keys[leadingKeys], listReaders[who]) {
		return []string{fmt.Sprintf("%s may call %s on the lists %q", who, action, g.keys[leadingKeys])}
	}
	return nil
}

func accessesOf(who, action string, g grant) (all []access, faults []string) {
	if g.onLists() {
		return nil, listFaults(who, action, g)
	}
	does := effects[action]
	if does == "" {
		faults = append(faults, fmt.Sprintf("%s may call %s: no kind of item needs that", who, action))
	}
	if !slices.Equal(g.resources, []string{"${Ledger.Arn}"}) {
		faults = append(faults, fmt.Sprintf("%s may call %s on %q, not on the table alone", who, action, g.resources))
	}
	if len(g.keys[leadingKeys]) == 0 {
		faults = append(faults, fmt.Sprintf("%s may call %s in every partition: name them in %s", who, action, leadingKeys))
	}
	for _, pattern := range g.keys[leadingKeys] {
		partition, isPrefix := strings.CutSuffix(pattern, "*")
		if !isPrefix || partition == "" {
			faults = append(faults, fmt.Sprintf("%s may %s %s, which is no kind's prefix", who, action, pattern))
		}
		all = append(all, access{who, does, partition})
	}
	return all, faults
}

// subject is the name that the schema has for a role: a function's, or the state machines'.
func subject(role string) string {
	id := strings.TrimSuffix(role, "Role")
	if machines[id] != "" {
		return "statemachine"
	}
	if id == "ApprovalPageFunction" {
		return "approval-page"
	}
	for _, f := range functions {
		if f.id == id {
			return f.name()
		}
	}
	return role
}
