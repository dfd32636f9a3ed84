package ddbexpr

import (
	"math/big"
	"regexp"
	"strconv"
	"strings"
)

// decimal is coef x 10^exp. DynamoDB's numbers are exact decimals of up to 38 digits; a float64
// has about 15 digits and is not exact.
type decimal struct {
	coef *big.Int
	exp  int
}

// Limits of a number:
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
const (
	maxDigits   = 38
	maxExponent = 125  // of the leading digit
	minExponent = -130 // of the leading digit
)

var numberForm = regexp.MustCompile(`^([+-]?)([0-9]*)(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]{1,6}))?$`)

func parseNumber(text string) (decimal, error) {
	m := numberForm.FindStringSubmatch(text)
	if m == nil || m[2]+m[3] == "" {
		return decimal{}, errorf("The parameter cannot be converted to a numeric value: %s", text)
	}
	exp := -len(m[3])
	if m[4] != "" {
		shift, err := strconv.Atoi(m[4])
		if err != nil {
			return decimal{}, errorf("The parameter cannot be converted to a numeric value: %s", text)
		}
		exp += shift
	}
	digits := strings.TrimLeft(m[2]+m[3], "0")
	trimmed := strings.TrimRight(digits, "0")
	exp += len(digits) - len(trimmed)
	if trimmed == "" {
		return decimal{coef: new(big.Int)}, nil
	}
	if len(trimmed) > maxDigits {
		return decimal{}, errorf("Attempting to store more than 38 significant digits in a Number")
	}
	coef, _ := new(big.Int).SetString(m[1]+trimmed, 10)
	d := decimal{coef: coef, exp: exp}
	return d, d.inRange()
}

func (d decimal) inRange() error {
	digits := len(new(big.Int).Abs(d.coef).String())
	switch lead := d.exp + digits - 1; {
	case d.coef.Sign() == 0:
		return nil
	case digits > maxDigits:
		return errorf("Attempting to store more than 38 significant digits in a Number")
	case lead > maxExponent:
		return errorf("Number overflow. Attempting to store a number with magnitude larger than supported range")
	case lead < minExponent:
		return errorf("Number underflow. Attempting to store a number with magnitude smaller than supported range")
	}
	return nil
}

// String is the form in which DynamoDB returns a number: without an exponent and without
// redundant zeros.
func (d decimal) String() string {
	if d.coef.Sign() == 0 {
		return "0"
	}
	sign, digits := "", d.coef.String()
	if d.coef.Sign() < 0 {
		sign, digits = "-", digits[1:]
	}
	if d.exp >= 0 {
		return sign + digits + strings.Repeat("0", d.exp)
	}
	if missing := 1 - d.exp - len(digits); missing > 0 {
		digits = strings.Repeat("0", missing) + digits
	}
	point := len(digits) + d.exp
	return strings.TrimRight(strings.TrimRight(sign+digits[:point]+"."+digits[point:], "0"), ".")
}

// align returns both coefficients for the smaller of the two exponents.
func align(a, b decimal) (x, y *big.Int, exp int) {
	exp = min(a.exp, b.exp)
	return a.at(exp), b.at(exp), exp
}

func (d decimal) at(exp int) *big.Int {
	scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(d.exp-exp)), nil)
	return scale.Mul(scale, d.coef)
}

func (d decimal) cmp(other decimal) int {
	x, y, _ := align(d, other)
	return x.Cmp(y)
}

// combine adds or subtracts other.
func (d decimal) combine(other decimal, subtract bool) (decimal, error) {
	x, y, exp := align(d, other)
	if subtract {
		y.Neg(y)
	}
	sum := decimal{coef: x.Add(x, y), exp: exp}
	return parseNumber(sum.String())
}
