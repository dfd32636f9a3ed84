package estate

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// WantName checks the name of a handler's failure; "" is none.
func WantName(t *testing.T, err error, name string) {
	t.Helper()
	if got := quarantine.NameOf(err); got != name {
		t.Errorf("got %q (%v), want %s", got, err, name)
	}
}

// WantSays checks that an error's text contains another.
func WantSays(t *testing.T, err error, text string) {
	t.Helper()
	if said := fmt.Sprint(err); !strings.Contains(said, text) {
		t.Errorf("%q does not say %q", said, text)
	}
}
