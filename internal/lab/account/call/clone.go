package call

import "reflect"

// Clone returns a deep copy of v, so that the account and its callers never share memory.
func Clone[T any](v T) T {
	var out T
	dst := reflect.ValueOf(&out).Elem()
	dst.Set(reflect.ValueOf(&v).Elem())
	detach(dst)
	return out
}

// detach replaces everything that the settable value v refers to by copies. It leaves
// unexported fields as they are: those of the SDK hold nothing that can change.
func detach(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return
		}
		inner := v.Elem()
		copied := reflect.New(inner.Type()).Elem()
		copied.Set(inner)
		detach(copied)
		if v.Kind() == reflect.Pointer {
			copied = copied.Addr()
		}
		v.Set(copied)
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				detach(v.Field(i))
			}
		}
	case reflect.Slice:
		if v.IsNil() {
			return
		}
		copied := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		reflect.Copy(copied, v)
		for i := range copied.Len() {
			detach(copied.Index(i))
		}
		v.Set(copied)
	case reflect.Map:
		if v.IsNil() {
			return
		}
		copied := reflect.MakeMapWithSize(v.Type(), v.Len())
		for _, key := range v.MapKeys() {
			elem := reflect.New(v.Type().Elem()).Elem()
			elem.Set(v.MapIndex(key))
			detach(elem)
			copied.SetMapIndex(key, elem)
		}
		v.Set(copied)
	}
}
