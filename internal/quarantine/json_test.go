package quarantine_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/ec2-quarantine/quarantine/internal/lab/golden"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func TestTheJSONOfWhatCrossesStatesIsAsInTestdata(t *testing.T) {
	t.Parallel()
	t.Run("triage", asIn(exampleTriage()))
	t.Run("containment", asIn(exampleContainment()))
	t.Run("observation", asIn(exampleObservation()))
	t.Run("evidence", asIn(exampleEvidence()))
	t.Run("release", asIn(exampleRelease()))
	t.Run("approval", asIn(exampleApproval()))
	t.Run("news", asIn(exampleNews()))
}

// asIn compares the value's JSON with the file of the test's name, both ways.
func asIn[T any](value T) func(*testing.T) {
	return func(t *testing.T) {
		t.Parallel()
		for _, path := range empties(reflect.ValueOf(value), "example") {
			t.Errorf("%s has no value: its name would not be seen", path)
		}
		file := filepath.Join("testdata", filepath.Base(t.Name())+".json")
		got, err := json.MarshalIndent(value, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		want := golden.File(t, file, string(got)+"\n")
		var read T
		d := json.NewDecoder(strings.NewReader(want))
		d.DisallowUnknownFields()
		if err := d.Decode(&read); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(value, read, asJSON); diff != "" {
			t.Errorf("read back from %s (-want +got):\n%s", file, diff)
		}
	}
}

// asJSON compares raw JSON by what it says, not by how it is spaced.
var asJSON = cmp.Transformer("JSON", func(raw json.RawMessage) (v any) {
	_ = json.Unmarshal(raw, &v) // what is no JSON compares as nothing
	return v
})

// empties are the paths of the fields, elements and pointers that have no value.
func empties(v reflect.Value, path string) []string {
	if v.IsZero() {
		return []string{path}
	}
	var found []string
	switch v.Kind() {
	case reflect.Pointer:
		return empties(v.Elem(), path)
	case reflect.Slice:
		for i := range v.Len() {
			if v.Index(i).Kind() == reflect.Struct {
				found = append(found, empties(v.Index(i), fmt.Sprintf("%s[%d]", path, i))...)
			}
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return nil
		}
		for field, value := range v.Fields() {
			if field.Tag.Get("json") != "-" {
				found = append(found, empties(value, path+"."+field.Name)...)
			}
		}
	}
	return found
}

func TestAnExampleIsFoundWantingWhereAFieldIsEmpty(t *testing.T) {
	t.Parallel()
	type inner struct{ Full, Empty string }
	type outer struct {
		Text    string
		At      time.Time
		Inside  inner
		Some    []inner
		None    []inner
		There   *inner
		Missing *inner
	}
	part := inner{Full: "x"}
	got := empties(reflect.ValueOf(outer{Inside: part, At: at, Some: []inner{part}, There: &part}), "o")
	want := []string{"o.Text", "o.Inside.Empty", "o.Some[0].Empty", "o.None", "o.There.Empty", "o.Missing"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

var camelCase = regexp.MustCompile(`^[a-z][A-Za-z0-9]*$`)

func TestEveryNameInJSONIsInCamelCase(t *testing.T) {
	t.Parallel()
	types := 0
	eachStruct(reflect.TypeFor[quarantine.News](), map[reflect.Type]bool{}, func(s reflect.Type) {
		types++
		for f := range s.Fields() {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			fits := name == "-" || camelCase.MatchString(name)
			if s == reflect.TypeFor[quarantine.CaughtError]() {
				fits = name == f.Name // as Step Functions writes it
			}
			if !fits {
				t.Errorf("%s.%s is %q in JSON", s.Name(), f.Name, name)
			}
		}
	})
	if types < 24 {
		t.Errorf("looked at %d types: some were missed", types)
	}
}

// eachStruct visits a type and those inside it, each once.
func eachStruct(typ reflect.Type, seen map[reflect.Type]bool, visit func(reflect.Type)) {
	switch typ.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		eachStruct(typ.Elem(), seen, visit)
	case reflect.Struct:
		if seen[typ] || typ == reflect.TypeFor[time.Time]() {
			return
		}
		seen[typ] = true
		visit(typ)
		for f := range typ.Fields() {
			eachStruct(f.Type, seen, visit)
		}
	}
}

func TestWhatCrossesStatesArrivesAsItWasSent(t *testing.T) {
	t.Parallel()
	t.Run("triage", roundTrip[quarantine.Triage])
	t.Run("containment", roundTrip[quarantine.Containment])
	t.Run("evidence", roundTrip[quarantine.Evidence])
	t.Run("claim", roundTrip[quarantine.Claim])
	t.Run("execution", roundTrip[quarantine.Execution])
	t.Run("release", roundTrip[quarantine.Release])
	t.Run("approval", roundTrip[quarantine.ApprovalRequest])
	t.Run("news", roundTrip[quarantine.News])
}

// roundTrip checks that any T decodes to what was encoded, and that encoding
// it again gives the same text. An empty list may arrive as none.
func roundTrip[T any](t *testing.T) {
	t.Parallel()
	anything := rapid.MakeCustom[T](rapid.MakeConfig{
		Types: map[reflect.Type]*rapid.Generator[any]{
			reflect.TypeFor[time.Time]():       moments().AsAny(),
			reflect.TypeFor[json.RawMessage](): events().AsAny(),
		},
		Kinds: map[reflect.Kind]*rapid.Generator[any]{ // short, because there are so many
			reflect.String: rapid.StringN(0, 6, -1).AsAny(),
		},
	})
	rapid.Check(t, func(t *rapid.T) {
		sent := anything.Draw(t, "sent")
		text, err := json.Marshal(sent)
		if err != nil {
			t.Fatal(err)
		}
		var arrived T
		if err := json.Unmarshal(text, &arrived); err != nil {
			t.Fatalf("%v in %s", err, text)
		}
		if diff := cmp.Diff(sent, arrived, cmpopts.EquateEmpty(), ledgersOwn); diff != "" {
			t.Fatalf("(-sent +arrived):\n%s", diff)
		}
		again, err := json.Marshal(arrived)
		if err != nil || !bytes.Equal(text, again) {
			t.Fatalf("%v, and\n%s became\n%s", err, text, again)
		}
	})
}

// moments are none, and times to the nanosecond within the years that RFC 3339 can write.
// ledgersOwn are the fields of a hold that only the ledger and the protocol know: they do not travel.
var ledgersOwn = cmpopts.IgnoreFields(quarantine.Hold{}, "Writer", "LeaseUntil", "Retaking", "Last", "LastAt", "Doubt", "DoubtAt", "Drift")

func moments() *rapid.Generator[time.Time] {
	return rapid.Custom(func(t *rapid.T) time.Time {
		if rapid.Bool().Draw(t, "none") {
			return time.Time{}
		}
		seconds := rapid.Int64Range(0, time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC).Unix()).Draw(t, "seconds")
		return time.Unix(seconds, rapid.Int64Range(0, 999_999_999).Draw(t, "nanoseconds")).UTC()
	})
}

// events are none, and JSON objects.
func events() *rapid.Generator[json.RawMessage] {
	return rapid.Custom(func(t *rapid.T) json.RawMessage {
		fields := rapid.MapOfN(rapid.String(), rapid.String(), 0, 3).Draw(t, "fields")
		if len(fields) == 0 {
			return nil
		}
		text, err := json.Marshal(fields)
		if err != nil {
			t.Fatal(err)
		}
		return text
	})
}
