package main

import (
	"archive/zip"
	"debug/elf"
	"io"
	"os"
)

// machines are Lambda's architectures, by GOARCH:
// https://docs.aws.amazon.com/lambda/latest/dg/foundation-arch.html
var machines = map[string]elf.Machine{"amd64": elf.EM_X86_64, "arm64": elf.EM_AARCH64}

func nameOf(m elf.Machine) string {
	if m == 0 {
		return "any"
	}
	for name, machine := range machines {
		if machine == m {
			return name
		}
	}
	return m.String()
}

// weigh reads a bootstrap's architecture, its size, and its size in a zip archive as
// deployed.
func weigh(file string) (*bootstrap, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	header, err := elf.NewFile(f)
	if err != nil {
		return nil, err
	}
	var size counter
	z := zip.NewWriter(&size)
	entry, err := z.Create("bootstrap")
	if err != nil {
		return nil, err
	}
	n, err := io.Copy(entry, f)
	if err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return &bootstrap{file: file, machine: header.Machine, plain: float64(n) / 1e6, zipped: float64(size) / 1e6}, nil
}

// counter counts the bytes written to it.
type counter int64

// Write never fails.
func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}
