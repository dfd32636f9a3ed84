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
	in, isFile := s.in.(*os.File)
	if !isFile || !term.IsTerminal(in.Fd()) {
		return usage("nobody can be asked: the input is no terminal; %s", instead)
	}
	fmt.Fprint(s.out, "\nGo on? Type yes: ")
	answer, _ := bufio.NewReader(in).ReadString('\n')
	if strings.TrimSpace(strings.ToLower(answer)) != "yes" {
		return usage("not confirmed: nothing was changed")
	}
	return nil
}
