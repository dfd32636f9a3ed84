package ddbexpr_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/dynamodb/ddbexpr"
)

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
func TestNumbersAreDecimalAndExact(t *testing.T) {
	t.Parallel()
	many := "12345678901234567890123456789012345678"
	for in, want := range map[string]string{
		"1": "1", "1.0": "1", "-0": "0", "+5": "5", "007": "7", ".5": "0.5", "5.": "5", "1e2": "100", "-12.50e-1": "-1.25",
		"1E+3": "1000", "0.000": "0", many: many, "0." + many: "0." + many, "1e125": "1" + strings.Repeat("0", 125),
		"1e-5": "0.00001",
	} {
		got, err := ddbexpr.Normalize(ddbexpr.Item{"n": num(in)})
		if err != nil {
			t.Errorf("%s: %v", in, err)
		} else if n := got["n"].(*types.AttributeValueMemberN).Value; n != want {
			t.Errorf("%s became %s", in, n)
		}
	}
	for _, in := range []string{"", "x", "1x", "0x1", "1e", "--1", ".", "NaN", "1_0", many + "9", "1e126", "1e-131", "1e9999999"} {
		if _, err := ddbexpr.Normalize(ddbexpr.Item{"n": num(in)}); err == nil {
			t.Errorf("%q was accepted as a number", in)
		}
	}
}

func TestValuesThatAreRefused(t *testing.T) {
	t.Parallel()
	deep := str("x")
	for range 33 {
		deep = list(deep)
	}
	for name, v := range map[string]types.AttributeValue{
		"empty string set": set(), "empty number set": nums(), "set with duplicates": set("a", "a"),
		"numbers that are one": nums("1", "1.0"), "null that is false": &types.AttributeValueMemberNULL{}, "nothing": nil,
		"nested too deep": deep, "bad number in a list": list(num("x")), "bad number in a set": nums("x"), "in a map": doc(ddbexpr.Item{"a": nil}),
	} {
		if _, err := ddbexpr.Normalize(ddbexpr.Item{"v": v}); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
}

func FuzzExpressions(f *testing.F) {
	for _, src := range []string{
		"pk = :s AND (n < :n OR NOT begins_with(pk, :p))", "attribute_type(#m.seq[0], :S)", "n BETWEEN :low AND :high", "pk IN (:a, :s)",
		"SET n = if_not_exists(n, :n) + :one, #m.seq[1] = :a REMOVE bin ADD ports :80 DELETE holders :set", "m.deep, m.seq[0]", "((", "size(", "#", "a[",
	} {
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src string) {
		scope, err := ddbexpr.NewScope(names, values, true)
		if err != nil {
			t.Fatal(err)
		}
		if c, err := scope.Condition("ConditionExpression", src); err == nil {
			c.Matches(incident)
			c.Matches(nil)
			_, _ = c.KeyRange("pk", "n")
		}
		if p, err := scope.Projection(src); err == nil {
			p.Of(incident)
		}
		u, err := scope.Update(src)
		if err != nil {
			return
		}
		got, err := u.Apply(incident)
		if err != nil {
			return
		}
		again, err := ddbexpr.Normalize(got)
		if err != nil || ddbexpr.Size(again) != ddbexpr.Size(got) {
			t.Errorf("%q made an item that can't be stored: %v", src, err)
		}
		u.Changed().Of(got)
	})
}

func FuzzNumbers(f *testing.F) {
	for _, n := range []string{"1", "-1.5e3", "0.0001", "1e125", "9e-130"} {
		f.Add(n)
	}
	f.Fuzz(func(t *testing.T, text string) {
		once, err := ddbexpr.Normalize(ddbexpr.Item{"n": num(text)})
		if err != nil {
			return
		}
		twice, err := ddbexpr.Normalize(once)
		if err != nil || !ddbexpr.Equal(once["n"], twice["n"]) || !ddbexpr.Equal(num(text), once["n"]) {
			t.Errorf("%q became %v, and then %v: %v", text, once["n"], twice["n"], err)
		}
	})
}
