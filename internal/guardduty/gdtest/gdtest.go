// Package gdtest holds GuardDuty events for tests, written in the shapes that
// AWS documents, with addresses and accounts that are nobody's. Those whose
// name begins with "malformed-" are refused by the parser; of the others,
// each shows one trait of real events and is named after it.
package gdtest

import (
	"embed"
	"strings"
)

//go:embed testdata/*.json
var files embed.FS

// Fixture is the event of that name (without .json); it panics if there is none.
func Fixture(name string) []byte {
	event, err := files.ReadFile("testdata/" + name + ".json")
	if err != nil {
		panic(err)
	}
	return event
}

// Names are the names of all fixtures, sorted.
func Names() []string {
	entries, err := files.ReadDir("testdata")
	if err != nil {
		panic(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(e.Name(), ".json"))
	}
	return names
}
