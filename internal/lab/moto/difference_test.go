package moto

import (
	"strings"
	"testing"
)

func TestEachDifferenceIsNamedOnceAndSaysHowAndWhere(t *testing.T) {
	t.Parallel()
	names := map[string]bool{}
	for _, all := range []Differences{EC2, DynamoDB, SNS} {
		if len(all) == 0 {
			t.Error("a service without differences needs no list")
		}
		for _, d := range all {
			if d.Name == "" || names[d.Name] {
				t.Errorf("the name %q is empty, or another's", d.Name)
			}
			names[d.Name] = true
			if !strings.HasSuffix(d.How, ".") {
				t.Errorf("%s: %q is no sentence", d.Name, d.How)
			}
			if !strings.HasPrefix(d.AWS, "https://docs.aws.amazon.com/") {
				t.Errorf("%s: %q is no document of AWS's", d.Name, d.AWS)
			}
		}
	}
}

func TestADifferenceHoldsWhereItIsListed(t *testing.T) {
	t.Parallel()
	if !EC2.Has(t, OnePage) {
		t.Error("moto pages")
	}
	if EC2.Has(t, ConditionsRace) {
		t.Error("EC2 has DynamoDB's difference")
	}
	if (Differences)(nil).Has(t, OnePage) {
		t.Error("where there are no differences, one holds")
	}
}
