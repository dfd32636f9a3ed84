package history

import (
	"bytes"
	"encoding/json"
)

// Named are the executions of that name or ARN.
func Named(all []Execution, name string) (named []Execution) {
	for _, x := range all {
		if x.Name == name || x.ARN == name {
			named = append(named, x)
		}
	}
	return named
}

// About are the executions that concern an incident: those whose events name it.
func About(all []Execution, incident string) (about []Execution) {
	for _, x := range all {
		if text, err := json.Marshal(x.History); err == nil && bytes.Contains(text, []byte(incident)) {
			about = append(about, x)
		}
	}
	return about
}
