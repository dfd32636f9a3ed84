package oncall_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/oncall"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// What programs read has lists where there is nothing, and no nulls.
func TestEmptyListsAreLists(t *testing.T) {
	t.Parallel()
	for name, v := range map[string]any{
		"an incident": oncall.NewRecord(quarantine.Incident{ID: "inc-1", Questions: make([]quarantine.ApprovalRequest, 1), Neighbours: &quarantine.Neighbours{}}),
		"a question":  oncall.Request(quarantine.ApprovalRequest{ID: "req-1"}),
		"questions":   oncall.Requests(make([]quarantine.ApprovalRequest, 1)),
		"no question": oncall.Requests(nil),
	} {
		var out bytes.Buffer
		if err := json.NewEncoder(&out).Encode(v); err != nil || strings.Contains(out.String(), "null") || !strings.Contains(out.String(), "[]") {
			t.Errorf("%s: %v, %s", name, err, &out)
		}
	}
}
