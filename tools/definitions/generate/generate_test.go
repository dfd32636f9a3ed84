package generate_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/tools/definitions/generate"
)

// sources makes files by name, with an empty pieces.yaml if there is none among them.
func sources(files map[string]string) fstest.MapFS {
	all := fstest.MapFS{"pieces.yaml": {Data: []byte("{}")}}
	for name, text := range files {
		all[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return all
}

func TestAliasesMergesAndPiecesAreInserted(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		files map[string]string
		want  string
	}{
		"the order of the source": {
			map[string]string{"m/definition.yaml": "Z: 1\nA: 2.5\nM: {b: true, a: null}"},
			`{"Z": 1, "A": 2.5, "M": {"b": true, "a": null}}`},
		"an alias of another file": {
			map[string]string{"m/definition.yaml": "A: *one\nB: *one", "shared/a.yaml": "values: {x: &one {z: 1, a: 2}}"},
			`{"A": {"z": 1, "a": 2}, "B": {"z": 1, "a": 2}}`},
		"values.yaml before the others, and shared before the folder": {
			map[string]string{"m/definition.yaml": "A: *c", "m/a.yaml": "c: &c [*b]", "m/values.yaml": "b: &b [*a, 2]", "shared/z.yaml": "a: &a 1"},
			`{"A": [1, 2]}`},
		"a merge in its place": {
			map[string]string{"m/definition.yaml": "A: 1\n<<: *more\nB: 2", "m/more.yaml": "more: &more {z: 3, y: 4}"},
			`{"A": 1, "z": 3, "y": 4, "B": 2}`},
		"several merges in their order": {
			map[string]string{"m/definition.yaml": "States:\n  <<: [*z, *a]", "m/parts.yaml": "z: &z {C: 1, B: 2}\na: &a {A: 3}"},
			`{"States": {"C": 1, "B": 2, "A": 3}}`},
		"a list spliced into a list": {
			map[string]string{"m/definition.yaml": "A: [x, *many, y]\nB: *many", "m/many.yaml": "many: &many [p, q]"},
			`{"A": ["x", "p", "q", "y"], "B": ["p", "q"]}`},
		"a piece of an expression": {
			map[string]string{"m/definition.yaml": `A: "{% [@{now}, @{now}] < '${Table}' %}"`, "pieces.yaml": "now: $millis()"},
			`{"A": "{% [$millis(), $millis()] < '${Table}' %}"}`},
		"an expression on several lines": {
			map[string]string{"m/definition.yaml": "A: >-\n  {% 'a' &\n  'b\\n' %}"},
			`{"A": "{% 'a' & 'b\\n' %}"}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			made, err := generate.Definitions(sources(c.files), nil)
			if got := string(made["m.asl.json"]); err != nil || got != c.want+"\n" || len(made) != 1 {
				t.Errorf("got %s%v\nwant %s", got, err, c.want)
			}
		})
	}
}

func TestASourceThatWouldLoseSomethingIsRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		files map[string]string
		fault string
	}{
		"no definition":               {map[string]string{"shared/a.yaml": "a: 1"}, "no definition"},
		"an unknown alias":            {map[string]string{"m/definition.yaml": "A: *nothing"}, `alias "nothing"`},
		"an unknown piece":            {map[string]string{"m/definition.yaml": `A: {B: "@{nothing}"}`}, "A: B: @{nothing}"},
		"a duplicate key":             {map[string]string{"m/definition.yaml": "A: 1\nA: 2"}, `"A" already defined`},
		"a state in two merged parts": {map[string]string{"m/definition.yaml": "<<: [*a, *b]", "m/a.yaml": "a: &a {S: 1}\nb: &b {S: 2}"}, "S stands twice"},
		"a state in a merged part and in the definition": {map[string]string{"m/definition.yaml": "S: 2\n<<: *a", "m/a.yaml": "a: &a {S: 1}"}, "S stands twice"},
		"a part that does not parse":                     {map[string]string{"m/definition.yaml": "A: *a", "m/a.yaml": "a: &a {"}, "definition m"},
		"another definition's values":                    {map[string]string{"m/definition.yaml": "A: *a", "n/definition.yaml": "A: 1", "n/a.yaml": "a: &a 1"}, "definition m"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			made, err := generate.Definitions(sources(c.files), nil)
			if err == nil || !strings.Contains(err.Error(), c.fault) {
				t.Errorf("got %s%v\nwant an error with %q", made["m.asl.json"], err, c.fault)
			}
		})
	}
}

func TestValuesTooLongForALineAreWrapped(t *testing.T) {
	t.Parallel()
	word := strings.Repeat("w", 44)
	made, err := generate.Definitions(sources(map[string]string{
		"m/definition.yaml": "Words: [" + strings.TrimSuffix(strings.Repeat(word+", ", 3), ", ") + "]\nObjects: [{a: " + word + "}, {b: " + word + ", c: {d: 1}}]",
	}), nil)
	want := `{
  "Words": [
    "` + word + `", "` + word + `",
    "` + word + `"
  ],
  "Objects": [
    {"a": "` + word + `"},
    {"b": "` + word + `", "c": {"d": 1}}
  ]
}
`
	if got := string(made["m.asl.json"]); err != nil || got != want {
		t.Errorf("got %s%v\nwant %s", got, err, want)
	}
}

func TestWhatIsRepeatedStandsOnceForEachMeasure(t *testing.T) {
	t.Parallel()
	all := []measure.Info{
		{Name: "one-two", Group: "network"}, {Name: "three", Group: "network"}, {Name: "four", Group: "instance", AfterSubnets: true},
	}
	branch := "Branches: [{N: 0}, {\"@each\": {\"Is@{measure.state}\": \"${@{measure.function}} @{measure.name}\"}}]"
	for name, c := range map[string]struct{ source, want string }{
		"in a list": {branch, `{"Branches": [
    {"N": 0}, {"IsOneTwo": "${MeasuresNetworkFunctionArn} one-two"}, {"IsThree": "${MeasuresNetworkFunctionArn} three"},
    {"IsFour": "${MeasuresInstanceFunctionArn} four"}
  ]}`},
		"another time": {strings.Replace(branch, "@each", "@each Uncut", 1), `{"Branches": [
    {"N": 0}, {"IsUncutOneTwo": "${MeasuresNetworkFunctionArn} one-two"}, {"IsUncutThree": "${MeasuresNetworkFunctionArn} three"},
    {"IsUncutFour": "${MeasuresInstanceFunctionArn} four"}
  ]}`},
		"in an object": {"StartAt: \"@{release.start}\"\n\"@each before\": {\"@{measure.state}\": \"@{measure.next}\"}\nRelease: \"@{release.after-subnets}\"\n\"@each after\": {\"@{measure.state}\": \"@{measure.next}\"}",
			`{"StartAt": "UndoOneTwo", "OneTwo": "UndoThree", "Three": "Release", "Release": "UndoFour", "Four": "ConcludeRelease"}`},
	} {
		made, err := generate.Definitions(sources(map[string]string{"m/definition.yaml": c.source}), all)
		if got := string(made["m.asl.json"]); err != nil || !sameJSON(got, c.want) {
			t.Errorf("%s: got %s%v\nwant %s", name, got, err, c.want)
		}
	}
	withCut := append(all[:1:1], measure.Info{Name: "key", Kind: "key", Cut: true, Group: "identity"})
	for source, want := range map[string]string{
		branch: `{"Branches": [{"N": 0}, {"IsOneTwo": "${MeasuresNetworkFunctionArn} one-two"}]}`,
		strings.Replace(branch, "@each", "@each all", 1): `{"Branches": [
    {"N": 0}, {"IsOneTwo": "${MeasuresNetworkFunctionArn} one-two"}, {"IsKey": "${MeasuresIdentityFunctionArn} key"}
  ]}`,
		"A: \"@{cut.function}\"": `{"A": "$triage.resource.kind = 'key' ? '${MeasuresIdentityFunctionArn}' : '${IsolateFunctionArn}'"}`,
	} {
		made, err := generate.Definitions(sources(map[string]string{"m/definition.yaml": source}), withCut)
		if got := string(made["m.asl.json"]); err != nil || !sameJSON(got, want) {
			t.Errorf("with a cut: got %s%v\nwant %s", got, err, want)
		}
	}
	made, err := generate.Definitions(sources(map[string]string{"m/definition.yaml": "A: \"@{release.start} @{release.after-subnets}\"\nB: [{\"@each\": 1}]"}), nil)
	if got, want := string(made["m.asl.json"]), `{"A": "Release ConcludeRelease", "B": []}`; err != nil || strings.TrimSpace(got) != want {
		t.Errorf("without measures: got %s%v, want %s", got, err, want)
	}
}

func sameJSON(a, b string) bool {
	var x, y any
	return json.Unmarshal([]byte(a), &x) == nil && json.Unmarshal([]byte(b), &y) == nil && reflect.DeepEqual(x, y)
}
