package jsonata

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// scanner reads JSON that must be valid. In case of doubt it gives up, and the engine parses the text.
type scanner struct {
	text []byte
	at   int
}

// maxScan is the maximum nesting that the scanner follows.
const maxScan = 100

func (s *scanner) space() {
	for s.at < len(s.text) && (s.text[s.at] == ' ' || s.text[s.at] == '\n' || s.text[s.at] == '\t' || s.text[s.at] == '\r') {
		s.at++
	}
}

// peek returns the next byte after white space, or 0 at the end.
func (s *scanner) peek() byte {
	if s.space(); s.at < len(s.text) {
		return s.text[s.at]
	}
	return 0
}

func (s *scanner) take(c byte) bool {
	if s.peek() != c || c == 0 {
		return false
	}
	s.at++
	return true
}

// quoted returns the text between the quotes of a string, with its escapes.
func (s *scanner) quoted() ([]byte, bool) {
	if !s.take('"') {
		return nil, false
	}
	for begin := s.at; s.at < len(s.text); s.at++ {
		switch s.text[s.at] {
		case '\\':
			s.at++
		case '"':
			s.at++
			return s.text[begin : s.at-1], true
		}
	}
	return nil, false
}

// key reads a member's name and the colon. plain is false if the name has escapes.
func (s *scanner) key() (name []byte, plain bool) {
	name, ok := s.quoted()
	return name, ok && bytes.IndexByte(name, '\\') < 0 && utf8.Valid(name) && s.take(':')
}

// skip skips one value.
func (s *scanner) skip() bool {
	depth := 0
	for {
		switch c := s.peek(); c {
		case 0:
			return false
		case '"':
			if _, ok := s.quoted(); !ok {
				return false
			}
		case '{', '[':
			depth++
			s.at++
		case '}', ']':
			depth--
			s.at++
		case ',', ':':
			s.at++
		default:
			s.scalar()
		}
		if depth <= 0 {
			return depth == 0
		}
	}
}

// scalar returns the text of a number, true, false or null.
func (s *scanner) scalar() []byte {
	begin := s.at
	for s.at < len(s.text) && strings.IndexByte(" \n\t\r,:]}\"[{", s.text[s.at]) < 0 {
		s.at++
	}
	return s.text[begin:s.at]
}
