package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// What programs read has lists where there is nothing, and no nulls.
func TestEmptyListsAreLists(t *testing.T) {
	t.Parallel()
	for name, v := range map[string]any{
		"an incident": shown{Incident: ledger.Incident{ID: "inc-1"}, Questions: make([]quarantine.ApprovalRequest, 1)}.withEmptyLists(),
		"a question":  requestWithEmptyLists(quarantine.ApprovalRequest{ID: "req-1"}),
		"questions":   requestsWithEmptyLists(make([]quarantine.ApprovalRequest, 1)),
		"no question": requestsWithEmptyLists(nil),
	} {
		var out bytes.Buffer
		if err := writeJSON(&out, v); err != nil || strings.Contains(out.String(), "null") || !strings.Contains(out.String(), "[]") {
			t.Errorf("%s: %v, %s", name, err, &out)
		}
	}
}
