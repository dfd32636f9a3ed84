package main

import (
	"strings"

	"github.com/alecthomas/kong"
)

// helpCommand prints the help of a command: help release is release --help.
type helpCommand struct {
	Command []string `arg:"" optional:"" help:"The command; all of them are listed without one."`
}

func (c helpCommand) Run(parser *kong.Kong) error {
	_, err := parser.Parse(append(c.Command, "--help"))
	if err != nil { // --help ends the program: there is no such command
		return usage("there is no command %q\nTry: quarantine --help", strings.Join(c.Command, " "))
	}
	return nil
}
