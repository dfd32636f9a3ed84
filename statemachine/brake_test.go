package statemachine_test

import (
	"encoding/json"
	"strings"
	"testing"
)

// way leads on from a state.
type way struct {
	Next   string
	Assign assigned
}

// assigned are the variables that are assigned a text.
type assigned map[string]string

func (a *assigned) UnmarshalJSON(from []byte) error {
	all := map[string]any{}
	if err := json.Unmarshal(from, &all); err != nil {
		return err
	}
	*a = assigned{}
	for name, value := range all {
		if text, ok := value.(string); ok {
			(*a)[name] = text
		}
	}
	return nil
}

// Whoever made so many findings come would otherwise only have to wait.
func TestWhereTheBrakeHoldsSilenceNeverCuts(t *testing.T) {
	yield := rawStates(t, definitions["quarantine.asl.json"])["YieldToPerson"]
	ways := []way{yield.way}
	for _, c := range yield.Catch {
		if c.Next == "OpenQuestion" {
			ways = append(ways, c)
		}
	}
	for _, w := range ways {
		if triage := w.Assign["triage"]; w.Next != "OpenQuestion" || !strings.Contains(triage, "'onSilence': 'notify'") || !strings.Contains(triage, "'action': 'approve'") {
			t.Errorf("this leads to %s with %q", w.Next, triage)
		}
	}
	if len(ways) != 2 {
		t.Errorf("%d ways to the question, want one after the write and one where it cannot be made", len(ways))
	}
}
