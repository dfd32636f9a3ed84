package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"

	"github.com/charmbracelet/x/term"
)

// confirm asks, unless told not to. Without a terminal there is nobody to ask:
// the error says what to do instead.
func confirm(s streams, yes bool, instead string) error {
	if yes {
		return nil
	}
	answer, err := ask(s, "\nGo on? Type yes: ", instead)
	if err != nil {
		return err
	}
	if !strings.EqualFold(answer, "yes") {
		return usage("not confirmed: nothing was changed")
	}
	return nil
}

// ask gives the line that a person types at the terminal. Without one the error says what to do instead.
func ask(s streams, question, instead string) (string, error) {
	in, isFile := s.in.(*os.File)
	if !isFile || !term.IsTerminal(in.Fd()) {
		return "", usage("nobody can be asked: the input is no terminal; %s", instead)
	}
	fmt.Fprint(s.out, question)
	answer, _ := bufio.NewReader(in).ReadString('\n')
	return strings.TrimSpace(answer), nil
}
