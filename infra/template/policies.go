package template

import (
	"encoding/json"
	"strings"
)

// Policies are the documents that a role is given: in itself, and by policies that name it.
func (t *Template) Policies(role string) (documents []any) {
	resources := t.Resources()
	for _, p := range List(resources[role].Properties["Policies"]) {
		documents = append(documents, Map(p)["PolicyDocument"])
	}
	for _, other := range resources {
		switch other.Type {
		case "AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy":
			for _, name := range append(List(other.Properties["Roles"]), other.Properties["RoleName"]) {
				if name != nil && Text(name) == "${"+role+"}" {
					documents = append(documents, other.Properties["PolicyDocument"])
				}
			}
		}
	}
	return documents
}

// Deployed writes a policy document as CloudFormation would, with values in the place of references,
// such as Ledger.Arn; a reference without a value stays. What is conditional is there.
func Deployed(document any, values map[string]string) (json.RawMessage, error) {
	var names []string
	for name, value := range values {
		names = append(names, "${"+name+"}", value)
	}
	fill := strings.NewReplacer(names...)
	var statements []map[string]any
	for _, s := range List(Map(document)["Statement"]) {
		statement := Map(s)
		out := map[string]any{"Effect": statement["Effect"], "Action": filled(statement["Action"], fill), "Resource": filled(statement["Resource"], fill)}
		if conditions := statement["Condition"]; conditions != nil {
			out["Condition"] = conditions
		}
		statements = append(statements, out)
	}
	return json.Marshal(map[string]any{"Version": "2012-10-17", "Statement": statements})
}

func filled(v any, fill *strings.Replacer) (out []string) {
	for _, one := range List(v) {
		out = append(out, fill.Replace(Text(one)))
	}
	return out
}
