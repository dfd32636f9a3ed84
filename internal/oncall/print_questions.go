package oncall

import (
	"fmt"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/terminal"
)

// Questions writes a line a question.
func (p Printer) Questions(all []quarantine.ApprovalRequest) {
	if len(all) == 0 {
		fmt.Fprintf(p.W, "\nNo question waits for a person.\n")
		return
	}
	width := widest(all, func(r quarantine.ApprovalRequest) quarantine.Resource { return r.Resource })
	line := func(id, purpose, resource, asked, left string) string {
		return fmt.Sprintf("%s  %s  %s  %s  %s", terminal.Pad(id, 24), terminal.Pad(purpose, 7), terminal.Pad(resource, width), terminal.Pad(asked, 16), left)
	}
	fmt.Fprintf(p.W, "\n%s\n", p.Style.Dim.Render(line("REQUEST", "WHETHER", "RESOURCE", "ASKED (UTC)", "LEFT")))
	for _, r := range all {
		fmt.Fprintln(p.W, line(r.ID, string(r.Purpose), r.Resource.ID, minute(r.AskedAt), left(r.ExpiresAt.Sub(p.Now()))))
	}
	fmt.Fprintln(p.W)
	p.colored(p.Style.Dim, 0, "Decide, with approve or deny:")
	for _, r := range all {
		p.command(p.Style.Dim, 2, "approve", r.ID)
	}
}
