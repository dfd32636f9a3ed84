package ddbexpr_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/dynamodb/ddbexpr"
)

// same ignores the SDK's unexported marker fields.
var same = cmpopts.IgnoreUnexported(types.AttributeValueMemberS{}, types.AttributeValueMemberN{}, types.AttributeValueMemberSS{},
	types.AttributeValueMemberNS{}, types.AttributeValueMemberM{}, types.AttributeValueMemberL{}, types.AttributeValueMemberBOOL{},
	types.AttributeValueMemberB{}, types.AttributeValueMemberNULL{})

func update(src string, vals ddbexpr.Item) (*ddbexpr.Update, error) {
	scope, err := ddbexpr.NewScope(used(names, src), vals, true)
	if err != nil {
		return nil, err
	}
	u, err := scope.Update(src)
	if err != nil {
		return nil, err
	}
	return u, scope.Unused()
}

var (
	one  = ddbexpr.Item{":v": num("1")}
	item = ddbexpr.Item{"pk": str("p"), "n": num("10"), "m": doc(ddbexpr.Item{"a": num("1")}), "l": list(str("0"), str("1"), str("2")), "ss": set("a", "b")}
)

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
func TestUpdates(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		src    string
		values ddbexpr.Item
		want   ddbexpr.Item // changed attributes; nil is a removed one
	}{
		{"SET x = :v", one, ddbexpr.Item{"x": num("1")}},
		{"set n = n + :v", one, ddbexpr.Item{"n": num("11")}},
		{"SET n = n - :v", ddbexpr.Item{":v": num("0.1")}, ddbexpr.Item{"n": num("9.9")}},
		{"SET n = (n - :v)", one, ddbexpr.Item{"n": num("9")}},
		{"SET x = n, n = :v", one, ddbexpr.Item{"x": num("10"), "n": num("1")}}, // reads the item before the update
		{"SET x = if_not_exists(x, :v)", one, ddbexpr.Item{"x": num("1")}},
		{"SET n = if_not_exists(n, :v)", one, nil},
		{"SET c = if_not_exists(c, :v) + :v", one, ddbexpr.Item{"c": num("2")}},
		{"SET l = list_append(l, :l)", ddbexpr.Item{":l": list(str("3"))}, ddbexpr.Item{"l": list(str("0"), str("1"), str("2"), str("3"))}},
		{"SET x = list_append(if_not_exists(x, :e), :l)", ddbexpr.Item{":l": list(str("3")), ":e": list()}, ddbexpr.Item{"x": list(str("3"))}},
		{"SET l[1] = :v", one, ddbexpr.Item{"l": list(str("0"), num("1"), str("2"))}},
		{"SET l[9] = :v, l[8] = :w", ddbexpr.Item{":v": num("9"), ":w": num("8")}, ddbexpr.Item{"l": list(str("0"), str("1"), str("2"), num("8"), num("9"))}},
		{"SET #m.b = :v", one, ddbexpr.Item{"m": doc(ddbexpr.Item{"a": num("1"), "b": num("1")})}},
		{"REMOVE l[0], l[2]", nil, ddbexpr.Item{"l": list(str("1"))}},
		{"REMOVE n, #m.a, absent", nil, ddbexpr.Item{"n": nil, "m": doc(ddbexpr.Item{})}},
		{"ADD n :v", one, ddbexpr.Item{"n": num("11")}},
		{"ADD c :v", one, ddbexpr.Item{"c": num("1")}},
		{"ADD ss :s", ddbexpr.Item{":s": set("b", "c")}, ddbexpr.Item{"ss": set("a", "b", "c")}},
		{"ADD x :s", ddbexpr.Item{":s": nums("1.0")}, ddbexpr.Item{"x": nums("1")}},
		{"DELETE ss :s", ddbexpr.Item{":s": set("b", "c")}, ddbexpr.Item{"ss": set("a")}},
		{"DELETE ss :s", ddbexpr.Item{":s": set("a", "b")}, ddbexpr.Item{"ss": nil}}, // an empty set is removed
		{"DELETE x :s", ddbexpr.Item{":s": set("a")}, nil},
		{"SET x = :v REMOVE n ADD c :v DELETE ss :s", ddbexpr.Item{":v": num("1"), ":s": set("a")}, ddbexpr.Item{"x": num("1"), "n": nil, "c": num("1"), "ss": set("b")}},
	} {
		u, err := update(c.src, c.values)
		if err != nil {
			t.Errorf("%s: %v", c.src, err)
			continue
		}
		before, err := ddbexpr.Normalize(item)
		if err != nil {
			t.Fatal(err)
		}
		got, err := u.Apply(item)
		if err != nil {
			t.Errorf("%s: %v", c.src, err)
			continue
		}
		want, _ := ddbexpr.Normalize(item)
		for name, v := range c.want {
			want[name] = v
			if v == nil {
				delete(want, name)
			}
		}
		if diff := cmp.Diff(want, got, same); diff != "" {
			t.Errorf("%s: %s", c.src, diff)
		}
		if diff := cmp.Diff(before, item, same); diff != "" {
			t.Errorf("%s changed the item that it was given: %s", c.src, diff)
		}
	}
}

func TestUpdatesThatAreRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		src    string
		values ddbexpr.Item
		want   string
	}{
		{"SET a = :v SET b = :v", one, `The "SET" section can only be used once in an update expression;`},
		{"SET m = :v, m.a = :v", one, "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [m], path two: [m, a]"},
		{"SET m.a = :v, m[0] = :v", one, "Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [m, a], path two: [m, [0]]"},
		{"SET ttl = :v", one, "Attribute name is a reserved keyword; reserved keyword: ttl"},
		{"SET a = :v + :v + :v", one, `Syntax error; token: "+"`},
		{"SET a = absent", nil, "The provided expression refers to an attribute that does not exist in the item"},
		{"SET a = size(l)", nil, "Syntax error"},
		{"SET a = contains(l, :v)", one, "The function is not allowed to be used this way in an expression; function: contains"},
		{"SET a = pk + :v", one, "An operand in the update expression has an incorrect data type"},
		{"SET a = :s + n", ddbexpr.Item{":s": str("s")}, "Incorrect operand type for operator or function; operator or function: +, operand type: S"},
		{"SET a = list_append(l, :v)", one, "Incorrect operand type for operator or function; operator or function: list_append, operand type: N"},
		{"SET a = list_append(l, n)", nil, "An operand in the update expression has an incorrect data type"},
		{"SET a = if_not_exists(:v, n)", one, "Operator or function requires a document path; operator or function: if_not_exists"},
		{"SET a.b = :v", one, "The document path provided in the update expression is invalid for update"},
		{"SET pk[0] = :v", one, "The document path provided in the update expression is invalid for update"},
		{"REMOVE a.b", nil, "The document path provided in the update expression is invalid for update"},
		{"ADD pk :v", one, "An operand in the update expression has an incorrect data type"},
		{"ADD n :s", ddbexpr.Item{":s": str("1")}, "Incorrect operand type for operator or function; operator or function: ADD, operand type: S"},
		{"ADD m.a :v", one, "The ADD section can only be used on top-level attributes; path: [m, a]"},
		{"DELETE ss :v", one, "Incorrect operand type for operator or function; operator or function: DELETE, operand type: N"},
		{"DELETE n :s", ddbexpr.Item{":s": set("a")}, "An operand in the update expression has an incorrect data type"},
		{"n = :v", one, `Syntax error; token: "n"`},
		{"SET n = n + :big", ddbexpr.Item{":big": num("0.0000000000000000000000000000000000000001")}, "Attempting to store more than 38 significant digits in a Number"},
	} {
		u, err := update(c.src, c.values)
		if err == nil {
			_, err = u.Apply(item)
		}
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s:\n got %v\nwant %s", c.src, err, c.want)
		}
	}
}

func TestProjections(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]ddbexpr.Item{
		"pk, n":         {"pk": str("p"), "n": num("10")},
		"l[2], l[0]":    {"l": list(str("0"), str("2"))},
		"m.a, absent":   {"m": doc(ddbexpr.Item{"a": num("1")})},
		"m.b, l[7], #m": nil,
		"absent":        {},
	} {
		scope, err := ddbexpr.NewScope(used(names, src), nil, true)
		if err != nil {
			t.Fatal(err)
		}
		p, err := scope.Projection(src)
		if (err != nil) != (want == nil) {
			t.Errorf("%s: error is %v", src, err)
		}
		if err == nil {
			if diff := cmp.Diff(want, p.Of(item), same); diff != "" {
				t.Errorf("%s: %s", src, diff)
			}
		}
	}
}
