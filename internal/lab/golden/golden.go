// Package golden holds what tests make to files in the repository, for people to read
// and review. With the flag -update, a test writes them anew.
package golden

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the files anew that show what the tests make")

// Update tells whether files are to be written anew, for those that are no texts.
func Update() bool { return *update }

// File compares a text with a file, and returns the file's text.
func File(t *testing.T, file, got string) (want string) {
	t.Helper()
	if *update {
		write(t, file, got)
	}
	want = read(t, file)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("differs from %s (-want +got; -update writes it anew):\n%s", file, diff)
	}
	return want
}

// Section compares a text with what stands in a document between two marks.
func Section(t *testing.T, file, begin, end, got string) {
	t.Helper()
	before, rest, _ := strings.Cut(read(t, file), begin)
	shown, after, found := strings.Cut(rest, end)
	switch {
	case !found:
		t.Fatalf("%s has no %s", file, end)
	case shown == got:
	case *update:
		write(t, file, before+begin+got+end+after)
	default:
		t.Fatalf("%s is out of date: run this test with -update (-want +got):\n%s", file, cmp.Diff(shown, got))
	}
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
