package moto

import "testing"

// Difference is one way in which moto differs from AWS.
type Difference struct {
	Name string // what moto lacks, in a few words
	How  string // what moto does instead, in a sentence
	AWS  string // URL of the AWS documentation of the real behaviour
}

// Differences are the ones that apply to a contract's run: all of a service's on moto,
// and none on AWS or on the in-memory account.
type Differences []Difference

// Has reports whether d is among them. If so, it logs that an assertion is skipped.
func (ds Differences) Has(t testing.TB, d Difference) bool {
	t.Helper()
	for _, one := range ds {
		if one == d {
			t.Logf("not asserted here, %s: %s AWS: %s", d.Name, d.How, d.AWS)
			return true
		}
	}
	return false
}

// StillHold runs the proof of each difference, which reports whether moto still differs.
// A test fails if moto behaves like AWS now (then remove the difference) or if a proof is
// missing.
func (ds Differences) StillHold(t *testing.T, proofs map[Difference]func(t *testing.T) bool) {
	t.Helper()
	for _, d := range ds {
		t.Run(d.Name, func(t *testing.T) {
			t.Parallel()
			proof, ok := proofs[d]
			if !ok {
				t.Fatal("no proof that moto differs so")
			}
			if !proof(t) {
				t.Errorf("moto does as AWS does now: remove the difference. It was: %s", d.How)
			}
		})
	}
	if len(proofs) > len(ds) {
		t.Errorf("there are %d proofs for %d differences", len(proofs), len(ds))
	}
}
