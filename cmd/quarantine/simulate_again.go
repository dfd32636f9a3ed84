package main

import (
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/command"
	"github.com/ec2-quarantine/quarantine/internal/local/wiring"
)

// again is this command with the flags that say what is simulated: what is typed next has the same
// account, answers and times. How it is printed, and what was done afterwards, is left to whoever types.
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
	if c.NoIdentity {
		out = append(out, "--no-identity")
	}
	if c.Definition != wiring.Name {
		out = append(out, "--definition "+c.Definition)
	}
	if c.Approve != nil {
		out = append(out, "--approve "+command.Arg(*c.Approve))
	}
	if c.Latency != "" {
		out = append(out, "--latency "+command.Arg(c.Latency))
	}
	return strings.Join(out, " ")
}

// approving is the same command, where the person who is asked says yes.
func (c simulateCommand) approving() string {
	yes := "yes"
	c.Approve = &yes
	return c.again()
}
