package message

import (
	"bytes"
	"encoding/json"
	"os"
	"reflect"
	"regexp"
	"testing"

	"github.com/google/jsonschema-go/jsonschema"

	"github.com/ec2-quarantine/quarantine/internal/lab/golden"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

const schemaFile = "../../docs/events.schema.json"

// Receivers build on the schema: a field that is renamed, or has another type, shows here.
func TestTheSchemaIsThatOfTheData(t *testing.T) {
	t.Parallel()
	schema, err := jsonschema.For[body](&jsonschema.ForOptions{TypeSchemas: map[reflect.Type]*jsonschema.Schema{
		reflect.TypeFor[quarantine.MessageKind](): {Type: "string", Enum: kindsInTheSource(t)},
		reflect.TypeFor[quarantine.Outcome](): {Type: "string", Enum: []any{
			quarantine.OutcomeGood, quarantine.OutcomeBad, quarantine.OutcomeAsk, quarantine.OutcomeInfo}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	schema.Schema, schema.Title = "https://json-schema.org/draft/2020-12/schema", "The detail of an event of the source quarantine"
	one := any(quarantine.MessageVersion)
	schema.Properties["version"] = &jsonschema.Schema{Type: "integer", Const: &one}
	extensible(schema)
	raw, err := json.MarshalIndent(schema, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	golden.File(t, schemaFile, string(raw)+"\n")
}

// extensible lets fields be added, which is no other version.
func extensible(s *jsonschema.Schema) {
	if s == nil {
		return
	}
	if len(s.Properties) > 0 {
		s.AdditionalProperties = nil
	}
	for _, p := range s.Properties {
		extensible(p)
	}
	extensible(s.Items)
	extensible(s.AdditionalProperties)
}

// kindsInTheSource are the constants of the domain, so that a new one cannot be left out.
func kindsInTheSource(t *testing.T) (kinds []any) {
	t.Helper()
	source, err := os.ReadFile("../quarantine/message.go")
	if err != nil {
		t.Fatal(err)
	}
	source, _, _ = bytes.Cut(source, []byte("// News is"))
	for _, m := range regexp.MustCompile(`(?m)^\tKind\w+ .*= "([a-z-]+)"`).FindAllSubmatch(source, -1) {
		kinds = append(kinds, string(m[1]))
	}
	if len(kinds) < 16 {
		t.Fatalf("the source has the kinds %v", kinds)
	}
	return kinds
}
