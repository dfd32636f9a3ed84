package load

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"time"
)

// times returns the list with every time as text: boto3 and the first version of the
// command line print seconds. What is no time at all is a problem that names its field.
func times(name string, list json.RawMessage, into reflect.Type) (json.RawMessage, []string) {
	var v any
	d := json.NewDecoder(bytes.NewReader(list))
	d.UseNumber()
	if d.Decode(&v) != nil {
		return list, nil // what decodes it says more
	}
	var w timeWalk
	v = w.value(name, v, into)
	text, err := json.Marshal(v)
	if err != nil || !w.changed {
		return list, w.problems
	}
	return text, w.problems
}

type timeWalk struct {
	changed  bool
	problems []string
}

var timeType = reflect.TypeFor[time.Time]()

// value follows a value and the type that it is decoded into.
func (w *timeWalk) value(path string, v any, into reflect.Type) any {
	for into.Kind() == reflect.Pointer {
		into = into.Elem()
	}
	if into == timeType {
		return w.time(path, v)
	}
	switch v := v.(type) {
	case map[string]any:
		for key, field := range v {
			if f, ok := fieldOf(into, key); ok {
				v[key] = w.value(path+"."+key, field, f)
			}
		}
	case []any:
		if into.Kind() == reflect.Slice {
			for i, item := range v {
				v[i] = w.value(fmt.Sprintf("%s[%d]", path, i), item, into.Elem())
			}
		}
	}
	return v
}

// fieldOf is the type of a field, by the name that encoding/json takes it by.
func fieldOf(into reflect.Type, key string) (reflect.Type, bool) {
	if into.Kind() != reflect.Struct {
		return nil, false
	}
	f, ok := into.FieldByNameFunc(func(name string) bool { return strings.EqualFold(name, key) })
	return f.Type, ok && f.IsExported()
}

func (w *timeWalk) time(path string, v any) any {
	switch v := v.(type) {
	case nil:
		return nil
	case json.Number:
		const year5000 = 95_617_584_000
		if seconds, err := v.Float64(); err == nil && seconds >= 0 && seconds < year5000 {
			w.changed = true
			return time.Unix(int64(seconds), 0).UTC().Format(time.RFC3339)
		}
	case string:
		if _, err := time.Parse(time.RFC3339, v); err == nil {
			return v
		}
	}
	w.problems = append(w.problems, fmt.Sprintf("%s: %.40q is not a time such as 2026-01-31T12:00:00Z", path, fmt.Sprint(v)))
	return nil
}
