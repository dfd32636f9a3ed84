package main

import (
	"os"
	"path/filepath"
	"testing"
)

// The layouts that reports draw are those of the definitions as they are.
func TestTheLayoutsAreOfTheDefinitions(t *testing.T) {
	t.Parallel()
	for name, definition := range definitions {
		file := filepath.Join(t.TempDir(), name+".json")
		if err := write(t.Context(), file, definition); err != nil {
			t.Fatal(err)
		}
		made, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		there, err := os.ReadFile("../../internal/report/graph/layouts/" + name + ".json")
		if err != nil || string(there) != string(made) {
			t.Errorf("the layout of %s is of another definition (%v): go run ./tools/graphlayout", name, err)
		}
	}
}
