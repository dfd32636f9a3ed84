// Package textfile reads text files as tools write them: in UTF-8, with or without a
// byte order mark, or in UTF-16, which Windows PowerShell writes where output is
// redirected with > .
package textfile

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"unicode/utf16"
)

// Stdin is the name that stands for standard input.
const Stdin = "-"

// maxText bounds what a compressed file may come to, in bytes.
const maxText = 1 << 30

// Read reads a file, or standard input where it is named [Stdin], as UTF-8 without a byte order mark.
// What is compressed with gzip, as exports of GuardDuty to S3 are, is decompressed. Errors are those
// of os.ReadFile, and that it is no whole gzip file, or one of more than 1 GiB.
func Read(name string, stdin io.Reader) ([]byte, error) {
	read := func() ([]byte, error) { return os.ReadFile(name) }
	if name == Stdin {
		read = func() ([]byte, error) { return io.ReadAll(stdin) }
	}
	content, err := read()
	if err != nil {
		return nil, err
	}
	text, err := expand(content)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return Decode(text), nil
}

// expand decompresses what is compressed with gzip.
func expand(content []byte) ([]byte, error) {
	if !bytes.HasPrefix(content, []byte{0x1f, 0x8b}) {
		return content, nil
	}
	z, err := gzip.NewReader(bytes.NewReader(content))
	if err != nil {
		return nil, fmt.Errorf("it is no gzip file that can be read: %w", err)
	}
	text, err := io.ReadAll(io.LimitReader(z, maxText+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("it is no gzip file that can be read to its end: %w", err)
	case len(text) > maxText:
		return nil, fmt.Errorf("it is more than %d MiB when decompressed: give it in parts", maxText>>20)
	}
	return text, nil
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
