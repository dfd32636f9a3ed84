package lambdaboundary_test

import (
	"strings"
	"testing"
)

// The line holds nothing but the embedded metric format (EMF), as a JSON object at the line's root.
func TestEachMeasurementIsItsOwnLine(t *testing.T) {
	t.Parallel()
	f := sample(t, "measure", "METRICS_NAMESPACE", "Quarantine/stack")
	f.Invoke(t.Context(), `{}`)
	var found int
	for _, l := range lines(t, f) {
		if l["Contained"] == 1.0 && l["_aws"] != nil && len(l) == 2 {
			found++
		}
	}
	if found != 1 {
		t.Errorf("%d EMF lines, want 1, in\n%s", found, f.Output())
	}
}

func TestWithoutANamespaceNothingIsMeasured(t *testing.T) {
	t.Parallel()
	f := sample(t, "measure")
	if got := f.Invoke(t.Context(), `{}`); got.Payload != `"done"` || strings.Contains(f.Output(), "_aws") {
		t.Errorf("got %+v\n%s", got, f.Output())
	}
}
