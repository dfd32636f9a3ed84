package main

import (
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/report"
)

// htmlFile is a report on its way to a file: nothing stands there before it is whole.
type htmlFile struct {
	name string
	temp *os.File
}

// createHTML makes sure that the report can be written, before there is one. Only the user can read the
// file: a report has what attackers did, and how to undo what was done against them.
func createHTML(name string) (*htmlFile, error) {
	if info, err := os.Stat(name); err == nil && !info.Mode().IsRegular() {
		return nil, usage("the report cannot be written to %s: it is no file", name)
	}
	temp, err := os.CreateTemp(filepath.Dir(name), ".quarantine-report-*")
	if err != nil {
		return nil, usage("the report cannot be written to %s: %w", name, cause(err))
	}
	return &htmlFile{name, temp}, nil
}

// discard leaves nothing behind; after write it does nothing.
func (f *htmlFile) discard() {
	_ = f.temp.Close()
	_ = os.Remove(f.temp.Name())
}

// write puts the report there, and says where.
func (f *htmlFile) write(said io.Writer, r report.Report) error {
	err := report.Write(f.temp, r)
	if closed := f.temp.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(f.temp.Name(), f.name)
	}
	if err != nil {
		return fmt.Errorf("the report cannot be written to %s: %w", f.name, cause(err))
	}
	_, err = fmt.Fprintf(said, "\nThe report is in %s. Open it in a browser:\n  %s\n", f.name, f.address())
	return err
}

// cause is an error without the name of the file that is written first.
func cause(err error) error {
	if p, ok := errors.AsType[*os.PathError](err); ok {
		return p.Err
	}
	if l, ok := errors.AsType[*os.LinkError](err); ok {
		return l.Err
	}
	return err
}

// address is what a browser opens.
func (f *htmlFile) address() string {
	path, err := filepath.Abs(f.name)
	if err != nil {
		path = f.name
	}
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") { // of Windows: C:/...
		path = "/" + path
	}
	return (&url.URL{Scheme: "file", Path: path}).String()
}
