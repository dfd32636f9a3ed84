package triage_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/guardduty"
	"github.com/ec2-quarantine/quarantine/internal/lab/golden"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

const table = "testdata/default-policy.csv"

// The verdicts of the default policy for every recorded finding type, at the severity
// that GuardDuty documents (8 High, 5 Medium, 2 Low; several rows where it varies),
// seen once on a host without a public address. The table is for people to read; a
// change of it is a change of the product.
func TestTheDefaultPolicyOnEveryFindingType(t *testing.T) {
	t.Parallel()
	src, err := os.ReadFile(table)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(src)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	got := strings.Join(rows[0], ",") + "\n"
	for _, row := range rows[1:] {
		seen[row[0]] = true
		v := triage.DefaultPolicy().Judge(typical(t, row), noon)
		got += fmt.Sprintf("%s,%d,%s\n", strings.Join(row[:5], ","), v.Score, v.Action)
	}
	for _, known := range guardduty.KnownTypes() {
		if !seen[known] {
			t.Errorf("%s is not in the table", known)
		}
	}
	golden.File(t, table, got)
}

// A measure of the register is documented, and is on or off by default, where people read it.
func TestTheDefaultPolicyHasEveryMeasure(t *testing.T) {
	t.Parallel()
	text := ""
	var on []string
	for _, m := range register.Further() {
		value := "off"
		if m.On {
			value, on = "on", append(on, m.Name)
		}
		for _, line := range wrapped("It "+m.Does+".", 78) {
			text += "  # " + line + "\n"
		}
		text += fmt.Sprintf("  %s: %s\n", m.Name, value)
	}
	golden.Section(t, "policy.default.yaml", "measures:\n", "\n# What is never cut", text)
	if got := triage.DefaultPolicy().Measures(); !slices.Equal(got, on) {
		t.Errorf("by default %q are taken, want %q", got, on)
	}
}

// wrapped is a text in lines of a width.
func wrapped(text string, width int) (lines []string) {
	line := ""
	for _, word := range strings.Fields(text) {
		if len(line)+1+len(word) > width {
			lines, line = append(lines, line), ""
		}
		line = strings.TrimSpace(line + " " + word)
	}
	return append(lines, line)
}

func typical(t *testing.T, row []string) quarantine.Finding {
	t.Helper()
	severity, err := strconv.ParseFloat(row[1], 64)
	if err != nil {
		t.Fatal(err)
	}
	f := quarantine.Finding{
		Type: row[0], Severity: severity, Role: row[2], Direction: row[3],
		AccountID: "111122223333", Region: "us-east-1", ResourceType: "Instance", Count: 1,
	}
	if row[4] == "instance" {
		f.Instances = []quarantine.AccusedInstance{{ID: "i-0abcdef1234567890"}}
	}
	return f
}

// Rules that hold for the whole table.
func TestTheDefaultPolicyKeepsItsRules(t *testing.T) {
	t.Parallel()
	src, err := os.ReadFile(table)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(src)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		f := typical(t, row)
		side, _ := guardduty.SideOf(f)
		v := triage.DefaultPolicy().Judge(f, noon)
		margin := max(v.Score-75, 75-v.Score)
		switch acts := side == guardduty.Actor && len(f.Instances) > 0; {
		case acts && f.Severity >= 7 && v.Action != quarantine.ActionIsolate,
			acts && f.Severity < 7 && v.Action != quarantine.ActionNotify,
			!acts && v.Action == quarantine.ActionIsolate:
			t.Errorf("%s at %.0f on side %s: %s", f.Type, f.Severity, side, v.Action)
		case len(f.Instances) > 0 && margin < 4:
			t.Errorf("%s at %.0f scores %d, too near to isolate", f.Type, f.Severity, v.Score)
		}
	}
}
