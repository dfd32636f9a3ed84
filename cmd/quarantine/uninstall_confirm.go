package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"

	"github.com/charmbracelet/x/term"
)

// typed asks for a word that nobody types by accident.
func typed(s streams, ask func(streams, string) (string, error), question, want string) error {
	answer, err := ask(s, fmt.Sprintf("\n%s (%s): ", question, want))
	if err != nil {
		return err
	}
	if answer != want {
		return usage("not confirmed: nothing was changed")
	}
	return nil
}

// askTerminal asks whoever sits at the terminal.
func askTerminal(s streams, question string) (string, error) {
	in, isFile := s.in.(*os.File)
	if !isFile || !term.IsTerminal(in.Fd()) {
		return "", usage("nobody can be asked: the input is no terminal, and what would be deleted for good needs a person")
	}
	fmt.Fprint(s.out, question)
	answer, err := bufio.NewReader(in).ReadString('\n')
	if err != nil {
		return "", usage("not confirmed: nothing was changed")
	}
	return strings.TrimSpace(answer), nil
}
