package preflight_test

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/ec2-quarantine/quarantine/internal/preflight"
)

func TestWhatIsSaidOfAnErrorIsWhatPeopleCanRead(t *testing.T) {
	t.Parallel()
	const before, after = "operation error SSM: GetParameter, https response error StatusCode: 400", ", ParameterNotFound: Parameter /q not found."
	for text, want := range map[string]string{
		before + ", RequestID: iN7x3iCuPr64" + after:           before + after,
		before + ", RequestID: " + after:                       before + after,
		"denied. Encoded authorization failure message: abc":   "denied.",
		"RequestID: 1 is the first word, and is none of AWS's": "RequestID: 1 is the first word, and is none of AWS's",
	} {
		if got := preflight.Said(errors.New(text)); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if got := preflight.Said(errors.New(strings.Repeat("ä", 500))); utf8.RuneCountInString(got) != 400 || !strings.HasSuffix(got, "ä…") {
		t.Errorf("it is not seen to be cut: %q", got)
	}
}
