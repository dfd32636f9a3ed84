package moto

import (
	"strings"
	"testing"
)

func TestEachDifferenceIsNamedOnceAndSaysHowAndWhere(t *testing.T) {
	t.Parallel()
	names := map[string]bool{}
	for _, all := range []Differences{EC2, AutoScaling, ELBv2, ELB, DynamoDB, SNS, EventBridge} {
		if len(all) == 0 {
			t.Error("a service without differences needs no list")
		}
		for _, d := range all {
			if d.Name == "" || names[d.Name] {
				t.Errorf("the name %q is empty or not unique", d.Name)
			}
			names[d.Name] = true
			if !strings.HasSuffix(d.How, ".") {
				t.Errorf("%s: %q is not a sentence", d.Name, d.How)
			}
			if !strings.HasPrefix(d.AWS, "https://docs.aws.amazon.com/") {
				t.Errorf("%s: %q is not a URL of AWS's documentation", d.Name, d.AWS)
			}
		}
	}
}

func TestHasFindsOnlyListedDifferences(t *testing.T) {
	t.Parallel()
	if !EC2.Has(t, OnePage) {
		t.Error("OnePage is not among EC2's differences")
	}
	if EC2.Has(t, ConditionsRace) {
		t.Error("ConditionsRace is among EC2's differences")
	}
	if (Differences)(nil).Has(t, OnePage) {
		t.Error("an empty list has a difference")
	}
}
