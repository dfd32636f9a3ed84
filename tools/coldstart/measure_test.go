package main

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/lab/lambdaapi"
)

// file writes a file with the header of an arm64 executable, followed by zeros.
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

func TestABinarysSizeAndMachineAreRead(t *testing.T) {
	t.Parallel()
	b, err := weigh(file(t, 1_500_000))
	if err != nil {
		t.Fatal(err)
	}
	if b.plain != 1.5 || b.zipped <= 0 || b.zipped >= 0.1 || nameOf(b.machine) != "arm64" {
		t.Errorf("got %+v", b)
	}
}

func TestAFileThatIsNoBinaryIsAnError(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "bootstrap")
	if err := os.WriteFile(file, []byte("#!/bin/sh\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := weigh(file); err == nil {
		t.Error("a file that is no binary was accepted")
	}
}

func ms(n ...int) (all []time.Duration) {
	for _, one := range n {
		all = append(all, time.Duration(one)*time.Millisecond)
	}
	return all
}

func TestTheTableComparesMediansWithTheEmptyFunction(t *testing.T) {
	t.Parallel()
	here := machines[runtime.GOARCH]
	empty := &bootstrap{file: "(empty)/bootstrap", machine: here, plain: 5, starts: ms(2, 1, 3), peaks: []int64{8e6}}
	var out strings.Builder
	err := show(&out, []*bootstrap{
		{file: "dist/isolate/bootstrap", machine: here, plain: 11.44, zipped: 4.4, starts: ms(50, 6, 7), peaks: []int64{9e6, 30e6, 13e6}},
		{file: "dist/notify/bootstrap", machine: elf.EM_RISCV, plain: 10, zipped: 4},
		empty,
		{file: "(script)/bootstrap", starts: ms(20), peaks: []int64{65e6}},
	}, empty)
	if err != nil {
		t.Fatal(err)
	}
	rows := strings.Split(out.String(), "\n")
	for i, want := range []string{
		"function architecture binary zip ready after times empty peak memory",
		"isolate " + runtime.GOARCH + " 11.4 MB 4.4 MB 7.0 ms 3.5 13.0 MB",
		"notify EM_RISCV 10.0 MB 4.0 MB not measured here",
		"(empty) " + runtime.GOARCH + " 5.0 MB 2.0 ms 1.0 8.0 MB",
		"(script) any 20.0 ms 10.0 65.0 MB",
	} {
		if got := strings.Join(strings.Fields(rows[i]), " "); got != want {
			t.Errorf("row %d is %q, want %q", i, got, want)
		}
	}
}

func TestAFunctionThatTakesTooLongIsAFailure(t *testing.T) {
	t.Parallel()
	empty := &bootstrap{file: "(empty)/bootstrap", starts: ms(2)}
	quick, slow := &bootstrap{file: "quick/bootstrap", starts: ms(6)}, &bootstrap{file: "slow/bootstrap", starts: ms(7)}
	if err := check([]*bootstrap{quick}, empty, 3); err != nil {
		t.Error(err)
	}
	if err := check([]*bootstrap{quick, slow}, empty, 3); err == nil || !strings.Contains(err.Error(), "slow takes 3.5 times") || strings.Contains(err.Error(), "quick") {
		t.Errorf("got %v", err)
	}
	if err := check([]*bootstrap{slow}, empty, 0); err != nil {
		t.Errorf("no limit was given, and got %v", err)
	}
}

// The Python baseline is started like the functions, if this computer has python3.
func TestTheScriptAsksForItsFirstEvent(t *testing.T) {
	t.Parallel()
	interpreter, err := exec.CommandContext(t.Context(), "python3", "-c", "import sys; print(sys.executable)").Output()
	if err != nil {
		t.Skip("python3 is not on this computer")
	}
	dir := t.TempDir()
	// A stub of boto3: the test is about the script, not about the SDK for Python.
	if err := os.WriteFile(filepath.Join(dir, "boto3.py"), []byte("client = str\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := write(dir, strings.TrimSpace(string(interpreter)))
	if err != nil {
		t.Fatal(err)
	}
	f := lambdaapi.Run(t, lambdaapi.Options{Bootstrap: file, Env: map[string]string{"PYTHONPATH": dir}})
	if answer := f.Invoke(t.Context(), "{}"); answer.Error != nil || answer.Payload != "{}" {
		t.Errorf("got %+v", answer)
	}
}
