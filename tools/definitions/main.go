// Command definitions makes the JSON of the state machines of their sources.
package main

import (
	"flag"
	"log"
	"os"
	"path/filepath"

	"github.com/ec2-quarantine/quarantine/tools/definitions/generate"
)

func main() {
	log.SetFlags(0)
	dir := flag.String("dir", "statemachine", "the folder of the definitions, whose sources stand in its folder source")
	flag.Parse()
	if err := write(*dir); err != nil {
		log.Fatal(err)
	}
}

func write(dir string) error {
	made, err := generate.Definitions(os.DirFS(filepath.Join(dir, "source")))
	if err != nil {
		return err
	}
	for name, definition := range made {
		if err := os.WriteFile(filepath.Join(dir, name), definition, 0o644); err != nil {
			return err
		}
	}
	return nil
}
