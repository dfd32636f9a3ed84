package main

import (
	"archive/zip"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// epoch is the time of every file in a zip: the earliest that the format supports.
var epoch = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

// pack writes a zip of the files in a folder of its own, sorted by name. Binaries are
// executable; of a file's metadata nothing else is kept.
func pack(file, folder string, files map[string]string) (err error) {
	w, err := os.Create(file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	z := zip.NewWriter(w)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		header := &zip.FileHeader{Name: folder + "/" + name, Method: zip.Deflate, Modified: epoch}
		header.SetMode(modeOf(name))
		body, err := os.ReadFile(files[name])
		if err != nil {
			return err
		}
		entry, err := z.CreateHeader(header)
		if err != nil {
			return err
		}
		if _, err := entry.Write(body); err != nil {
			return err
		}
	}
	return z.Close()
}

// modeOf is a file's mode in a zip. Lambda requires bootstrap to be executable.
func modeOf(name string) fs.FileMode {
	if filepath.Base(name) == "bootstrap" {
		return 0o755
	}
	return 0o644
}
