package call

import (
	"reflect"
	"time"
)

// Printed is an SDK input or output as the AWS command line prints it.
func Printed(v any) any { return cliValue(reflect.ValueOf(v)) }

// PrintedAll returns each resource as the AWS command line prints it.
func PrintedAll[T any](resources []*T) []any {
	out := []any{}
	for _, r := range resources {
		out = append(out, Printed(r))
	}
	return out
}

// cliValue converts an SDK value to what the command line prints: the same names, without
// members that AWS did not send.
func cliValue(v reflect.Value) any {
	if t, ok := v.Interface().(time.Time); ok {
		return t.UTC().Format(time.RFC3339Nano)
	}
	switch v.Kind() {
	case reflect.Pointer:
		return cliValue(v.Elem())
	case reflect.Struct:
		members := map[string]any{}
		for i := range v.NumField() {
			field := v.Type().Field(i)
			if field.IsExported() && !unsent(v.Field(i)) {
				members[field.Name] = cliValue(v.Field(i))
			}
		}
		return members
	case reflect.Slice:
		list := []any{}
		for i := range v.Len() {
			list = append(list, cliValue(v.Index(i)))
		}
		return list
	default:
		return v.Interface()
	}
}

// unsent reports whether a member is missing, as opposed to empty.
func unsent(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Pointer, reflect.Slice:
		return v.IsNil()
	case reflect.String:
		return v.Len() == 0
	default:
		return false
	}
}
