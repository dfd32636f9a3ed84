package guardduty

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// object is a JSON object and its path in the event. A missing object has no fields.
type object struct {
	r      *reader
	path   string
	fields map[string]any
	// lax objects describe and decide nothing: a value in them of another kind than
	// expected is left out with a note, where it is a fault elsewhere.
	lax bool
}

// decoration is the object, of which no verdict depends on what is read.
func (o object) decoration() object {
	o.lax = true
	return o
}

// wrong treats a value of another kind than expected.
func (o object) wrong(path, want, got string) {
	if o.lax {
		o.r.leave(path, want, got)
		return
	}
	o.r.fail(path, want, got)
}

func (o object) at(name string) string { return join(o.path, name) }

// get looks a field up by its exact name; null counts as missing. A field whose name
// differs in case only is a fault: it comes from GetFindings, which uses PascalCase,
// and skipping it would mean reading the finding in part.
func (o object) get(name string) (any, bool) {
	if v, ok := o.fields[name]; ok && v != nil {
		return v, o.r.fault == nil
	}
	for _, key := range slices.Sorted(maps.Keys(o.fields)) {
		if key != name && strings.EqualFold(key, name) {
			o.wrong(o.at(name), "named in camelCase, as EventBridge delivers it", "named "+quote(key)+", as GetFindings returns it")
		}
	}
	return nil, false
}

// spelling returns the spelling under which a field is present. It is for the two
// fields of attack sequences that AWS's API spells inconsistently, subNetId and
// IamInstanceProfile: an event may use either case.
func (o object) spelling(name string) string {
	for _, key := range slices.Sorted(maps.Keys(o.fields)) {
		if strings.EqualFold(key, name) {
			return key
		}
	}
	return name
}

// as reads an optional field. A value of another JSON type is wrong.
func as[T any](o object, name, want string) (T, bool) {
	v, there := o.get(name)
	t, ok := v.(T)
	if text, isText := v.(string); !ok && isText && o.lax {
		// A tool between may have made text of an object or a list.
		if inner, bad := decode([]byte(text)); bad == nil {
			t, ok = inner.(T)
		}
	}
	if there && !ok {
		o.wrong(o.at(name), want, describe(v))
	}
	return t, there && ok
}

// text reads an optional text. Where nothing depends on it, a number and a yes or no
// are read as they are written.
func (o object) text(name string) string {
	v, _ := o.get(name)
	if s, ok := written(v); ok && o.lax {
		return s
	}
	s, _ := as[string](o, name, "text")
	return s
}

func written(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case json.Number:
		return v.String(), true
	case bool:
		return strconv.FormatBool(v), true
	}
	return "", false
}

func (o object) flag(name string) bool {
	b, _ := as[bool](o, name, "true or false")
	return b
}

func (o object) number(name string) (float64, bool) {
	n, ok := as[json.Number](o, name, "a number")
	if !ok {
		return 0, false
	}
	f, err := n.Float64()
	if err != nil {
		o.wrong(o.at(name), "a number of sensible size", describe(n))
	}
	return f, err == nil
}

// id reads a required text field and validates it.
func (o object) id(name, want string, valid func(string) bool) string {
	v, there := o.get(name)
	if !there {
		o.r.fail(o.at(name), want, "missing")
		return ""
	}
	s, ok := v.(string)
	if !ok || !valid(s) {
		o.r.fail(o.at(name), want, describe(v))
		return ""
	}
	return s
}

// idIfThere is id for an optional field.
func (o object) idIfThere(name, want string, valid func(string) bool) string {
	if _, there := o.get(name); !there {
		return ""
	}
	return o.id(name, want, valid)
}

// hint reads an optional text field and drops a text that is not valid.
func (o object) hint(name string, valid func(string) bool) string {
	if s := o.text(name); valid(s) {
		return s
	}
	return ""
}

func (o object) child(name string) object {
	fields, _ := as[map[string]any](o, name, "an object")
	return object{o.r, o.at(name), fields, o.lax}
}

// need is child for a required object.
func (o object) need(name string) object {
	if _, there := o.get(name); !there {
		o.r.fail(o.at(name), "an object", "missing")
	}
	return o.child(name)
}

func (o object) list(name string) []any {
	items, _ := as[[]any](o, name, "a list")
	if len(items) > maxList {
		o.wrong(o.at(name), fmt.Sprintf("a list of at most %d", maxList), describe(items))
		return items[:maxList]
	}
	return items
}

func (o object) children(name string) []object {
	var out []object
	for i, item := range o.list(name) {
		fields, ok := item.(map[string]any)
		if !ok {
			o.wrong(index(o.at(name), i), "an object", describe(item))
			continue
		}
		out = append(out, object{o.r, index(o.at(name), i), fields, o.lax})
	}
	return out
}

func (o object) texts(name string) []string {
	var out []string
	for i, item := range o.list(name) {
		s, ok := item.(string)
		if !ok && o.lax {
			s, ok = written(item)
		}
		if !ok {
			o.wrong(index(o.at(name), i), "text", describe(item))
			continue
		}
		out = append(out, s)
	}
	return out
}
