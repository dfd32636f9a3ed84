package main

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// file has the header of an executable for arm64, and zeros.
func file(t *testing.T, size int) string {
	t.Helper()
	header := elf.Header64{
		Ident:   [elf.EI_NIDENT]byte{0x7f, 'E', 'L', 'F', byte(elf.ELFCLASS64), byte(elf.ELFDATA2LSB), byte(elf.EV_CURRENT)},
		Type:    uint16(elf.ET_EXEC),
		Machine: uint16(elf.EM_AARCH64),
		Version: uint32(elf.EV_CURRENT),
	}
	var text bytes.Buffer
	if err := binary.Write(&text, binary.LittleEndian, header); err != nil {
		t.Fatal(err)
	}
	text.Write(make([]byte, size-text.Len()))
	name := filepath.Join(t.TempDir(), "bootstrap")
	if err := os.WriteFile(name, text.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestABinaryIsWeighed(t *testing.T) {
	t.Parallel()
	b, err := weigh(file(t, 1_500_000))
	if err != nil {
		t.Fatal(err)
	}
	if b.plain != 1.5 || b.zipped <= 0 || b.zipped >= 0.1 || nameOf(b.machine) != "arm64" {
		t.Errorf("got %+v", b)
	}
}

func TestWhatIsNoBinaryIsAnError(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "bootstrap")
	if err := os.WriteFile(file, []byte("#!/bin/sh\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := weigh(file); err == nil {
		t.Error("it was weighed")
	}
}

func TestTheTableComparesMediansWithTheEmptyFunction(t *testing.T) {
	t.Parallel()
	ms := func(n ...int) (all []time.Duration) {
		for _, one := range n {
			all = append(all, time.Duration(one)*time.Millisecond)
		}
		return all
	}
	var out strings.Builder
	err := show(&out, []*bootstrap{
		{file: "dist/isolate/bootstrap", machine: machines["amd64"], plain: 11.44, zipped: 4.4, starts: ms(50, 6, 7)},
		{file: "dist/notify/bootstrap", machine: machines["arm64"], plain: 10, zipped: 4},
		{file: "(empty)/bootstrap", machine: machines["amd64"], starts: ms(2, 1, 3)},
	})
	if err != nil {
		t.Fatal(err)
	}
	rows := strings.Split(out.String(), "\n")
	for i, want := range []string{
		"function architecture binary zip ready after",
		"isolate amd64 11.4 MB 4.4 MB 7.0 ms (3.5 times)",
		"notify arm64 10.0 MB 4.0 MB not measured here",
		"(empty) amd64 0.0 MB 0.0 MB 2.0 ms (1.0 times)",
	} {
		if got := strings.Join(strings.Fields(rows[i]), " "); got != want {
			t.Errorf("row %d is %q, want %q", i, got, want)
		}
	}
}
