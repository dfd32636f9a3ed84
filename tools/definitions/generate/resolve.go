package generate

import (
	"fmt"
	"regexp"

	"github.com/goccy/go-yaml"
)

// resolver has the text of expression pieces by name, and the measures.
type resolver struct {
	texts map[string]string
	steps steps
}

var piece = regexp.MustCompile(`@\{([^}]*)\}`)

// value inserts pieces and splices lists. The YAML library has resolved aliases and
// merges already.
func (r resolver) value(v any) (any, error) {
	switch v := v.(type) {
	case string:
		return r.text(v)
	case yaml.MapSlice:
		return r.object(v)
	case []any:
		return r.list(v)
	default:
		return v, nil
	}
}

func (r resolver) text(s string) (string, error) {
	var unknown error
	whole := piece.ReplaceAllStringFunc(s, func(use string) string {
		text, known := r.texts[piece.FindStringSubmatch(use)[1]]
		if !known {
			unknown = fmt.Errorf("%s is not in %s", use, pieces)
		}
		return text
	})
	return whole, unknown
}

// object rejects a duplicate key, as when two parts of a definition have a state of the
// same name: one of them would be lost.
func (r resolver) object(fields yaml.MapSlice) (yaml.MapSlice, error) {
	seen, whole := map[string]bool{}, make(yaml.MapSlice, 0, len(fields))
	for _, f := range fields {
		all, err := r.fields(f)
		if err != nil {
			return nil, err
		}
		for _, one := range all {
			key := fmt.Sprint(one.Key)
			if seen[key] {
				return nil, fmt.Errorf("%s stands twice", key)
			}
			seen[key] = true
			whole = append(whole, one)
		}
	}
	return whole, nil
}

// list splices a list inside a list: no definition has a list of lists.
func (r resolver) list(values []any) ([]any, error) {
	var whole []any
	for _, v := range values {
		all, isEach, err := r.repeated(v)
		if err != nil {
			return nil, err
		}
		if isEach {
			whole = append(whole, all...)
			continue
		}
		value, err := r.value(v)
		if err != nil {
			return nil, err
		}
		if inner, isList := value.([]any); isList {
			whole = append(whole, inner...)
		} else {
			whole = append(whole, value)
		}
	}
	return whole, nil
}
