package main

import (
	"cmp"
	"fmt"
	"runtime"
	"runtime/debug"
)

// versionCommand prints which program this is.
type versionCommand struct {
	JSON bool `help:"Print it as JSON."`
}

// build is which program this is. What is not known is "".
type build struct {
	Version string `json:"version"`
	Commit  string `json:"commit"`
	// Date is when the commit was made, so that a build of it is always the same.
	Date string `json:"date"`
	// Modified says that more was built than is in the commit.
	Modified bool   `json:"modified"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

func (c versionCommand) Run(s streams) error {
	info, _ := debug.ReadBuildInfo()
	b := builtOf(info)
	if c.JSON {
		return writeJSON(s.out, b)
	}
	of := cmp.Or(b.Commit, "not known")
	if b.Modified {
		of += ", with changes"
	}
	_, err := fmt.Fprintf(s.out, "quarantine %s\ncommit %s\ndate %s\n%s %s\n", cmp.Or(b.Version, "not known"), of, cmp.Or(b.Date, "not known"), b.Go, b.Platform)
	return err
}

// builtOf is what Go has put into the binary.
// https://pkg.go.dev/runtime/debug#BuildInfo
func builtOf(info *debug.BuildInfo) build {
	b := build{Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	if info == nil {
		return b
	}
	b.Version = info.Main.Version
	for _, set := range info.Settings {
		switch set.Key {
		case "vcs.revision":
			b.Commit = set.Value
		case "vcs.time":
			b.Date = set.Value
		case "vcs.modified":
			b.Modified = set.Value == "true"
		}
	}
	return b
}
