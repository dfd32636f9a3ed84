package oncall

import (
	"fmt"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/kinds"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// FalseAlarms writes what a person is asked about instead of cutting, and how to end that.
func (p Printer) FalseAlarms(all []quarantine.FalseAlarm) {
	if len(all) == 0 {
		fmt.Fprintf(p.W, "\nNo false alarm is on record: every finding is judged by the policy alone.\n")
		return
	}
	for _, a := range all {
		fmt.Fprintf(p.W, "\n%s on %s\n", strings.Join(a.Types, ", "), kinds.Named(a.Resource, nil))
		p.say(2, "until %s UTC a person is asked, by the word of %s", minute(a.Until), a.By)
		p.say(2, "%s: %s", a.Incident, a.Reason)
		p.say(2, "to end it:")
		p.command(p.Style.Plain, 4, "release", a.Incident, "--false-alarm", "--for", "0")
	}
}
