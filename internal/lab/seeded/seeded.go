// Package seeded runs random searches so that a change gets the same result on every run.
package seeded

import (
	"flag"
	"testing"
)

// Main is a package's TestMain: searches are deterministic, and that many checks long, unless
// flags say otherwise. It returns the code to exit with.
func Main(m *testing.M, checks string) int {
	flag.Parse()
	said := map[string]bool{}
	flag.Visit(func(f *flag.Flag) { said[f.Name] = true })
	for name, value := range map[string]string{"rapid.seed": "6", "rapid.checks": checks, "rapid.nofailfile": "true"} {
		if !said[name] {
			if err := flag.Set(name, value); err != nil {
				panic(err)
			}
		}
	}
	return m.Run()
}
