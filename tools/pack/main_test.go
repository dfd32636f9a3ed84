package main

import (
	"archive/zip"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// repository makes a repository with the files of a release and some that do not belong to one.
func repository(t *testing.T, at time.Time) string {
	t.Helper()
	root := t.TempDir()
	for _, name := range []string{
		"LICENSE", "README.md", "infra/template.yaml", "infra/template_test.go", "statemachine/quarantine.asl.json",
		"build/triage/bootstrap", "build/isolate/bootstrap",
	} {
		file := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte("this is "+name), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(file, at, at); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// released packs a release and returns its files by name.
func released(t *testing.T, root string) map[string][]byte {
	t.Helper()
	out := filepath.Join(t.TempDir(), "release")
	if err := run(root, out, "v1.2.3", []string{"arm64=" + filepath.Join(root, "build")}); err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	entries, err := os.ReadDir(out)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if files[e.Name()], err = os.ReadFile(filepath.Join(out, e.Name())); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

const zipFile = "quarantine-stack-v1.2.3-arm64.zip"

func TestAZipHasOnlyTheFilesThatAreDeployed(t *testing.T) {
	t.Parallel()
	body := released(t, repository(t, time.Now()))[zipFile]
	z, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range z.File {
		got = append(got, fmt.Sprintf("%s %s", f.Mode(), strings.TrimPrefix(f.Name, "quarantine-stack-v1.2.3-arm64/")))
	}
	want := []string{
		"-rw-r--r-- LICENSE", "-rwxr-xr-x dist/isolate/bootstrap", "-rwxr-xr-x dist/triage/bootstrap",
		"-rw-r--r-- infra/template.yaml", "-rw-r--r-- statemachine/quarantine.asl.json",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

func TestTheSameInputGivesTheSameBytes(t *testing.T) {
	t.Parallel()
	first := released(t, repository(t, time.Now()))
	later := released(t, repository(t, time.Now().Add(time.Hour)))
	if !bytes.Equal(first[zipFile], later[zipFile]) {
		t.Error("the zip depends on when its files were written")
	}
}

func TestAReleaseWithAMissingFileIsRefused(t *testing.T) {
	t.Parallel()
	root := repository(t, time.Now())
	for name, build := range map[string]string{"no binaries": "arm64=" + filepath.Join(root, "infra"), "no folder": "arm64"} {
		if err := run(root, t.TempDir(), "v1.2.3", []string{build}); err == nil {
			t.Errorf("%s: the release was packed", name)
		}
	}
}

func TestVersionsAreTags(t *testing.T) {
	t.Parallel()
	for version, want := range map[string]bool{"v1.2.3": true, "v0.1.0-rc.1": true, "1.2.3": false, "v1.2": false, "v1.2.3; rm": false, "v1.2.3/..": false} {
		if got := versions.MatchString(version); got != want {
			t.Errorf("%q: %v", version, got)
		}
	}
}
