package oncall

import (
	"fmt"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Questions writes a line a question.
func (p Printer) Questions(all []quarantine.ApprovalRequest) {
	if len(all) == 0 {
		fmt.Fprintf(p.W, "\nNo question waits for a person.\n")
		return
	}
	cells := [][]string{{"REQUEST", "WHETHER", "RESOURCE", "ASKED (UTC)", "LEFT"}}
	for _, r := range all {
		cells = append(cells, []string{r.ID, string(r.Purpose), r.Resource.ID, minute(r.AskedAt), left(r.ExpiresAt.Sub(p.Now()))})
	}
	t := fitted(cells, "REQUEST", p.Style.Columns)
	fmt.Fprintln(p.W)
	t.heading(p, cells[0])
	for _, row := range cells[1:] {
		t.row(p, row, p.Style.Plain)
	}
	fmt.Fprintln(p.W)
	p.colored(p.Style.Dim, 0, "Decide, with approve or deny:")
	for _, r := range all {
		p.command(p.Style.Dim, 2, "approve", r.ID)
	}
}
