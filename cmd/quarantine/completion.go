package main

import (
	"fmt"
	"strings"
)

// completionCommand prints a shell's set-up. What is completed, the program is asked, and says by
// kongplete, from the command line's own description.
type completionCommand struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"bash, zsh or fish."`
}

// completions are each shell's set-up. The program is called by its name, wherever it is installed.
var completions = map[string]string{
	"bash": "complete -C quarantine quarantine\n",
	"zsh":  "autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\ncomplete -C quarantine quarantine\n",
	"fish": `function __complete_quarantine
    set -lx COMP_LINE (commandline -cp)
    test -z (commandline -ct)
    and set COMP_LINE "$COMP_LINE "
    quarantine
end
complete -f -c quarantine -a "(__complete_quarantine)"
`,
}

// Help is in the program's own help, too.
func (completionCommand) Help() string {
	return strings.TrimSpace(`
For this session, or in the file that the shell reads at its start:

    bash: source <(quarantine completion bash)   in ~/.bashrc
    zsh:  source <(quarantine completion zsh)    in ~/.zshrc
    fish: quarantine completion fish | source    in ~/.config/fish/config.fish`)
}

func (c completionCommand) Run(s streams) error {
	_, err := fmt.Fprint(s.out, completions[c.Shell])
	return err
}
