package main

import (
	"context"
	_ "embed"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/lab/lambdaapi"
)

// script is a Python function that does, before its first event, only what every user
// of the SDK for Python needs in order to call EC2.
//
//go:embed function.py
var script string

// yardsticks returns the functions to compare with; the empty one comes first.
func yardsticks(ctx context.Context, w io.Writer, dir string, python bool) ([]*bootstrap, error) {
	file := filepath.Join(dir, "(empty)", "bootstrap")
	if err := lambdaapi.Build(ctx, file, "./tools/coldstart/empty", "CGO_ENABLED=0"); err != nil {
		return nil, err
	}
	empty, err := weigh(file)
	if err != nil {
		return nil, err
	}
	all := []*bootstrap{empty}
	if !python {
		return all, nil
	}
	interpreter, err := exec.CommandContext(ctx, "python3", "-c", "import sys, boto3; print(sys.executable)").Output()
	if err != nil {
		_, err = fmt.Fprintln(w, "python3 with boto3 is not on this computer, and is not measured")
		return all, err
	}
	file, err = write(dir, strings.TrimSpace(string(interpreter)))
	return append(all, &bootstrap{file: file}), err
}

// write writes the script as an executable for that Python interpreter. The shebang
// has the interpreter's absolute path: the process has no PATH to search, and an
// intermediary such as env would take time.
func write(dir, interpreter string) (string, error) {
	file := filepath.Join(dir, "(python, boto3)", "bootstrap")
	if err := os.Mkdir(filepath.Dir(file), 0o700); err != nil {
		return "", err
	}
	return file, os.WriteFile(file, []byte("#!"+interpreter+"\n"+script), 0o700)
}
