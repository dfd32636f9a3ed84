package main

import (
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/command"
	"github.com/ec2-quarantine/quarantine/internal/local/wiring"
)

// again is this command with the flags that say what is simulated.
func (c simulateCommand) again() string {
	out := []string{"quarantine simulate"}
	for _, file := range c.Event {
		out = append(out, "--event "+command.Arg(file))
	}
	for _, flag := range [][2]string{{"--account", c.Account}, {"--policy", c.Policy}} {
		if flag[1] != "" {
			out = append(out, flag[0]+" "+command.Arg(flag[1]))
		}
	}
	if c.Definition != wiring.Name {
		out = append(out, "--definition "+c.Definition)
	}
	return strings.Join(out, " ")
}
