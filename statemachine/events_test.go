package statemachine_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	q "github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// What the definitions write into an incident's time series, the handlers and
// commands read by these kinds.
func TestTheDefinitionsWriteEventsOfKnownKinds(t *testing.T) {
	t.Parallel()
	got := map[q.EventKind]bool{}
	for name, definition := range definitions {
		eachItem(t, definition, func(item map[string]map[string]any) {
			key, isEvent := strings.CutPrefix(fmt.Sprint(item["sk"]["S"]), "{% 'EVENT#")
			if !isEvent {
				return
			}
			kind := fmt.Sprint(item["kind"]["S"])
			if inKey, _, _ := strings.Cut(key, "#"); inKey != kind {
				t.Errorf("%s writes an event of kind %q under a key of kind %q", name, kind, inKey)
			}
			got[q.EventKind(kind)] = true
		})
	}
	if diff := cmp.Diff([]q.EventKind{q.EventFailed, q.EventJoined, q.EventKept}, slices.Sorted(maps.Keys(got))); diff != "" {
		t.Errorf("the kinds of the definitions' events (-want +got):\n%s", diff)
	}
}

// eachItem visits every item that a definition puts.
func eachItem(t *testing.T, definition []byte, visit func(map[string]map[string]any)) {
	t.Helper()
	var look func(json.RawMessage)
	look = func(value json.RawMessage) {
		var fields map[string]json.RawMessage
		var values []json.RawMessage
		switch {
		case json.Unmarshal(value, &fields) == nil:
			var item map[string]map[string]any
			if json.Unmarshal(fields["Item"], &item) == nil {
				visit(item)
			}
			for _, f := range fields {
				look(f)
			}
		case json.Unmarshal(value, &values) == nil:
			for _, v := range values {
				look(v)
			}
		}
	}
	look(definition)
}
