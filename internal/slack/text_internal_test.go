package slack

import (
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/command"
)

// An Auto Scaling group may have every character of ASCII 33 to 126 but the colon in its name. What
// Slack shows of a command with such a name runs nothing that the name says.
func TestACommandThatIsPastedFromSlackRunsNothingThatANameSays(t *testing.T) {
	t.Parallel()
	shell, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("there is no bash")
	}
	dir := t.TempDir()
	for _, group := range []string{"`;touch${IFS}pwned;`", "a`$(touch${IFS}pwned)`b", "a'`;touch${IFS}pwned;`'", "a  b", "x\xff", strings.Repeat("x", 2*maxRow)} {
		line := command.Line(command.Place{}.AWS("eu-west-1", "autoscaling", "suspend-processes", "--auto-scaling-group-name", group))
		shown := row("$ " + line)
		if shown != unshown && html.UnescapeString(strings.Trim(shown, "`")) != line {
			t.Errorf("another command is shown: %s", shown)
		}
		paste := exec.CommandContext(t.Context(), shell, "-c", html.UnescapeString(strings.Trim(shown, "`")))
		paste.Dir = dir
		said, err := paste.CombinedOutput()
		if _, there := os.Stat(filepath.Join(dir, "pwned")); there == nil {
			t.Fatalf("pasted from Slack it runs another command: %s\n%s, %v", shown, said, err)
		}
	}
	if got := row("$ quarantine list --stack guard"); got != "`quarantine list --stack guard`" {
		t.Errorf("a command is shown as %s", got)
	}
}
