package ddbexpr

import "strings"

type tokenKind int

const (
	endToken   tokenKind = iota
	wordToken            // a bare name, a keyword or a function
	nameToken            // #name
	valueToken           // :value
	indexToken           // digits
	punctToken           // an operator, bracket or parenthesis
)

type token struct {
	kind  tokenKind
	text  string
	start int // offset in the expression
}

// lex splits an expression into tokens; the last is an endToken.
func lex(src string) ([]token, error) {
	var tokens []token
	for i := 0; i < len(src); {
		if strings.IndexByte(" \t\r\n", src[i]) >= 0 {
			i++
			continue
		}
		t := scan(src, i)
		if t.text == "" {
			return nil, errorf("Syntax error; token: %q, near: %q", src[i:i+1], near(src, i))
		}
		tokens = append(tokens, t)
		i += len(t.text)
	}
	return append(tokens, token{kind: endToken, text: "<EOF>", start: len(src)}), nil
}

// scan reads the token that begins at i; its text is "" if there is none.
func scan(src string, i int) token {
	rest := src[i:]
	switch c := src[i]; {
	case c == '#' || c == ':':
		n := wordLen(rest[1:])
		if n == 0 {
			return token{}
		}
		kind := nameToken
		if c == ':' {
			kind = valueToken
		}
		return token{kind: kind, text: rest[:n+1], start: i}
	case isLetter(c):
		return token{kind: wordToken, text: rest[:wordLen(rest)], start: i}
	case isDigit(c):
		n := 0
		for n < len(rest) && isDigit(rest[n]) {
			n++
		}
		return token{kind: indexToken, text: rest[:n], start: i}
	}
	for _, op := range []string{"<>", "<=", ">=", "=", "<", ">", "(", ")", "[", "]", ",", ".", "+", "-"} {
		if strings.HasPrefix(rest, op) {
			return token{kind: punctToken, text: op, start: i}
		}
	}
	return token{}
}

func wordLen(s string) int {
	n := 0
	for n < len(s) && (isLetter(s[n]) || isDigit(s[n]) || s[n] == '_') {
		n++
	}
	return n
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }
func isDigit(c byte) bool  { return c >= '0' && c <= '9' }

// near is the text around an offset, for an error message.
func near(src string, at int) string {
	return src[max(0, at-10):min(len(src), at+10)]
}
