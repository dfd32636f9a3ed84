// Command graphlayout places the states of the definitions, for the graphs of reports. It is run again
// when a definition has changed; a test says so.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"log"
	"os"
	"path/filepath"

	"github.com/ec2-quarantine/quarantine/internal/report/graph"
	"github.com/ec2-quarantine/quarantine/statemachine"
)

var definitions = map[string][]byte{
	"quarantine": statemachine.Quarantine, "quarantine-approval": statemachine.Approval, "release": statemachine.Release, "watch": statemachine.Watch, "preflight": statemachine.Preflight,
}

func main() {
	log.SetFlags(0)
	dir := flag.String("dir", "internal/report/graph/layouts", "the folder that the layouts are written into")
	flag.Parse()
	for name, text := range definitions {
		if err := write(context.Background(), filepath.Join(*dir, name+".json"), text); err != nil {
			log.Fatal(name, ": ", err)
		}
	}
}

func write(ctx context.Context, file string, definition []byte) error {
	d, err := graph.Parse(definition)
	if err != nil {
		return err
	}
	l := graph.Layout{Of: graph.Hash(definition), Nodes: map[string]graph.Place{}}
	if err := place(ctx, d, l); err != nil {
		return err
	}
	text, err := json.MarshalIndent(l, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(text, '\n'), 0o644)
}
