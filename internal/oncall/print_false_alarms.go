package oncall

import (
	"fmt"
	"strings"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// FalseAlarms writes what a person is asked about instead of cutting, and how to end that.
func (p Printer) FalseAlarms(all []quarantine.FalseAlarm) {
	if len(all) == 0 {
		fmt.Fprintf(p.W, "\nNo false alarm is on record: every finding is judged by the policy alone.\n")
		return
	}
	for _, a := range all {
		fmt.Fprintf(p.W, "\n%s on %s\n", strings.Join(a.Types, ", "), a.Resource.ID)
		p.colored(p.Style.Dim, 2, fmt.Sprintf("until %s, by %s with the release of %s: %s", a.Until.UTC().Format(time.RFC3339), a.By, a.Incident, a.Reason))
		p.colored(p.Style.Dim, 2, "a person is asked instead of cutting; to end it: "+p.command("release", a.Incident+" --false-alarm --for 0 --reason TEXT"))
	}
}
