package jsonata

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dop251/goja"
)

// world is an Env that has the same text for every part and variable.
func world(text string) Env {
	draws := 0.0
	return Env{
		States:   func(string) json.RawMessage { return json.RawMessage(text) },
		Variable: func(string) (json.RawMessage, bool) { return json.RawMessage(text), true },
		Now:      func() time.Time { return time.UnixMilli(1_700_000_000_123) },
		Random:   func() float64 { draws++; return 1 / (1 + draws) },
	}
}

// byReference evaluates with the unmodified reference implementation.
func byReference(e *Expression, env Env) (string, error) {
	s := Begin(env)
	defer s.Close()
	p, err := s.parsed(e)
	if err != nil {
		return "", err
	}
	value, err := s.rt.runOriginal(p)
	switch {
	case err != nil:
		return "", err
	case goja.IsUndefined(value):
		return "", ErrNothing
	}
	return value.String(), nil
}

// same fails the test if an expression's result differs from the reference's.
func same(t *testing.T, source, text string) {
	t.Helper()
	e, err := Compile(source)
	if err != nil {
		return
	}
	s := Begin(world(text))
	defer s.Close()
	value, err := s.Eval(e)
	got := fmt.Sprintf("%s %v", value, err)
	value2, err := byReference(e, world(text))
	if want := fmt.Sprintf("%s %v", value2, err); got != want {
		t.Errorf("%s\nof %s\ngave %s\nand by the reference %s", source, text, got, want)
	}
}

var tricky = []string{
	`$states.input`, `$v`, `$v.a`, `$v.a.b`, `$states.context.a & '-' & $v.b`, `[$v.a, $v.b]`, `{'x': $v.a, 'y': $v.b.a}`, `$v.a = $v.b`,
	`$v.a in ['x', $v.b]`, `$count($v.a) > 1`, `$exists($v.a.b) ? $v.a.b : 'none'`, `$v.a[0]`, `$v.a[b = 1].b`, `$v.{'x': a, 'y': [b]}`,
	`$map($v.a, function($v) { $v.b })`, `($v := {'a': 1}; $v.a)`, `[$x := $v.a, $x]`, `[$random(), $string($random())]`, `[$uuid(), $random()]`,
	`$v.a{b: $v.b}`, `$merge([$v.a, $v.b])`, `$v ~> |a|{'c': 1}|`, `$v.a@$x.{'x': $x}`, `$v.a#$i.{'i': $i}`, `$v.a.b.%.a`, `$string($v.a)`,
	`$v.a ~> $string`, `$v.a.$string()`, `($f := function($n) { $n.a }; $f($v))`, `$v.a.$v.b`, `[1 + 'a', $error('x')]`, `$v.a & 1 + $v.b`,
	`$v.'a'`, "$v.`a`", `$v.a[]`, `[$v.a.b][0]`, `-$v.a`, `$v.a..$v.b`, `3600`, `"\u00e9" & 'x'`, `{'a': [], 'b': {}}`, `$not($v.a.c) or $not($v.b)`,
	`$sort($v.a, function($l, $r) { $l > $r })`, `$v.a^(b)`, `$sum($v.*)`, `$v.**.b`, `$each($v, function($x, $k) { $k })`, `$v.__proto__`, `$v.length`,
	`$v.a[$.b = $v.b]`, `$v.($.a)`, `$v.a.($ & 'x')`, `$$.a`,
}

// expressions are all expressions of the definitions, and some that could show differences.
func expressions(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob("../../../statemachine/*.asl.json")
	if err != nil || len(files) == 0 {
		t.Fatal("no definitions", err)
	}
	all := slices.Clone(tricky)
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range regexp.MustCompile(`"\{% (.*) %\}"`).FindAllStringSubmatch(string(text), -1) {
			var source string
			if json.Unmarshal([]byte(`"`+found[1]+`"`), &source) == nil {
				all = append(all, regexp.MustCompile(`\$\{[A-Za-z]+\}`).ReplaceAllString(source, "3600"))
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// document makes JSON in which the names of an expression often have a value. All numbers are in a float's range:
// the engine refuses others, wherever they are, and a shortcut does not read values that it does not need.
type document struct {
	*rand.Rand
	names []string
}

func (d document) text(depth int) string {
	scalars := []string{
		`"x"`, `"isolate"`, `"contained"`, `""`, `"é😀"`, `"\u003ca\u003e\u0026\u2028"`, `"\"\\\n\u001f\ud83d\ude00"`, `"\ud800"`, `"\/"`,
		"0", "1", "3", "-1", "0.5", "-0", "1.0", "1e3", "1e-7", "0.000001", "123456789012345", "9007199254740993", "8.25", "10.50", "true", "false", "null",
	}
	if depth == 0 || d.IntN(4) == 0 {
		return scalars[d.IntN(len(scalars))]
	}
	var parts []string
	if d.IntN(4) == 0 {
		for range d.IntN(4) {
			parts = append(parts, d.text(depth-1))
		}
		return "[" + strings.Join(parts, d.comma()) + "]"
	}
	for range 1 + d.IntN(6) {
		parts = append(parts, `"`+d.names[d.IntN(len(d.names))]+`":`+d.text(depth-1))
	}
	return "{" + strings.Join(parts, d.comma()) + "}"
}

func (d document) comma() string { return []string{",", ",", ",", " ,\n\t"}[d.IntN(4)] }

// This test and its subtests are not parallel, because other tests here measure time limits.
func TestEveryShortcutGivesWhatTheReferenceGives(t *testing.T) {
	for _, source := range expressions(t) {
		t.Run(source, func(t *testing.T) {
			names := append(regexp.MustCompile(`[A-Za-z_]+`).FindAllString(source, -1), "a", "b", "7", "__proto__", `\u0061`)
			d := document{rand.New(rand.NewPCG(1, uint64(len(source)))), names}
			for range 8 {
				same(t, source, d.text(4))
			}
		})
	}
}

func FuzzSameAsTheReference(f *testing.F) {
	for _, source := range expressions(f) {
		f.Add(source, `{"a":[1,{"b":"c"}],"b":{"a":1.50,"7":null}}`)
	}
	f.Fuzz(func(t *testing.T, source, text string) {
		var value any // has no numbers that are out of range
		if json.Unmarshal([]byte(text), &value) == nil {
			same(t, source, text)
		}
	})
}
