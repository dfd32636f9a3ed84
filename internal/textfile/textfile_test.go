package textfile_test

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/ec2-quarantine/quarantine/internal/textfile"
)

const text = `{"name":"Müller 🙂"}`

func encode(s string, order binary.AppendByteOrder) []byte {
	var out []byte
	for _, unit := range utf16.Encode([]rune(s)) {
		out = order.AppendUint16(out, unit)
	}
	return out
}

func TestEveryEncodingIsReadAsUTF8(t *testing.T) {
	t.Parallel()
	for name, file := range map[string][]byte{
		"UTF-8":                              []byte(text),
		"UTF-8 with a mark":                  []byte("\ufeff" + text),
		"UTF-16, little-endian with a mark":  encode("\ufeff"+text, binary.LittleEndian),
		"UTF-16, big-endian with a mark":     encode("\ufeff"+text, binary.BigEndian),
		"UTF-16, little-endian without mark": encode(text, binary.LittleEndian),
		"UTF-16, big-endian without mark":    encode(text, binary.BigEndian),
	} {
		if got := string(textfile.Decode(file)); got != text {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestAFileIsRead(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, encode("\ufeff"+text, binary.LittleEndian), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := textfile.Read(path, nil); err != nil || string(got) != text {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := textfile.Read(path+"-missing", nil); !os.IsNotExist(err) {
		t.Errorf("%v", err)
	}
}

func TestStandardInputIsReadByItsName(t *testing.T) {
	t.Parallel()
	if got, err := textfile.Read(textfile.Stdin, strings.NewReader("\ufeff"+text)); err != nil || string(got) != text {
		t.Errorf("%q, %v", got, err)
	}
}

// Exports of GuardDuty to S3 are compressed.
func TestWhatIsCompressedIsDecompressed(t *testing.T) {
	t.Parallel()
	var whole bytes.Buffer
	z := gzip.NewWriter(&whole)
	if _, err := z.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if got, err := textfile.Read(textfile.Stdin, bytes.NewReader(whole.Bytes())); err != nil || string(got) != text {
		t.Errorf("%q, %v", got, err)
	}
	for _, broken := range [][]byte{whole.Bytes()[:whole.Len()-5], {0x1f, 0x8b, 8, 'x'}} {
		if got, err := textfile.Read(textfile.Stdin, bytes.NewReader(broken)); err == nil || !strings.Contains(err.Error(), "-: it is no gzip file") {
			t.Errorf("%q, %v", got, err)
		}
	}
}

// UTF-8 without a mark and without zero bytes is left as it is; nothing panics.
func FuzzDecode(f *testing.F) {
	for _, seed := range [][]byte{nil, {0xFF}, {0xFF, 0xFE}, {0xFE, 0xFF, 0}, []byte(text), encode(text, binary.BigEndian)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		got := textfile.Decode(file)
		plain := utf8.Valid(file) && len(file) > 1 && file[0] != 0 && file[1] != 0 && file[0] != 0xEF
		if plain && string(got) != string(file) {
			t.Errorf("%q became %q", file, got)
		}
	})
}
