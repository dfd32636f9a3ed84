package oncall_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"github.com/ec2-quarantine/quarantine/internal/oncall"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/terminal"
)

// What stands in a line fits, unless it is one word, such as an id.
func TestARecordFitsTheTerminal(t *testing.T) {
	t.Parallel()
	in := mining("i-0aaaaaaaaaaaaaaaa", "the web server of the shop")
	in.Holds = []quarantine.Hold{held("network-acl", "subnet-0aaaaaaaaaaaaaaaa", "acl-0aaaaaaaaaaaaaaaa", "acl-0bbbbbbbbbbbbbbbb")}
	in.Timeline = []quarantine.Event{{At: noon, Kind: quarantine.EventWatchPaused, By: "arn:aws:sts::111122223333:assumed-role/on-call/kim", Text: "nothing is put right until noon"}}
	in.Evidence.Snapshots = []quarantine.Snapshot{{ID: "snap-0aaaaaaaaaaaaaaaa", VolumeID: "vol-0aaaaaaaaaaaaaaaa", State: "completed"}}
	for _, columns := range []int{40, 80, 140} {
		var out bytes.Buffer
		p := oncall.Printer{W: &out, Style: terminal.NewStyle(terminal.Sized(&out, columns)), Now: func() time.Time { return noon }}
		p.Record(in)
		for line := range strings.Lines(out.String()) {
			line = strings.TrimSuffix(line, "\n")
			if ansi.StringWidth(line) > min(columns, 120) && strings.Contains(strings.TrimSpace(line), " ") {
				t.Errorf("at %d: a line of %d: %s", columns, ansi.StringWidth(line), line)
			}
		}
		if !strings.Contains(out.String(), "\n  \"the web server of the shop\"") {
			t.Errorf("at %d there is no name:\n%s", columns, &out)
		}
	}
}
