package ddbexpr_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/dynamodb/ddbexpr"
)

func str(s string) types.AttributeValue       { return &types.AttributeValueMemberS{Value: s} }
func num(n string) types.AttributeValue       { return &types.AttributeValueMemberN{Value: n} }
func yes() types.AttributeValue               { return &types.AttributeValueMemberBOOL{Value: true} }
func set(s ...string) types.AttributeValue    { return &types.AttributeValueMemberSS{Value: s} }
func nums(n ...string) types.AttributeValue   { return &types.AttributeValueMemberNS{Value: n} }
func doc(m ddbexpr.Item) types.AttributeValue { return &types.AttributeValueMemberM{Value: m} }
func list(v ...types.AttributeValue) types.AttributeValue {
	return &types.AttributeValueMemberL{Value: v}
}

var incident = ddbexpr.Item{
	"pk": str("incident#1"), "n": num("10"), "flag": yes(), "nil": &types.AttributeValueMemberNULL{Value: true},
	"holders": set("a", "b"), "ports": nums("80", "443"), "bin": &types.AttributeValueMemberB{Value: []byte("xyz")},
	"m": doc(ddbexpr.Item{"deep": str("deep"), "seq": list(str("zero"), num("1"))}), "status": str("open"),
}

var values = ddbexpr.Item{
	":s": str("incident#1"), ":p": str("incident"), ":n": num("10.0"), ":low": num("9"), ":high": num("1e1"), ":a": str("a"),
	":80": num("80.0"), ":t": yes(), ":S": str("S"), ":deep": str("deep"), ":open": str("open"), ":set": set("b", "a"), ":one": num("1"),
	":x": &types.AttributeValueMemberB{Value: []byte("x")}, ":list": list(str("zero"), num("1")), ":bad": str("STRING"),
}

// used returns the entries that the expression mentions, because DynamoDB rejects unused ones.
func used[V any](all map[string]V, src string) map[string]V {
	out := map[string]V{}
	for _, word := range words(src) {
		if v, ok := all[word]; ok {
			out[word] = v
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

func words(src string) []string {
	var out []string
	word := ""
	for _, c := range src + " " {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' {
			word += string(c)
			continue
		}
		out = append(out, word)
		word = ""
		if c == '#' || c == ':' {
			word = string(c)
		}
	}
	return out
}

var names = map[string]string{"#status": "status", "#m": "m", "#dot": "a.b"}

func condition(kind, src string) (*ddbexpr.Condition, error) {
	scope, err := ddbexpr.NewScope(used(names, src), used(values, src), true)
	if err != nil {
		return nil, err
	}
	c, err := scope.Condition(kind, src)
	if err != nil {
		return nil, err
	}
	return c, scope.Unused()
}

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
func TestConditions(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]bool{
		"pk = :s":                          true,
		"pk <> :s":                         false,
		"n = :n":                           true, // 10 and 10.0 are the same number
		"n = :s":                           false,
		"n < :high":                        false,
		"n <= :high":                       true,
		"n > :low":                         true,
		"n >= :low":                        true,
		"pk < :n":                          false, // values of different types have no order
		"absent = :s":                      false,
		"absent <> :s":                     true, // a missing value is not equal to any other
		"absent < :n":                      false,
		"n BETWEEN :low AND :high":         true,
		"n between :low and :low":          false,
		"absent BETWEEN :low AND :high":    false,
		"pk IN (:a, :s)":                   true,
		"pk IN (:a)":                       false,
		"attribute_exists(pk)":             true,
		"attribute_exists(m.deep)":         true,
		"attribute_exists(m.seq[1])":       true,
		"attribute_exists(m.seq[2])":       false,
		"attribute_exists(pk.deep)":        false,
		"attribute_not_exists(absent)":     true,
		"attribute_exists(nil)":            true,
		"attribute_type(pk, :S)":           true,
		"attribute_type(n, :S)":            false,
		"begins_with(pk, :p)":              true,
		"begins_with(bin, :x)":             true,
		"begins_with(n, :p)":               false,
		"contains(pk, :p)":                 true,
		"contains(holders, :a)":            true,
		"contains(ports, :80)":             true,
		"contains(m.seq, :one)":            true,
		"contains(absent, :a)":             false,
		"size(holders) = :one":             false,
		"size(pk) = :n":                    true,
		"size(n) = :n":                     false, // a number has no size
		":one < size(m)":                   true,
		"flag = :t":                        true,
		"holders = :set":                   true, // sets have no order
		"#m.seq = :list":                   true,
		"#m.deep = :deep":                  true,
		"#status = :open":                  true,
		"attribute_exists(#dot)":           false, // a dot in a name is not a path
		"NOT pk = :s":                      false,
		"NOT (pk = :s)":                    false,
		"pk = :a OR pk = :s AND n = :n":    true,
		"(pk = :s OR n = :n) AND n = :low": false, // parentheses, because AND binds closer
		"pk = :s OR n = :n AND n = :low":   true,
		"NOT pk = :a AND n = :n":           true, // NOT binds closer than AND
	} {
		c, err := condition("ConditionExpression", src)
		if err != nil {
			t.Errorf("%s: %v", src, err)
		} else if got := c.Matches(incident); got != want {
			t.Errorf("%s: got %v", src, got)
		}
	}
}

func TestConditionsOnAMissingItem(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]bool{
		"attribute_not_exists(pk)":            true,
		"attribute_exists(pk)":                false,
		"pk <> :s":                            true,
		"attribute_not_exists(pk) OR n < :n":  true,
		"attribute_not_exists(pk) AND n < :n": false,
	} {
		c, err := condition("ConditionExpression", src)
		if err != nil || c.Matches(nil) != want {
			t.Errorf("%s: error %v, want %v", src, err, want)
		}
	}
}

func TestConditionsThatAreRefused(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]string{
		"":                          "Invalid ConditionExpression: The expression can not be empty;",
		"status = :open":            "Invalid ConditionExpression: Attribute name is a reserved keyword; reserved keyword: status",
		"m.Name = :s":               "Invalid ConditionExpression: Attribute name is a reserved keyword; reserved keyword: Name",
		"#no = :s":                  "Invalid ConditionExpression: An expression attribute name used in the document path is not defined; attribute name: #no",
		"pk = :no":                  "Invalid ConditionExpression: An expression attribute value used in expression is not defined; attribute value: :no",
		"pk == :s":                  `Invalid ConditionExpression: Syntax error; token: "=", near: "pk == :s"`,
		"pk = :s extra":             `Invalid ConditionExpression: Syntax error; token: "extra", near: "pk = :s extra"`,
		"pk = ":                     `Invalid ConditionExpression: Syntax error; token: "<EOF>", near: "pk = "`,
		"pk ! :s":                   `Invalid ConditionExpression: Syntax error; token: "!", near: "pk ! :s"`,
		"((pk = :s))":               "Invalid ConditionExpression: The expression has redundant parentheses;",
		"exists(pk)":                "Invalid ConditionExpression: Invalid function name; function: exists",
		"if_not_exists(pk, :s)":     "Invalid ConditionExpression: The function is not allowed in this expression; function: if_not_exists",
		"size(pk)":                  "Invalid ConditionExpression: The function is not allowed to be used this way in an expression; function: size",
		"pk = attribute_exists(pk)": "Invalid ConditionExpression: The function is not allowed to be used this way in an expression; function: attribute_exists",
		"attribute_exists(:s)":      "Invalid ConditionExpression: Operator or function requires a document path; operator or function: attribute_exists",
		"attribute_exists(pk, n)":   "Invalid ConditionExpression: Incorrect number of operands for operator or function; operator or function: attribute_exists, number of operands: 2",
		"begins_with(pk, :n)":       "Invalid ConditionExpression: Incorrect operand type for operator or function; operator or function: begins_with, operand type: N",
		"n < :t":                    "Invalid ConditionExpression: Incorrect operand type for operator or function; operator or function: <, operand type: BOOL",
		"size(:n) = :n":             "Invalid ConditionExpression: Incorrect operand type for operator or function; operator or function: size, operand type: N",
		"pk = pk":                   "Invalid ConditionExpression: The first operand must be distinct from the remaining operands for this operator or function; operator: =, first operand: [pk]",
		"attribute_type(pk, :bad)":  "Invalid ConditionExpression: Invalid attribute type name found; type: STRING, valid types: {S,SS,N,NS,B,BS,BOOL,NULL,L,M}",
		"n BETWEEN :high AND :low":  "Invalid ConditionExpression: The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {N:10}, upper bound operand: AttributeValue: {N:9}",
		"n BETWEEN :s AND :low":     "Invalid ConditionExpression: The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: AttributeValue: {S:incident#1}, upper bound operand: AttributeValue: {N:9}",
		"m.seq[9999999] = :s":       `Invalid ConditionExpression: Syntax error; token: "9999999", near: "m.seq[9999999] ="`,
	} {
		if _, err := condition("ConditionExpression", src); err == nil || err.Error() != want {
			t.Errorf("%s:\n got %v\nwant %s", src, err, want)
		}
	}
}

func TestUnusedNamesAndValuesAreRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		names  map[string]string
		values ddbexpr.Item
		some   bool
		want   string
	}{
		{map[string]string{"#b": "b", "#a": "a"}, ddbexpr.Item{":v": num("1")}, true, "Value provided in ExpressionAttributeNames unused in expressions: keys: {#a, #b}"},
		{nil, ddbexpr.Item{":v": num("1"), ":w": num("1")}, true, "Value provided in ExpressionAttributeValues unused in expressions: keys: {:w}"},
		{map[string]string{}, ddbexpr.Item{":v": num("1")}, true, "ExpressionAttributeNames must not be empty"},
		{nil, ddbexpr.Item{}, true, "ExpressionAttributeValues must not be empty"},
		{map[string]string{"a": "a"}, nil, true, `ExpressionAttributeNames contains invalid key: Syntax error; key: "a"`},
		{nil, ddbexpr.Item{":": num("1")}, true, `ExpressionAttributeValues contains invalid key: Syntax error; key: ":"`},
		{nil, ddbexpr.Item{":v": set()}, true, "ExpressionAttributeValues contains invalid value: One or more parameter values were invalid: An string set  may not be empty"},
		{map[string]string{"#a": "a"}, nil, false, "ExpressionAttributeNames can only be specified when using expressions"},
		{nil, ddbexpr.Item{":v": num("1")}, false, "ExpressionAttributeValues can only be specified when using expressions"},
	} {
		scope, err := ddbexpr.NewScope(c.names, c.values, c.some)
		if err == nil {
			if _, err = scope.Condition("ConditionExpression", "n = :v"); err == nil {
				err = scope.Unused()
			}
		}
		if err == nil || err.Error() != c.want {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
}

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.KeyConditionExpressions.html
func TestKeyConditions(t *testing.T) {
	t.Parallel()
	for src, ok := range map[string]bool{
		"pk = :s":                          true,
		"pk = :s AND sk = :a":              true,
		"(pk = :s) AND (sk < :a)":          true,
		"sk >= :a AND pk = :s":             true,
		"pk = :s AND begins_with(sk, :p)":  true,
		"pk = :s AND sk BETWEEN :a AND :p": true,
		"sk = :a":                          false,
		"pk < :s":                          false,
		"pk = :s AND another = :a":         false,
		"pk = :s AND sk <> :a":             false,
		"pk = :s OR sk = :a":               false,
		"NOT pk = :s":                      false,
		"pk = :s AND contains(sk, :a)":     false,
		"pk = :s AND attribute_exists(sk)": false,
		"pk = :s AND sk > :a AND sk < :p":  false,
		"pk = :s AND pk = :a":              false,
		"pk = sk":                          false,
		"size(pk) = :n":                    false,
		":s = pk":                          false,
		"pk = :s AND sk.deep = :a":         false,
	} {
		c, err := condition("KeyConditionExpression", src)
		if err != nil {
			t.Errorf("%s: %v", src, err)
			continue
		}
		if _, err := c.KeyRange("pk", "sk"); (err == nil) != ok {
			t.Errorf("%s: error is %v", src, err)
		}
	}
}
