package deployment

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTheFileIsReadStrictly(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]struct{ stack, fault string }{
		"stack: guard\n":                 {"guard", ""},
		"# nothing but a comment\n":      {"", ""},
		"":                               {"", ""},
		"---\nstack: guard\n":            {"guard", ""},
		"stack:\n":                       {"", ""},
		"{stack: guard}":                 {"guard", ""},
		"stack: guard\nstak: other\n":    {"", "line 2: field stak not found: the one key is stack"},
		"stack: guard\ntable: t\n":       {"", "line 2: field table not found"},
		"\nstack: guard\nstack: other\n": {"", "line 3: "},
		"stack: [guard]\n":               {"", "line 1: "},
		"guard\n":                        {"", "line 1: "},
		"stack: 'guard\n":                {"", "line 2: "},
		"stack: a\n---\nstack: b\n":      {"", "second document"},
	} {
		got, err := parseSettings([]byte(text))
		switch {
		case want.fault == "" && (err != nil || got.Stack != want.stack):
			t.Errorf("%q: %+v, %v", text, got, err)
		case want.fault != "" && (err == nil || !strings.Contains(err.Error(), want.fault) || strings.Contains(err.Error(), "\n")):
			t.Errorf("%q: should say %q in a line, but: %+v, %v", text, want.fault, got, err)
		}
	}
}

func TestAFaultNamesTheFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(path, []byte("stak: guard\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := readSettings(path)
	if _, ok := errors.AsType[*FileError](err); !ok || !strings.HasPrefix(err.Error(), path+": line 1: ") {
		t.Errorf("got %v", err)
	}
	if _, err := readSettings(filepath.Dir(path)); err == nil || !strings.Contains(err.Error(), filepath.Dir(path)) {
		t.Errorf("a file that cannot be read: %v", err)
	}
}

func TestWhereTheFileIs(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("XDG_CONFIG_HOME", "")
	if got, want := SettingsPath(home), filepath.Join(home, "quarantine", "config.yaml"); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	for _, none := range []string{"", "relative"} {
		if got := SettingsPath(none); !strings.HasPrefix(got, home) || !strings.HasSuffix(got, filepath.Join("quarantine", "config.yaml")) {
			t.Errorf("%q: got %s", none, got)
		}
	}
	t.Setenv("HOME", "")
	if got := SettingsPath(""); got != "" {
		t.Errorf("without a home: %s", got)
	}
}

// What is read without a fault is a mapping of the one key, and reads the same
// again; what has a fault sets nothing.
func FuzzSettings(f *testing.F) {
	for _, seed := range []string{"stack: guard", "stak: guard", "stack: [a]", "---\nstack: a\n---\nstack: b", "&a stack: *a", "stack: !!binary x", "\xff", "? a\n: b"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := parseSettings(text)
		again, errAgain := parseSettings(text)
		if s != again || (err == nil) != (errAgain == nil) {
			t.Errorf("%+v, %v and then %+v, %v", s, err, again, errAgain)
		}
		if err != nil && s != (settings{}) {
			t.Errorf("a fault, and still %+v: %v", s, err)
		}
	})
}
