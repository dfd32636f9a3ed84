package terminal_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"github.com/ec2-quarantine/quarantine/internal/terminal"
)

func TestTextIsBrokenBetweenWordsOnly(t *testing.T) {
	t.Parallel()
	id := "i-" + strings.Repeat("0", 100)
	lines := strings.Split(terminal.Wrap(strings.Repeat("word-with-hyphens ", 20)+id, 6), "\n")
	for _, line := range lines {
		if !strings.HasPrefix(line, "      ") || ansi.StringWidth(line) > terminal.Columns && strings.TrimSpace(line) != id {
			t.Errorf("%q is a line", line)
		}
	}
	if len(lines) != 6 {
		t.Errorf("%d lines", len(lines))
	}
}

func TestTextIsCutAndPaddedByColumns(t *testing.T) {
	t.Parallel()
	if got := terminal.Cut("→→→→→", 4); got != "→→→…" {
		t.Errorf("got %q", got)
	}
	if got := terminal.Pad("→", 3) + terminal.Pad("four", 3); got != "→  four" {
		t.Errorf("got %q", got)
	}
}

func TestATimeIsCountedFromTheStart(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		1500 * time.Millisecond: "00:01.500", 61 * time.Second: "01:01.000", 90061 * time.Second: "25:01:01",
	} {
		if got := terminal.Elapsed(d); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// What is on record can hold anything: it moves no cursor and changes no colour.
func TestARecordIsWrittenWithoutControlCharacters(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	st := terminal.NewStyle(&out)
	st.Record(&out, st.Plain, 2, "a\x1b[2Jb\rc"+strings.Repeat("x", terminal.MaxText))
	if text := out.String(); strings.ContainsAny(text, "\x1b\r") || len(text) > terminal.MaxText+100 || !strings.HasPrefix(text, "  a") {
		t.Errorf("got %q", text)
	}
}

func TestAnOutputIsAsWideAsSaidWithinBounds(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	for said, want := range map[int]int{0: 80, -1: 80, 40: 40, 80: 80, 140: 120, 3: 20} {
		if got := terminal.NewStyle(terminal.Sized(&out, said)).Columns; got != want {
			t.Errorf("%d is %d, want %d", said, got, want)
		}
	}
}

func TestACommandIsNotBroken(t *testing.T) {
	t.Parallel()
	st := terminal.NewStyle(terminal.Sized(&bytes.Buffer{}, 20))
	if got := st.Wrap("type "+terminal.Whole("quarantine show inc-1")+" to see", 2); got != "  type\n  quarantine show inc-1\n  to see" {
		t.Errorf("got %q", got)
	}
}

func TestAQuoteIsBrokenAnewWhereItIsToBeReadAlone(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	terminal.NewStyle(terminal.Sized(&out, 30)).Quote(&out, "  - what is cut off, and by what it is\n  $ quarantine release inc-1 --reason TEXT\n")
	if got := out.String(); got != "|  - what is cut off, and by\n|  what it is\n|  $ quarantine release inc-1 --reason TEXT\n" {
		t.Errorf("got %q", got)
	}
}
