package measure_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestCases plays what the search has found before: each broke the protocol once.
func TestCases(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/cases/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no cases: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var s scenario
			read := json.NewDecoder(bytes.NewReader(text))
			read.DisallowUnknownFields()
			if err := read.Decode(&s); err != nil {
				t.Fatal(err)
			}
			for _, problem := range play(s) {
				t.Error(problem)
			}
		})
	}
}
