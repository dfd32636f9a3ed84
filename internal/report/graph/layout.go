package graph

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
)

// Layout has for every state of a definition, at any depth, where it stands among those of its level.
// The names of states are unique in a definition. tools/graphlayout has Graphviz make it, and not the
// command line: what lays graphs out takes longer to start than all else here, and runs code from a
// directory that everybody on a computer can write to.
type Layout struct {
	// Of is the definition's hash.
	Of    string           `json:"of"`
	Nodes map[string]Place `json:"nodes"`
}

// Place is a state's: the layer, from above, and its place in that, from the left.
type Place struct {
	Layer int `json:"layer"`
	Place int `json:"place"`
}

// Hash names a definition's text.
func Hash(definition []byte) string {
	sum := sha256.Sum256(definition)
	return hex.EncodeToString(sum[:])
}

//go:embed layouts/*.json
var layouts embed.FS

// layoutOf is the layout of the definition with that hash; without states if there is none.
func layoutOf(hash string) (Layout, error) {
	files, err := layouts.ReadDir("layouts")
	if err != nil {
		return Layout{}, err
	}
	for _, f := range files {
		text, err := layouts.ReadFile("layouts/" + f.Name())
		if err != nil {
			return Layout{}, err
		}
		var l Layout
		if err := json.Unmarshal(text, &l); err != nil {
			return Layout{}, fmt.Errorf("%s: %w", f.Name(), err)
		}
		if l.Of == hash {
			return l, nil
		}
	}
	return Layout{}, nil
}
