package main

import (
	"fmt"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/ec2-quarantine/quarantine/internal/exitcode"
	"github.com/ec2-quarantine/quarantine/internal/terminal"
)

// printHelp prints help as kong does, and after that of a command what its exit codes mean.
func printHelp(options kong.HelpOptions, ctx *kong.Context) error {
	if err := kong.DefaultHelpPrinter(options, ctx); err != nil || ctx.Selected() == nil {
		return err
	}
	_, err := fmt.Fprintf(ctx.Stdout, "\n%s\n", terminal.Wrap(exitcode.Help(nameOf(ctx.Selected())), 0))
	return err
}

// nameOf is a command's name with those that it is below of, such as policy push.
func nameOf(command *kong.Node) string {
	if command.Parent == nil || command.Parent.Type == kong.ApplicationNode {
		return command.Name
	}
	return nameOf(command.Parent) + " " + command.Name
}

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
