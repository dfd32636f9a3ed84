package main

import (
	"fmt"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/terminal"
)

// actions is the last paragraph of a command's help: what the caller's credentials have to
// allow. What measures need of it comes from the register.
func actions(format string, lists ...any) string {
	return terminal.Wrap("IAM actions: "+fmt.Sprintf(format, lists...), 0)
}

// listed are actions in a sentence.
func listed(all []string) string {
	last := len(all) - 1
	if last < 1 {
		return strings.Join(all, "")
	}
	return strings.Join(all[:last], ", ") + " and " + all[last]
}
