// Package gdtest holds GuardDuty events for tests, in the shapes that AWS documents,
// with made-up addresses and accounts. The parser refuses those whose name begins
// with "malformed-"; each of the others shows one trait of real events and is named
// after it.
package gdtest

import (
	"embed"
	"strings"
)

//go:embed testdata/*.json
var files embed.FS

// Fixture returns the event of that name (without .json). It panics if there is none.
func Fixture(name string) []byte {
	event, err := files.ReadFile("testdata/" + name + ".json")
	if err != nil {
		panic(err)
	}
	return event
}

// Names returns the names of all fixtures, sorted.
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
