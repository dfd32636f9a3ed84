package report_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"github.com/ec2-quarantine/quarantine/internal/history/report"
	"github.com/ec2-quarantine/quarantine/internal/history/table"
	"github.com/ec2-quarantine/quarantine/internal/terminal"
)

// Whatever is in a report, it is printed in lines of the terminal's width, or
// refused.
func FuzzReport(f *testing.F) {
	f.Add([]byte(`{"executions": [{"name": "one", "executionArn": "a", "history": [{"timestamp": "2026-01-15T12:00:00Z", "type": "TaskScheduled", "id": 3,
		"taskScheduledEventDetails": {"resource": "invoke.waitForTaskToken", "parameters": "{\"token\":\"planted\"}"}}]}]}`), "one")
	f.Add([]byte(`{"executions": [{"executionArn": "a", "history": [{"taskSubmittedEventDetails": {"resourceType": "states", "resource": "startExecution.sync:2",
		"output": "{\"ExecutionArn\":\"a\"}"}}]}]}`), "")
	f.Add([]byte(`[`), "inc-20260115-a749daa8d1")
	f.Add([]byte(`{}`), "\x9a") // no UTF-8
	f.Fuzz(func(t *testing.T, text []byte, subject string) {
		all, err := report.Executions(text, subject)
		if err != nil {
			return
		}
		var out bytes.Buffer
		for _, x := range all {
			table.Print(&out, terminal.NewStyle(&out), x)
		}
		for line := range strings.Lines(out.String()) {
			if ansi.StringWidth(line) > terminal.Columns {
				t.Errorf("too wide: %q", line)
			}
		}
		for _, x := range all {
			table.PrintEnd(&out, terminal.NewStyle(&out), x)
		}
		if err := json.NewEncoder(&out).Encode(all); err != nil {
			t.Error(err)
		}
	})
}
