package ddbexpr

import (
	"errors"
	"strconv"
	"strings"
)

// parser parses one expression. Its methods panic with a syntaxPanic, which run turns into an
// error, because the grammar is easier to read without error returns.
type parser struct {
	scope  *Scope
	src    string
	tokens []token
	at     int
	paths  []Path // every path that was parsed
}

type syntaxPanic struct{ err error }

// run parses all of src with the given rule. kind is the request's name of the expression.
func run[T any](s *Scope, kind, src string, rule func(*parser) T) (result T, err error) {
	defer func() {
		if r := recover(); r != nil {
			p, ours := r.(syntaxPanic)
			if !ours {
				panic(r)
			}
			err = inside(kind, p.err)
		}
	}()
	p := &parser{scope: s, src: src}
	switch {
	case strings.TrimSpace(src) == "":
		p.stop(errorf("The expression can not be empty;"))
	case len(src) > maxExpression:
		p.stop(errorf("Expression size has exceeded the maximum allowed size;"))
	}
	tokens, lexErr := lex(src)
	p.stop(lexErr)
	p.tokens = tokens
	result = rule(p)
	if p.peek().kind != endToken {
		p.unexpected()
	}
	return result, nil
}

func inside(kind string, err error) error {
	var e *Error
	if errors.As(err, &e) {
		return errorf("Invalid %s: %s", kind, e.Message)
	}
	return err
}

func (p *parser) stop(err error) {
	if err != nil {
		panic(syntaxPanic{err})
	}
}

func (p *parser) unexpected() {
	t := p.peek()
	p.stop(errorf("Syntax error; token: %q, near: %q", t.text, near(p.src, t.start)))
}

func (p *parser) peek() token { return p.tokens[p.at] }

func (p *parser) next() token {
	t := p.tokens[p.at]
	if t.kind != endToken {
		p.at++
	}
	return t
}

// accept consumes the punctuation if it comes next.
func (p *parser) accept(punct string) bool {
	if t := p.peek(); t.kind != punctToken || t.text != punct {
		return false
	}
	p.at++
	return true
}

func (p *parser) expect(punct string) {
	if !p.accept(punct) {
		p.unexpected()
	}
}

// keyword consumes the word, in any case, if it comes next.
func (p *parser) keyword(word string) bool {
	if !p.atKeyword(word) {
		return false
	}
	p.at++
	return true
}

func (p *parser) atKeyword(word string) bool {
	t := p.peek()
	return t.kind == wordToken && strings.EqualFold(t.text, word)
}

// atFunction reports whether a word and an opening parenthesis come next.
func (p *parser) atFunction() bool {
	t := p.peek()
	return t.kind == wordToken && p.tokens[p.at+1].text == "("
}

// path parses name { "." name | "[" index "]" }.
func (p *parser) path() Path {
	path := Path{{name: p.pathName()}}
	for {
		switch {
		case p.accept("."):
			path = append(path, step{name: p.pathName()})
		case p.accept("["):
			path = append(path, step{index: p.index(), list: true})
			p.expect("]")
		default:
			p.paths = append(p.paths, path)
			return path
		}
	}
}

func (p *parser) pathName() string {
	t := p.peek()
	var name string
	var err error
	switch t.kind {
	case wordToken:
		name, err = p.scope.bare(t.text)
	case nameToken:
		name, err = p.scope.name(t.text)
	default:
		p.unexpected()
	}
	p.stop(err)
	p.at++
	return name
}

// maxIndex limits an index to what fits into an item.
const maxIndex = 1 << 20

func (p *parser) index() int {
	t := p.peek()
	n, err := strconv.Atoi(t.text)
	if t.kind != indexToken || err != nil || n > maxIndex {
		p.unexpected()
	}
	p.at++
	return n
}

// list parses one or more elements with rule, separated by commas.
func list[T any](p *parser, rule func() T) []T {
	items := []T{rule()}
	for p.accept(",") {
		items = append(items, rule())
	}
	return items
}
