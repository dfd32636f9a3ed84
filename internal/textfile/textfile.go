// Package textfile reads text files as tools write them: in UTF-8, with or without a
// byte order mark, or in UTF-16, which Windows PowerShell writes where output is
// redirected with > .
package textfile

import (
	"bytes"
	"encoding/binary"
	"os"
	"unicode/utf16"
)

// Read reads a file as UTF-8 without a byte order mark. The error is of os.ReadFile.
func Read(name string) ([]byte, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	return Decode(text), nil
}

var utf8Mark = []byte{0xEF, 0xBB, 0xBF}

// Decode returns the text as UTF-8 without a byte order mark. Text that is in none of the
// encodings is returned as it is: its parser says what is wrong with it.
func Decode(text []byte) []byte {
	if rest, marked := bytes.CutPrefix(text, utf8Mark); marked {
		return rest
	}
	order, skip := byteOrder(text)
	if order == nil {
		return text
	}
	units := make([]uint16, 0, len(text)/2)
	for at := skip; at+1 < len(text); at += 2 {
		units = append(units, order.Uint16(text[at:]))
	}
	return []byte(string(utf16.Decode(units)))
}

// byteOrder is the order of UTF-16's bytes, and the length of its mark. Without a mark,
// the zero byte beside the first character tells, as all formats here begin in ASCII.
func byteOrder(text []byte) (order binary.ByteOrder, mark int) {
	switch {
	case len(text) < 2:
		return nil, 0
	case text[0] == 0xFF && text[1] == 0xFE:
		return binary.LittleEndian, 2
	case text[0] == 0xFE && text[1] == 0xFF:
		return binary.BigEndian, 2
	case text[0] != 0 && text[1] == 0:
		return binary.LittleEndian, 0
	case text[0] == 0 && text[1] != 0:
		return binary.BigEndian, 0
	default:
		return nil, 0
	}
}
