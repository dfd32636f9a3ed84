// Package generate makes the deployed state machine definitions (JSON) from their YAML
// sources, in which nothing is repeated.
//
// Each folder of the sources is a definition: its definition.yaml, which may use anchors
// from the folder's other files and from those of the folder shared. values.yaml is read
// first and the other files in the order of their names, because an anchor must precede
// its use. Four notations avoid repetition:
//
//   - an alias (*retry-tell) for a value or, in a list, for the values of a list;
//   - a merge (<<: *verdict) for some fields of an object, inserted at that position;
//   - @{name} in a string for a piece of an expression, from pieces.yaml;
//   - @each for what stands there once for each measure of the register.
//
// Everything else is Amazon States Language as it is deployed, in the order of
// the source. https://states-language.net/spec.html
package generate

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"github.com/ec2-quarantine/quarantine/internal/measure"
)

const (
	shared = "shared"          // the folder that every definition reads
	main   = "definition.yaml" // the file that makes a folder a definition
	first  = "values.yaml"     // read before the other files of a folder
	pieces = "pieces.yaml"
)

// Definitions returns the JSON of every definition, by its file name
// (release.asl.json), with a branch and a step for each measure.
func Definitions(sources fs.FS, measures []measure.Info) (map[string][]byte, error) {
	names, err := fs.Glob(sources, "*/"+main)
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return nil, errors.New("there is no definition among the sources")
	}
	texts, err := Pieces(sources)
	if err != nil {
		return nil, err
	}
	steps := stepsOf(measures)
	texts["release.start"], texts["release.after-subnets"] = steps.first("before", subnets), steps.first("after", conclude)
	texts["cut.function"] = steps.cutter("$triage.resource.kind", "IsolateFunctionArn")
	made := map[string][]byte{}
	for _, name := range names {
		folder := path.Dir(name)
		if made[folder+".asl.json"], err = definition(sources, folder, resolver{texts: texts, steps: steps}); err != nil {
			return nil, fmt.Errorf("definition %s: %w", folder, err)
		}
	}
	return made, nil
}

// Pieces returns the pieces of expressions, by name.
func Pieces(sources fs.FS) (map[string]string, error) {
	text, err := fs.ReadFile(sources, pieces)
	if err != nil {
		return nil, err
	}
	var texts map[string]string
	if err := yaml.Unmarshal(text, &texts); err != nil {
		return nil, fmt.Errorf("%s: %w", pieces, err)
	}
	return texts, nil
}

func definition(sources fs.FS, folder string, r resolver) ([]byte, error) {
	text, err := fs.ReadFile(sources, folder+"/"+main)
	if err != nil {
		return nil, err
	}
	anchors, err := anchored(sources, shared, folder)
	if err != nil {
		return nil, err
	}
	var written any
	decoder := yaml.NewDecoder(bytes.NewReader(text), yaml.ReferenceReaders(anchors...), yaml.UseOrderedMap())
	if err := decoder.Decode(&written); err != nil {
		return nil, err
	}
	whole, err := r.value(written)
	if err != nil {
		return nil, err
	}
	return append(layout(whole), '\n'), nil
}

// anchored returns the folders' files that hold anchors, in the order of reading.
func anchored(sources fs.FS, folders ...string) ([]io.Reader, error) {
	var files []io.Reader
	for _, folder := range folders {
		names, err := fs.Glob(sources, folder+"/*.yaml")
		if err != nil {
			return nil, err
		}
		slices.SortStableFunc(names, func(a, b string) int { return strings.Compare(rank(a), rank(b)) })
		for _, name := range names {
			text, err := fs.ReadFile(sources, name)
			if err != nil {
				return nil, err
			}
			if path.Base(name) != main {
				files = append(files, bytes.NewReader(text))
			}
		}
	}
	return files, nil
}

// rank sorts values.yaml before every other name.
func rank(name string) string {
	if path.Base(name) == first {
		return ""
	}
	return name
}
