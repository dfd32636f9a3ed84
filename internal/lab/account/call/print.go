package call

import (
	"reflect"
	"time"
)

// Printed is an input or output of the SDK's as the AWS command line prints it.
func Printed(v any) any { return cliValue(reflect.ValueOf(v)) }

// PrintedAll gives each resource as the AWS command line prints it.
func PrintedAll[T any](resources []*T) []any {
	out := []any{}
	for _, r := range resources {
		out = append(out, Printed(r))
	}
	return out
}

// cliValue turns a value of the SDK's into what the command line prints of it:
// the same names, no member that AWS did not send.
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

// unsent tells a member that is not there from one that is empty.
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
