package jsonata_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/local/jsonata"
)

// README.md has the hash of jsonata.min.js, so that a change of the file is noticed.
func TestTheReferenceImplementationIsTheOneThatTheReadmeNames(t *testing.T) {
	t.Parallel()
	script, err := os.ReadFile("jsonata.min.js")
	if err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(script)
	if text := hex.EncodeToString(sum[:]); !strings.Contains(string(readme), text) {
		t.Errorf("the SHA-256 of jsonata.min.js is %s, which README.md does not name", text)
	}
}

func eval(env jsonata.Env, source string) (string, error) {
	e, err := jsonata.Compile(source)
	if err != nil {
		return "", err
	}
	s := jsonata.Begin(env)
	defer s.Close()
	value, err := s.Eval(e)
	return string(value), err
}

func env(input string) jsonata.Env {
	return jsonata.Env{
		States: func(part string) json.RawMessage {
			if part != "input" {
				return nil
			}
			return json.RawMessage(input)
		},
		Variable: func(name string) (json.RawMessage, bool) { return json.RawMessage(`[3,4]`), name == "known" },
		Now:      func() time.Time { return time.UnixMilli(946684800123) },
		Random:   func() float64 { return 0.25 },
	}
}

func TestEval(t *testing.T) {
	t.Parallel()
	const sha = `"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"`
	tests := map[string]struct{ source, value string }{
		"$states":                  {`$states.input.a.b[1]`, `2`},
		"a variable":               {`$known[0] + $known[1]`, `7`},
		"a path to an array":       {`$states.input.a.b`, `[1,2]`},
		"a path through an array":  {`$states.input.l.k`, `[1,2]`},
		"a path to one of one":     {`$states.input.one.k`, `3`},
		"a path to null":           {`$states.input.no`, `null`},
		"a path to an empty array": {`$states.input.empty`, `[]`},
		"all of the input":         {`$states.input`, `{"z":"é😀<&>\"","a":{"b":[1,2]},"n":9007199254740991,"l":[{"k":1},{"k":2}],"one":[{"k":3}],"no":null,"empty":[]}`},
		"a literal":                {`'é' & "\u00e9"`, `"éé"`},
		"null":                     {`null`, `null`},
		"no part that is not":      {`$exists($states.result)`, `false`},
		"no variable that is not":  {`$exists($unknown)`, `false`},
		"a field in a predicate":   {`($l := [{"a":1},{"a":2}]; $l[a=2].a)`, `2`},
		"a field in a sort":        {`[{"a":2},{"a":1}]^(a).a`, `[1,2]`},
		"a field in a group":       {`[{"k":"x","v":1}]{k: v}`, `{"x":1}`},
		"a field in a transform":   {`{"a":[{"b":1}]} ~> |a|{"c": b + 1}|`, `{"a":[{"b":1,"c":2}]}`},
		"$ in a path":              {`[1,2].($ * 2)`, `[2,4]`},
		"a lambda":                 {`$map([1,2], function($v, $i) { $v + $i })`, `[1,3]`},
		"recursion":                {`($f := function($n) { $n = 0 ? 0 : 1 + $f($n - 1) }; $f(100))`, `100`},
		"a long sum":               {"0" + strings.Repeat("+1", 200), `200`},
		"$hash":                    {`$hash('abc', 'SHA-256')`, sha},
		"$hash MD5":                {`$hash('abc', 'MD5')`, `"900150983cd24fb0d6963f7d28e17f72"`},
		"$hash SHA-1":              {`$hash('abc', 'SHA-1')`, `"a9993e364706816aba3e25717850c26c9cd0d89d"`},
		"$hash SHA-384 and 512":    {`$length($hash('', 'SHA-384')) + $length($hash('', 'SHA-512'))`, `224`},
		"$parse":                   {`$parse('{"b":1,"a":[null]}')`, `{"b":1,"a":[null]}`},
		"$partition":               {`$partition([1,2,3,4,5], 2)`, `[[1,2],[3,4],[5]]`},
		"$range":                   {`[$range(0, 10, 5), $range(3, 1, -1), $range(0, 1, 0.5), $range(1, 0, 1)]`, `[0,5,10,3,2,1,0,0.5,1]`},
		"$random":                  {`$random()`, `0.25`},
		"$random of a seed":        {`[$random(7) = $random(7), $random(7) = $random(8), $random(7) < 1]`, `[true,false,true]`},
		"$uuid":                    {`$match($uuid(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/).match = $uuid()`, `true`},
		"$shuffle":                 {`$count($shuffle([1,2,3]))`, `3`},
		"$now and $millis":         {`[$now(), $millis()]`, `["2000-01-01T00:00:00.123Z",946684800123]`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := eval(env(`{"z":"é😀<&>\"","a":{"b":[1,2]},"n":9007199254740991,"l":[{"k":1},{"k":2}],"one":[{"k":3}],"no":null,"empty":[]}`), test.source)
			if got != test.value || err != nil {
				t.Errorf("%s gave %s and %v, want %s", test.source, got, err, test.value)
			}
		})
	}
}

func TestEvalErrors(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ source, code, message string }{
		"a type":                {`1 + 'a'`, "T2002", `The right side of the "+" operator must evaluate to a number`},
		"an argument":           {`$abs('x')`, "T0410", "does not match function signature"},
		"its own":               {`$error('boom')`, "D3137", "boom"},
		"a function's":          {`$hash('a', 'CRC32')`, "", "not \"CRC32\""},
		"$parse of no JSON":     {`$parse('{')`, "", "JSON"},
		"$partition by 0":       {`$partition([1], 0)`, "D3200", "positive integer"},
		"$range by 0":           {`$range(1, 2, 0)`, "D3201", "not be zero"},
		"$range too long":       {`$range(1, 1000000, 1)`, "D3202", "at most 100000"},
		"a function is no JSON": {`{"f": function($x) { $x }}`, "", "unsupported result type"},
		"a built-in function":   {`[$sum]`, "", "unsupported result type"},
		"recursion":             {`($f := function($n) { 1 + $f($n + 1) }; $f(0))`, "", "recurses deeper"},
		"a loop":                {`($f := function($n) { $f($n + 1) }; $f(0))`, "", "more steps"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := eval(env(`{}`), test.source)
			fault, ok := errors.AsType[*jsonata.Error](err)
			if !ok || fault.Code != test.code || !strings.Contains(err.Error(), test.message) {
				t.Errorf("%s gave %v, want %s: %s", test.source, err, test.code, test.message)
			}
		})
	}
}

func TestAnExpressionMustGiveAValue(t *testing.T) {
	t.Parallel()
	for _, source := range []string{`$states.input.x`, `$unknown`, `()`, `[1][5]`, `$states.result.a`} {
		if _, err := eval(env(`{}`), source); !errors.Is(err, jsonata.ErrNothing) {
			t.Errorf("%s gave %v, want ErrNothing", source, err)
		}
	}
}

func TestCompileRefuses(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ source, message string }{
		"what does not parse": {`1 +`, "S0207: Unexpected end of expression"},
		"nothing":             {``, "S0207"},
		"$ at the top":        {`$`, "$ has no value at the top level"},
		"$$":                  {`$$.a`, "$$ has no value at the top level"},
		"a field at the top":  {`a.b`, `the field "a" belongs to nothing`},
		"one as an argument":  {`$sum(a)`, `the field "a"`},
		"one in an object":    {`{"a": b}`, `the field "b"`},
		"one in a condition":  {`true ? a : 1`, `the field "a"`},
		"one in a function":   {`$map([1], function($v) { a })`, `the field "a"`},
		"one in a block":      {`($x := a; $x)`, `the field "a"`},
		"a wildcard":          {`*.a`, `the field "*"`},
		"$eval":               {`$eval('1')`, "$eval is not available"},
		"$eval in a path":     {`$states.input.$eval(a)`, "$eval is not available"},
		"$eval as a value":    {`'1' ~> $eval`, "$eval is not available"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e, err := jsonata.Compile(test.source)
			if _, ok := errors.AsType[*jsonata.Error](err); !ok || e != nil || !strings.Contains(err.Error(), test.message) {
				t.Errorf("%s gave %v, want %s", test.source, err, test.message)
			}
		})
	}
}

func TestASessionKeepsNothingOfThePreviousOne(t *testing.T) {
	t.Parallel()
	for _, input := range []string{`1`, `{"a":[2]}`, `"three"`} {
		if got, err := eval(env(input), `$states.input`); got != input || err != nil {
			t.Errorf("got %s and %v, want %s", got, err, input)
		}
	}
}

func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			for range 20 {
				if got, err := eval(env(`{"n":20}`), `$sum([1..$states.input.n])`); got != `210` || err != nil {
					t.Errorf("got %s and %v, want 210", got, err)
				}
			}
		})
	}
	all.Wait()
}

func FuzzEval(f *testing.F) {
	for _, source := range []string{`$states.input.a`, `1 + 'a'`, `$map([1..5], function($v) { $v * 2 })`, `$states.input{a: b}`,
		`$range(1, 5, 2) ~> $sum`, `"é" & '\u0000'`, `/a+/`, `{}[0]`, `$parse('1')`} {
		f.Add(source, `{"a":[1,{"b":"c"}]}`)
	}
	f.Fuzz(func(t *testing.T, source, input string) {
		if !json.Valid([]byte(input)) {
			input = `{}`
		}
		got, err := eval(env(input), source)
		if err == nil && !json.Valid([]byte(got)) {
			t.Errorf("%q gave %q, which is not JSON", source, got)
		}
		if _, ok := errors.AsType[*jsonata.Error](err); err != nil && !ok && !errors.Is(err, jsonata.ErrNothing) {
			t.Errorf("%q gave %v of type %T", source, err, err)
		}
	})
}

func BenchmarkEval(b *testing.B) {
	e, err := jsonata.Compile(`$states.input.a.b[0] & '-' & $known[1]`)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		s := jsonata.Begin(env(`{"a":{"b":[1,2]}}`))
		if _, err := s.Eval(e); err != nil {
			b.Fatal(err)
		}
		s.Close()
	}
}
