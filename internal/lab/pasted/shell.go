package pasted

import (
	"bytes"
	"context"
	_ "embed"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

//go:embed prelude.sh
var prelude string

// patience is how long the shell may take, on a machine that has more to do.
const patience = time.Minute

// Shell has a shell run a script in which no program exists, and gives the words of each call of
// one, calls inside of others included, in the order in which they are made. What a call would
// print is made up. What the shell cannot read fails the test.
func Shell(t *testing.T, script string) (calls [][]string) {
	t.Helper()
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("commands are taken apart where there is bash")
	}
	dir := t.TempDir()
	record := filepath.Join(dir, "record")
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	shell := exec.CommandContext(ctx, bash, "--norc", "--noprofile", "-c", prelude+"\n"+script)
	var said bytes.Buffer
	shell.Dir, shell.Env, shell.Stderr = dir, []string{"PATH=/nonexistent", "RECORD=" + record, "HOME=" + dir, "AWS_REGION=eu-west-1"}, &said
	if err := shell.Run(); ctx.Err() != nil {
		t.Fatalf("the shell does not end: %v", err)
	}
	for line := range strings.Lines(said.String()) {
		if strings.Contains(line, "syntax error") || strings.Contains(line, "unexpected EOF") {
			t.Errorf("the shell cannot read it: %s", line)
		}
	}
	recorded, err := os.ReadFile(record)
	if err != nil {
		t.Fatalf("nothing was called: %v\n%s", err, said.String())
	}
	words := strings.Split(string(recorded), "\x00")
	for len(words) > 1 {
		n, err := strconv.Atoi(words[0])
		if err != nil || n >= len(words) {
			t.Fatalf("the record is broken: %q", words[0])
		}
		calls, words = append(calls, words[1:n+1]), words[n+1:]
	}
	return calls
}
