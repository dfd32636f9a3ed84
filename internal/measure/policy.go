package measure

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
)

// SamePolicy tells whether two documents of policies say the same: whatever the order of statements
// and of values, white space, the names of statements, and whether a list of one is a list.
func SamePolicy(a, b string) bool {
	one, two := canonical(a), canonical(b)
	return one != nil && bytes.Equal(one, two)
}

// canonical is a document in the one way of all that say the same; nil if it is no JSON.
func canonical(document string) []byte {
	var d map[string]any
	if json.Unmarshal([]byte(document), &d) != nil {
		return nil
	}
	delete(d, "Id")
	if one, single := d["Statement"].(map[string]any); single {
		d["Statement"] = []any{one}
	}
	statements, _ := d["Statement"].([]any)
	for _, s := range statements {
		if fields, is := s.(map[string]any); is {
			delete(fields, "Sid")
		}
	}
	out, err := json.Marshal(ordered(d))
	if err != nil {
		return nil
	}
	return out
}

// ordered has every list in one order, and in place of a list of one what is in it.
func ordered(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for _, key := range slices.Collect(maps.Keys(v)) {
			v[key] = ordered(v[key])
		}
	case []any:
		if len(v) == 1 {
			return ordered(v[0])
		}
		for n := range v {
			v[n] = ordered(v[n])
		}
		slices.SortFunc(v, func(a, b any) int { return bytes.Compare(jsonOf(a), jsonOf(b)) })
	}
	return v
}

func jsonOf(v any) []byte {
	out, _ := json.Marshal(v) // of what was read as JSON
	return out
}

// PolicyHash is a short name of a document, for records.
func PolicyHash(document string) string {
	sum := sha256.Sum256([]byte(document))
	return hex.EncodeToString(sum[:8])
}
