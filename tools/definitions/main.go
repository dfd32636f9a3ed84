// Command definitions makes the JSON of the state machines from their YAML sources.
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/tools/definitions/generate"
)

func main() {
	log.SetFlags(0)
	dir := flag.String("dir", "statemachine", "the folder of the definitions, whose sources are in its folder source")
	filled := flag.String("filled", "", "write nothing but the definitions with examples in the place of their placeholders, into this folder")
	flag.Parse()
	made, err := generate.Definitions(os.DirFS(filepath.Join(*dir, "source")), register.Grouped())
	if err == nil && *filled != "" {
		*dir = *filled
		err = fill(made)
	}
	if err == nil {
		err = write(*dir, made)
	}
	if err != nil {
		log.Fatal(err)
	}
}

func fill(made map[string][]byte) (err error) {
	for name, definition := range made {
		if made[name], err = generate.Filled(definition); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

func write(dir string, made map[string][]byte) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for name, definition := range made {
		if err := os.WriteFile(filepath.Join(dir, name), definition, 0o644); err != nil {
			return err
		}
	}
	return nil
}
