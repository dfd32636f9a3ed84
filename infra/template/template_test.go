package template_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/infra/template"
)

const small = `
Globals:
  Function:
    Timeout: 10
    Environment: {Variables: {A: one, B: two}}
    Layers: [first]
Parameters: {Mode: {Type: String}}
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      Timeout: 20
      Environment: {Variables: {B: !Ref Mode}}
      Layers: [!GetAtt L.Arn]
      # *: why
      Role: '*'
      Policies:
        - !If [Some, {Effect: Allow}, !Ref AWS::NoValue]
        - Action: '*' # *: because
      Text: |
        two
        lines
  T: {Type: AWS::SNS::Topic}
`

func parse(t *testing.T, text string) *template.Template {
	t.Helper()
	parsed, err := template.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

func TestShortFormsBecomeLongOnesAndGlobalsReachTheResources(t *testing.T) {
	t.Parallel()
	got := parse(t, small).Of("AWS::Serverless::Function")["F"].Properties
	want := map[string]any{
		"Timeout":     int(20),
		"Environment": map[string]any{"Variables": map[string]any{"A": "one", "B": map[string]any{"Ref": "Mode"}}},
		"Layers":      []any{"first", map[string]any{"Fn::GetAtt": []any{"L", "Arn"}}},
		"Role":        "*",
		"Policies": []any{
			map[string]any{"Fn::If": []any{"Some", map[string]any{"Effect": "Allow"}, map[string]any{"Ref": "AWS::NoValue"}}},
			map[string]any{"Action": "*"},
		},
		"Text": "two\nlines\n",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestScalarsKnowTheirLinesAndTheirComments(t *testing.T) {
	t.Parallel()
	parsed := parse(t, `A:
  # above a key
  B: '*'
  C: '*' # beside
  D:
    - x # beside another
    # above an element
    - !Sub '*'
  E: ['*', y] # beside a list
  F: # beside a key
    - '*'
  G:
    - '*'
`)
	var got []string
	for _, s := range parsed.Scalars() {
		if s.Value == "*" {
			got = append(got, fmt.Sprint(s.Line, " ", strings.Join(s.Path, "."), " ", strings.TrimSpace(s.Comment)))
		}
	}
	want := []string{
		"3 A.B # above a key",
		"4 A.C # beside",
		"8 A.D.1.Fn::Sub # above an element",
		"9 A.E.0 # beside a list",
		"11 A.F.0 # beside a key",
		"13 A.G.0 ",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestCasesAreBothSidesOfAnIf(t *testing.T) {
	t.Parallel()
	body := parse(t, `
A: !If [X, one, !If [Y, two, !Ref AWS::NoValue]]
B: [!If [X, [1], 2], three]
C: !If [X, [one], [two]]
`).Body
	for name, c := range map[string]struct{ got, want []any }{
		"of a value":         {template.Cases(body["A"]), []any{"one", "two"}},
		"of what is missing": {template.Cases(body["Z"]), nil},
		"of elements":        {template.List(body["B"]), []any{[]any{int(1)}, int(2), "three"}},
		"of lists":           {template.List(body["C"]), []any{"one", "two"}},
		"of one":             {template.List("x"), []any{"x"}},
	} {
		if diff := cmp.Diff(c.want, c.got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	if !template.Conditional(body["A"]) || template.Conditional(body["C"]) || template.Conditional("x") {
		t.Error("only A can be without a value")
	}
}

func TestTextIsOneWayToWriteAReference(t *testing.T) {
	t.Parallel()
	for written, want := range map[string]string{
		`!Ref Ledger`:                                "${Ledger}",
		`!GetAtt Ledger.Arn`:                         "${Ledger.Arn}",
		`{"Fn::GetAtt": [Ledger, Arn]}`:              "${Ledger.Arn}",
		`!Sub "${Ledger.Arn}/index/*"`:               "${Ledger.Arn}/index/*",
		`!Sub ["${a}:${B}", {a: !Ref Ledger}]`:       "${Ledger}:${B}",
		`!Join [":", [arn, !Ref AWS::Partition, x]]`: "arn:${AWS::Partition}:x",
		`!Join [",", !Ref Accounts]`:                 "${Accounts}",
		`!Select [0, [a]]`:                           `{"Fn::Select":[0,["a"]]}`,
		`plain`:                                      "plain",
		`7`:                                          "7",
	} {
		if got := template.Text(parse(t, "A: "+written).Body["A"]); got != want {
			t.Errorf("%s is %s, want %s", written, got, want)
		}
	}
	got := template.References("${B.Arn}-${AWS::StackName}/${A}${B}${!Not}")
	if diff := cmp.Diff([]string{"AWS::StackName", "A", "B"}, got, cmp.Transformer("set", set)); diff != "" {
		t.Error(diff)
	}
}

func set(names []string) map[string]bool {
	out := map[string]bool{}
	for _, n := range names {
		out[n] = true
	}
	return out
}

func TestWhatIsNoTemplateIsRefusedWithItsLine(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                      "no YAML",
		"- a":                   "line 1: a template is a mapping",
		"A: 1\nB: &b 2\n":       "line 2: anchors",
		"A: 1\nB: {<<: {C: 1}}": "line 2: only plain keys",
		"A: 1\n? [b]\n: 2":      "line 2: only plain keys",
		"A: 1\nA: 2":            "line 2: A stands there twice",
		"A: [":                  "no YAML",
		"A: 1\n---\nB: 2":       "here are more",
		"A: 1\nC: !Ref\n":       "line 2: !Ref is of nothing",
		"C: !Ref {D: 1}\n":      "line 1: !Ref is of nothing",
		"C: !!int x\n":          "line 1: ",
	} {
		if _, err := template.Parse([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(small)
	f.Add("A: !Sub [x, {y: !Ref Z}]\n")
	f.Add("? a\n: b\n")
	f.Fuzz(func(t *testing.T, text string) {
		parsed, err := template.Parse([]byte(text))
		if err != nil {
			return
		}
		parsed.Resources()
		for _, s := range parsed.Scalars() {
			s.Within("Resources")
		}
		template.References(template.Text(parsed.Body))
	})
}
