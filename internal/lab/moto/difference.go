package moto

import "testing"

// Difference is one way in which moto is not AWS.
type Difference struct {
	Name string // what is not so on moto, in a few words
	How  string // what moto does instead, in a sentence
	AWS  string // the address of AWS's document that says how it is
}

// Differences are those that hold where a contract is run: all of a service's
// on moto, and none on AWS or on the account in memory.
type Differences []Difference

// Has tells whether d is among them, and says in the test's log that an
// assertion is left out because of it.
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

// StillHold runs a proof for each difference: it tells whether moto differs
// still. One that moto has mended has to be removed, and one without a proof
// is an error.
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
