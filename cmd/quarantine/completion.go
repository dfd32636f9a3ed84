package main

import (
	"embed"
	"strings"
)

// completionCommand prints a shell's set-up. What is completed, the program is asked, and says by
// kongplete, from the command line's own description.
type completionCommand struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"bash, zsh or fish."`
}

// completions are each shell's set-up; packages and archives have the same files. The program is
// called by its name, wherever it is installed.
//
//go:embed completions
var completions embed.FS

// Help is in the program's own help, too.
func (completionCommand) Help() string {
	return strings.TrimSpace(`
For this session, or in the file that the shell reads at its start:

    bash: source <(quarantine completion bash)   in ~/.bashrc
    zsh:  source <(quarantine completion zsh)    in ~/.zshrc
    fish: quarantine completion fish | source    in ~/.config/fish/config.fish

A deb or rpm has put them where the shells look for them.`)
}

func (c completionCommand) Run(s streams) error {
	text, err := completions.ReadFile("completions/quarantine." + c.Shell)
	if err != nil {
		return err
	}
	_, err = s.out.Write(text)
	return err
}
